// The run as text: a table for each case, then what it comes down to.

import Table from "cli-table3";
import type { Case } from "./case.js";
import type { Latency } from "./latency.js";
import type { Machine } from "./machine.js";
import type { Line, Result } from "./suite.js";
import { type Comparison, ratioOf, type Summary } from "./summary.js";

export function machineText(machine: Machine): string {
  const { python } = machine;
  const versions =
    "missing" in python
      ? python.missing
      : `Python ${python.python} (${python.interpreter}), NumPy ${python.numpy}, ` +
        (python.numba ? `Numba ${python.numba}, ${python.threads} threads` : "no Numba: apt-get install python3-numba");
  return [
    `Everycore bench · ${machine.date}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB · load before the run ${machine.load}`,
    `Node ${machine.node} (V8 ${machine.v8}) · ${versions}`,
    ...(machine.load > busy
      ? ["The machine is busy: ratios of contenders with threads mean little (Numba's spin, and lose most)."]
      : []),
  ].join("\n");
}

/** Load from which on threads get in each other's way. */
const busy = 0.5;

/** All sizes of one case. */
export function caseText(one: Case, results: readonly Result[]): string {
  const sizes = results.map(({ size }) => one.sizeLabel(size));
  const table = new Table({
    head: ["", "first call", ...sizes],
    style: plain,
    colAligns: ["left", ...right(sizes.length + 1)],
  });
  for (const { name } of results[0]?.lines ?? []) table.push(row(name, results));
  return [`${one.name}: ${one.title}`, table.toString(), ...reasonsOf(results.flatMap(({ lines }) => lines))].join(
    "\n",
  );
}

function row(name: string, results: readonly Result[]): string[] {
  const lines = results.map((result) => result.lines.find((line) => line.name === name));
  const first = lines[0];
  const cold = first?.status === "measured" ? duration(first.coldMs) : "";
  return [name, cold, ...lines.map((line, i) => cell(line, results[i] as Result))];
}

/** The time, and below how many times as fast as the loop and as Numba. */
function cell(line: Line | undefined, result: Result): string {
  if (line === undefined || line.status === "missing") return "–";
  if (line.status !== "measured") return line.status === "wrong" ? "WRONG" : "FAILED";
  const ratios = [ratioOf(line, "js", result), ratioOf(line, "numba", result)];
  return `${duration(line.ms)}\n${ratios.map((ratio) => (ratio === undefined ? "–" : times(ratio))).join(" ")}`;
}

/** Each reason once, with those that it holds for. */
export function reasonsOf(lines: readonly Line[]): string[] {
  const byReason = new Map<string, Set<string>>();
  for (const line of lines) {
    if (line.status === "measured") continue;
    const reason = line.status === "missing" ? line.reason : `${line.status.toUpperCase()}: ${line.reason}`;
    byReason.set(reason, (byReason.get(reason) ?? new Set()).add(line.name));
  }
  return [...byReason].map(([reason, names]) => `  – ${[...names].join(", ")}: ${reason}`);
}

export const legend: string =
  "Times are medians of warm calls; below each: times as fast as the JS loop, and as Numba parallel (above 1: faster).\n" +
  "First call: at the first size, compilation included. –: does not take part, with the reason below the table.";

export function latencyText({ elements, launches, firstCall }: Latency): string {
  const table = new Table({
    head: [`saxpy of ${elements} elements, warm`, "a call"],
    style: plain,
    colAligns: ["left", "right"],
  });
  for (const line of launches) if (line.status === "measured") table.push([line.name, duration(line.ms)]);
  const first =
    "missing" in firstCall
      ? `not measured: ${firstCall.missing}`
      : `${duration(firstCall.preparedMs)} after prepare() (which took ${duration(firstCall.prepareMs)}), ` +
        `${duration(firstCall.firstMs)} without it, ${duration(firstCall.nextMs)} for the next kernel ` +
        `(loading the packages: ${duration(firstCall.importMs)})`;
  return `${table}\nFirst call of a ten-line kernel, text to result: ${first}`;
}

export function summaryText(summary: Summary, cases: readonly Case[]): string {
  const { atLargest, slowerThanLoop } = summary;
  if (atLargest.every(({ ratios }) => ratios.length === 0)) return "Everycore was not measured: no summary.";
  const head = ["Everycore threads, run", ...atLargest.map(({ rival }) => `÷ ${rival}`)];
  const table = new Table({ head, style: plain, colAligns: ["left", ...right(atLargest.length)] });
  for (const one of cases) {
    const cells = atLargest.map(({ ratios }) => ratios.find((ratio) => ratio.case === one.name)?.ratio);
    table.push([one.name, ...cells.map((ratio) => (ratio === undefined ? "–" : times(ratio)))]);
  }
  table.push(["geometric mean", ...atLargest.map(meanText)]);
  return `Each case at its largest size (above 1: Everycore is faster)\n${table}\n${loopText(slowerThanLoop)}`;
}

function meanText({ mean, ratios }: Comparison): string {
  return ratios.length === 0 ? "–" : `${times(mean)} of ${ratios.length}`;
}

function loopText(slower: Comparison["ratios"]): string {
  if (slower.length === 0) return "From 10,000 elements on never slower than the JS loop.";
  const places = slower.map((place) => `${place.case} ${place.size.toLocaleString("en")} (${times(place.ratio)})`);
  return `Slower than the JS loop, of 10,000 elements and more: ${places.join(", ")}`;
}

export const plain: { head: string[]; border: string[]; compact: boolean } = { head: [], border: [], compact: true };

function right(columns: number): "right"[] {
  return Array.from({ length: columns }, () => "right");
}

export function times(ratio: number): string {
  return `${ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(2)}×`;
}

export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toPrecision(3)} s`;
  return ms >= 1 ? `${ms.toPrecision(3)} ms` : `${(ms * 1000).toPrecision(3)} µs`;
}
