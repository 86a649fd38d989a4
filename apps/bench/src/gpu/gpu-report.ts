// The suite of GPUs as text.

import Table from "cli-table3";
import { duration, plain, reasonsOf, times } from "../report.js";
import type { Line } from "../suite.js";
import { gpuCases } from "./gpu-case.js";
import { againstBestPeer, type GpuResult } from "./gpu-suite.js";

export const pagesLegend: string =
  "Medians of warm calls. launch: host time of one launch, until the browser has it. All others: from the call until the result is on the host;\n" +
  "inputs are on the device before, except in copies. In brackets: times as fast as the best other library (above 1: faster).";

/** One case: a line for each contender. */
export function gpuCaseText({ case: name, size, lines }: GpuResult): string {
  const head = ["", "first call", name === "launch" ? "a launch" : "a call", ""];
  const table = new Table({ head, style: plain, colAligns: ["left", "right", "right", "right"] });
  for (const line of lines) table.push([line.name, ...cells(line, lines)]);
  return [`${name}: ${gpuCases[name].title(size)}`, table.toString(), ...reasonsOf(lines)].join("\n");
}

function cells(line: Line, lines: readonly Line[]): string[] {
  if (line.status !== "measured") return ["", line.status === "missing" ? "–" : line.status.toUpperCase(), ""];
  const ratio = line.role === "everycore" ? againstBestPeer(line, lines) : undefined;
  return [duration(line.coldMs), duration(line.ms), ratio === undefined ? "" : `(${times(ratio)})`];
}

/** Which adapter each contender found. */
export function adaptersText(adapters: ReadonlyMap<string, string>): string {
  const byAdapter = new Map<string, string[]>();
  for (const [name, adapter] of adapters) byAdapter.set(adapter, [...(byAdapter.get(adapter) ?? []), name]);
  return ["Adapters:", ...[...byAdapter].map(([adapter, names]) => `  ${adapter}: ${names.join(", ")}`)].join("\n");
}
