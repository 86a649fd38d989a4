// The suite of GPUs as text.

import Table from "cli-table3";
import { duration, plain, reasonsOf, times } from "../report.js";
import type { Line } from "../suite.js";
import { gpuCases } from "./gpu-case.js";
import { againstBestPeer, type GpuResult } from "./gpu-suite.js";

export const pagesLegend: string =
  "Medians of warm calls. launch: host time of one launch, until the browser has it. All others: from the call until the result is on the host;\n" +
  "inputs are on the device before, except in copies. In brackets: times as fast as the best other library (above 1: faster).";

export const nodeLegend: string =
  "Medians of warm calls. launch: host time of one launch. All others: from the call until the device has finished; results stay there, except in copies.";

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

/** What the calls come to: bytes and operations at least, as the cases count them, in a second. */
export function figuresText(results: readonly GpuResult[]): string {
  const copied = Math.max(...results.flatMap((result) => (result.case === "copy" ? rates(result, "bytes") : [])));
  const table = new Table({ head: ["", "", "a second", "of the copy"], style: plain, colAligns });
  for (const result of results) {
    for (const line of result.lines) {
      if (line.status === "measured") table.push([result.case, line.name, ...figures(line.ms, result, copied)]);
    }
  }
  return `${table}`;
}

const colAligns: ("left" | "right")[] = ["left", "left", "right", "right"];

function figures(ms: number, { case: name, size }: GpuResult, copied: number): string[] {
  const { bytes, operations, keys } = gpuCases[name].work(size);
  const perSecond = 1000 / ms;
  if (operations !== undefined) return [`${rounded((operations * perSecond) / 1e12)} TFLOP`, ""];
  if (keys !== undefined) return [`${rounded((keys * perSecond) / 1e6)} million keys`, ""];
  if (bytes === undefined) return [`${rounded(perSecond / 1000)} thousand launches`, ""];
  const rate = bytes * perSecond;
  const share = name !== "copies" && Number.isFinite(copied) ? `${Math.round((100 * rate) / copied)} %` : "";
  return [`${rounded(rate / 1e9)} GB`, share];
}

function rates({ case: name, size, lines }: GpuResult, of: "bytes"): number[] {
  const amount = gpuCases[name].work(size)[of] ?? Number.NaN;
  return lines.flatMap((line) => (line.status === "measured" ? [(amount * 1000) / line.ms] : []));
}

function rounded(value: number): string {
  return value.toPrecision(3);
}

/** Which adapter each contender found. */
export function adaptersText(adapters: ReadonlyMap<string, string>): string {
  const byAdapter = new Map<string, string[]>();
  for (const [name, adapter] of adapters) byAdapter.set(adapter, [...(byAdapter.get(adapter) ?? []), name]);
  return ["Adapters:", ...[...byAdapter].map(([adapter, names]) => `  ${adapter}: ${names.join(", ")}`)].join("\n");
}
