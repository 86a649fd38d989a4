// The suite of tasks as text.

import Table from "cli-table3";
import { duration, plain, times } from "../report.js";
import { againstBest, type PoolLine } from "./task-suite.js";

export function taskText(lines: readonly PoolLine[], workers: number): string {
  const kinds = (["threads", "processes", "isolated page", "page"] as const).filter((kind) =>
    lines.some((line) => line.kind === kind),
  );
  const tables = kinds.map((kind) => kindText(kind, lines));
  const reasons = lines.flatMap(({ name, missing }) => (missing === undefined ? [] : [`  – ${name}: ${missing}`]));
  const legend =
    `Pools of ${workers} workers, medians. Tiny: 20,000 tasks at once, how many a second. Lone: one tiny task at a time, ` +
    "1 ms apart, from submit to result.\nEcho: 64 MiB there and back. In brackets: how many times better than the best other pool of the kind.";
  return [legend, ...tables, ...reasons].join("\n");
}

function kindText(kind: PoolLine["kind"], lines: readonly PoolLine[]): string {
  const head = [kind, "tiny tasks /s", "lone", "echo 64 MiB"];
  const table = new Table({ head, style: plain, colAligns: ["left", "right", "right", "right"] });
  for (const line of lines) if (line.kind === kind) table.push([line.name, ...cells(line, lines)]);
  return table.toString();
}

function cells(line: PoolLine, lines: readonly PoolLine[]): string[] {
  if (!line.middle) return ["–", "–", "–"];
  const { perSecond, loneMs, echoMs } = line.middle;
  const better = line.ours ? againstBest(line, lines) : undefined;
  const ratio = (value: number | undefined) =>
    value === undefined || !Number.isFinite(value) ? "" : ` (${times(value)})`;
  return [
    `${Math.round(perSecond).toLocaleString("en")}${ratio(better?.perSecond)}`,
    `${duration(loneMs)}${ratio(better?.loneMs)}`,
    Number.isFinite(echoMs) ? `${duration(echoMs)}${ratio(better?.echoMs)}` : "–",
  ];
}
