// The report for people: backends, the table, what was found, what went wrong, and the sum in the last line.

import Table from "cli-table3";
import type { FoundBackend } from "./backends.js";
import { formatMs, type Output, type Paint, paintFor } from "./output.js";
import type { Report, ReportedRun } from "./report.js";

/** Columns of text that goes to a file. */
const plainColumns = 120;

/** What is shown before anything runs: where we are, and which backends there are. */
export function describeBackends(backends: readonly FoundBackend[], workers: number, output: Output): string {
  const paint = paintFor(output);
  const width = Math.max(...backends.map(({ name }) => name.length));
  const indent = width + "  ✓   ".length;
  const lines = backends.map(({ name, availability }) => {
    const mark = availability.available ? paint("green", "✓") : paint("red", "✗");
    const text = availability.available ? availability.details : `not available: ${availability.reason}`;
    return `  ${mark} ${name.padEnd(width)}  ${wrapText(text, (output.columns ?? plainColumns) - indent, indent)}`;
  });
  const heading = `${paint("bold", "Everycore")} · Node ${process.versions.node} · ${count(workers, "worker")} per backend`;
  return [heading, "", ...lines, "", ""].join("\n");
}

/** Everything that is shown when all has run. */
export function describeReport(report: Report, output: Output): string {
  const paint = paintFor(output);
  const parts = [
    resultTable(report, paint),
    describeLegend(report, paint),
    findingTable(report, paint, output.columns ?? plainColumns),
    describePictures(report, paint),
    describeProblems(report, paint),
    describeSum(report, paint),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const style = { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true };

/** Columns with gaps between them, and no line anywhere. */
const bare = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ mid: "", "mid-mid": "", "left-mid": "", "right-mid": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: " ", middle: "  ", right: "" },
};

/** As printers set tables: a rule above, one below the heads and one below, and none that stands upright. */
const ruled = {
  ...bare,
  ...{ top: "─", "top-mid": "──", "top-left": " " },
  ...{ mid: "─", "mid-mid": "──", "left-mid": " " },
  ...{ bottom: "─", "bottom-mid": "──", "bottom-left": " " },
};

function resultTable({ runs }: Report, paint: Paint): string {
  const rows = runs.map((run, index) => [
    runs[index - 1]?.scenario === run.scenario ? "" : paint("bold", run.scenario),
    run.backend,
    run.serialMs === undefined ? "–" : formatMs(run.serialMs),
    run.timeMs === undefined ? "–" : formatMs(run.timeMs),
    run.speedUp === undefined ? "–" : `${run.speedUp.toFixed(2)} ×`,
    describeStatus(run, paint),
  ]);
  const head = ["scenario", "backend", "serial", "time", "speed-up", "result"];
  const table = new Table({
    head,
    chars: ruled,
    style,
    colAligns: ["left", "left", "right", "right", "right", "left"],
  });
  table.push(...rows);
  return trimLines(table.toString());
}

function describeStatus({ status, problems }: ReportedRun, paint: Paint): string {
  switch (status) {
    case "verified":
      return paint("green", "✓ verified");
    case "failed":
      return paint("red", "✗ wrong");
    case "error":
      return paint("red", "✗ error");
    case "skipped":
      return paint("yellow", `– no ${problems[0]}`);
    case "unavailable":
      return paint("yellow", "– not available");
  }
}

function describeLegend({ runs, scenarios }: Report, paint: Paint): string {
  const shown = new Set(runs.filter(({ timeMs }) => timeMs !== undefined).map(({ scenario }) => scenario));
  const lines = [
    " serial: the same work on the calling thread · speed-up: serial ÷ time",
    " workers are started before the clock is · of short work, the fastest of several",
    ...scenarios
      .filter(({ name, incomparable }) => incomparable !== undefined && shown.has(name))
      .map(({ name, incomparable }) => ` – ${name} has no speed-up: ${incomparable}`),
    ...(runs.some(({ status }) => status === "skipped")
      ? [" – no …: skipped, because the backend lacks this capability"]
      : []),
  ];
  return lines.map((line) => paint("dim", line)).join("\n");
}

/** What each scenario found; once, if all backends found the same. */
function findingTable({ runs, scenarios }: Report, paint: Paint, columns: number): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const table = new Table({
    chars: bare,
    style,
    wordWrap: true,
    colWidths: [width, Math.max(20, columns - width - 4)],
  });
  for (const { name } of scenarios) {
    const found = runs.filter((run) => run.scenario === name && run.found !== undefined);
    const same = new Set(found.map((run) => run.found)).size === 1;
    for (const [index, run] of (same ? found.slice(0, 1) : found).entries()) {
      table.push([index === 0 ? paint("bold", name) : "", same ? run.found : `${run.backend}: ${run.found}`]);
    }
  }
  return trimLines(table.toString());
}

/** Where the pictures are; one of each scenario. */
function describePictures({ runs }: Report, paint: Paint): string {
  const pictures = new Map(runs.flatMap(({ scenario, picture }) => (picture ? [[scenario, picture] as const] : [])));
  if (pictures.size === 0) return "";
  return [paint("dim", " pictures, one for each backend:"), ...[...pictures.values()].map((path) => `   ${path}`)].join(
    "\n",
  );
}

function describeProblems({ runs }: Report, paint: Paint): string {
  const wrong = runs.filter(({ status }) => status === "failed" || status === "error");
  return wrong
    .map(({ scenario, backend, problems }) =>
      [paint("red", ` ✗ ${scenario} on ${backend}`), ...shorten(problems).map((problem) => `   ${problem}`)].join("\n"),
    )
    .join("\n");
}

/** The first few of a list; a hundred wrong tasks are not a hundred lines. */
function shorten(problems: readonly string[], limit = 5): string[] {
  const more = problems.length - limit;
  return more > 0 ? [...problems.slice(0, limit), `… and ${more} more`] : [...problems];
}

function describeSum({ runs, checked, verified, ok, totalMs }: Report, paint: Paint): string {
  const left = runs.length - checked;
  const rest = left > 0 ? `, ${left} not run` : "";
  const sum = checked === 0 ? "nothing could be checked" : `${verified} of ${checked} verified`;
  return ` ${paint(ok ? "green" : "red", `${ok ? "✓" : "✗"} ${sum}`)}${rest} in ${(totalMs / 1000).toFixed(1)} s`;
}

/** Breaks between words, so that no line is longer than `columns`; all but the first are indented. */
function wrapText(text: string, columns: number, indent: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) as string;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function trimLines(text: string): string {
  return text.replace(/[ \t]+$/gm, "");
}
