// The numbers that the whole run comes down to. Ratios say how many times as fast Everycore is: above 1 it is ahead.

import type { Role } from "./contender.js";
import { geometricMean } from "./measure.js";
import type { Line, Result } from "./suite.js";

/** Everycore against one rival. */
export interface Comparison {
  readonly rival: string;
  readonly mean: number;
  readonly ratios: readonly { readonly case: string; readonly size: number; readonly ratio: number }[];
}

export interface Summary {
  /** Each case at its largest size. */
  readonly atLargest: readonly Comparison[];
  /** Cases and sizes of {@link leastElements} or more where the plain loop was faster. */
  readonly slowerThanLoop: Comparison["ratios"];
}

const rivals: readonly { readonly role: Role; readonly name: string }[] = [
  { role: "numba", name: "Numba parallel" },
  { role: "js", name: "the JS loop" },
  { role: "gpu.js", name: "gpu.js wasm (the faster of its two modes)" },
];

/** Below this, a launch costs more than the work: the loop may win. */
const leastElements = 10_000;

export function summarize(results: readonly Result[]): Summary {
  const largest = results.filter((result) => !results.some((other) => isLarger(other, result)));
  const large = results.filter(({ elements }) => elements >= leastElements);
  return {
    atLargest: rivals.map(({ role, name }) => compare(largest, role, name)),
    slowerThanLoop: compare(large, "js", "the JS loop").ratios.filter(({ ratio }) => ratio < 1),
  };
}

/** How many times as fast as the rival with this role a line is, within its result; undefined if either was not measured. */
export function ratioOf(line: Line | undefined, rival: Role, result: Result): number | undefined {
  const other = bestOf(rival, result);
  if (line?.status !== "measured" || other === undefined) return undefined;
  return other / line.ms;
}

function compare(results: readonly Result[], role: Role, rival: string): Comparison {
  const ratios = results.flatMap((result) => {
    const everycore = result.lines.find((line) => line.role === "everycore");
    const ratio = ratioOf(everycore, role, result);
    return ratio === undefined ? [] : [{ case: result.case, size: result.size, ratio }];
  });
  return { rival, mean: geometricMean(ratios.map(({ ratio }) => ratio)), ratios };
}

function bestOf(role: Role, { lines }: Result): number | undefined {
  const times = lines.flatMap((line) => (line.role === role && line.status === "measured" ? [line.ms] : []));
  return times.length > 0 ? Math.min(...times) : undefined;
}

function isLarger(other: Result, result: Result): boolean {
  return other.case === result.case && other.size > result.size;
}
