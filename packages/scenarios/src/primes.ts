// Counting primes in ranges: pure computing, the case in which cores count.

import type { Executor } from "@everycore/core";
import { createTurns } from "./calling-thread.js";
import { amount, expectEqual, type RunContext, type Scenario, type SerialContext } from "./scenario.js";
import { tasks } from "./tasks.js";

/** Size of `primes`. */
export interface PrimesOptions {
  /** Primes below this are counted. */
  readonly below?: number;
  /** In so many ranges. */
  readonly ranges?: number;
}

interface Input {
  readonly below: number;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** How many primes each range holds, in order, and their sum. */
export interface PrimeCounts {
  readonly below: number;
  readonly counts: readonly number[];
  readonly total: number;
}

/** π(N), the number of primes below N, from the literature (OEIS A006880). */
const knownCounts: ReadonlyMap<number, number> = new Map([
  [1e1, 4],
  [1e2, 25],
  [1e3, 168],
  [1e4, 1229],
  [1e5, 9592],
  [1e6, 78498],
  [1e7, 664579],
  [1e8, 5761455],
]);

/** Ranges that travel together: the first ones are done much sooner than the last, so not too many. */
const chunkSize = 4;

/** Makes the scenario. */
export function primes({ below = 1e7, ranges = 200 }: PrimesOptions = {}): Scenario<Input, PrimeCounts> {
  return {
    name: "primes",
    title: "Count primes",
    description:
      `Counts the primes below ${below.toLocaleString("en")} in ${ranges} ranges with map. Checked against the known ` +
      "values of π(N), and each range against a sieve of Eratosthenes.",
    requires: ["tasks"],
    prepare: async () => splitRanges(below, ranges),
    serial: runSerially,
    run: runOn,
    check: async (outcome, { input }) => [
      ...expectEqual(`π(${input.below})`, outcome.total, knownCounts.get(input.below) ?? outcome.total),
      ...checkRanges(outcome, input),
    ],
    describe: ({ total, below: limit }) => `${total.toLocaleString("en")} primes below ${limit.toLocaleString("en")}`,
  };
}

function splitRanges(below: number, ranges: number): Input {
  const edge = (index: number): number => Math.floor((below * index) / ranges);
  const indices = Array.from({ length: ranges }, (_, index) => index);
  return { below, starts: indices.map(edge), ends: indices.map((index) => edge(index + 1)) };
}

async function runSerially({ input, signal, progress }: SerialContext<Input>): Promise<PrimeCounts> {
  const turn = createTurns(signal);
  const counts: number[] = [];
  for (const [index, start] of input.starts.entries()) {
    counts.push(tasks.countPrimes(start, input.ends[index] as number));
    progress(counts.length, input.starts.length, amount(counts.length, input.starts.length, "ranges"));
    await turn();
  }
  return addUpCounts(input.below, counts);
}

async function runOn({ input, executor, signal, progress }: RunContext<Input, Executor>): Promise<PrimeCounts> {
  const counts: number[] = [];
  for await (const count of executor.with({ signal }).map(tasks.countPrimes, input.starts, input.ends, { chunkSize })) {
    counts.push(count);
    progress(counts.length, input.starts.length, amount(counts.length, input.starts.length, "ranges"));
  }
  return addUpCounts(input.below, counts);
}

function addUpCounts(below: number, counts: readonly number[]): PrimeCounts {
  return { below, counts, total: counts.reduce((sum, count) => sum + count, 0) };
}

function checkRanges({ counts, total }: PrimeCounts, { below, starts, ends }: Input): string[] {
  const composite = sieve(below);
  const wrong = starts.filter((start, index) => countZeros(composite, start, ends[index] as number) !== counts[index]);
  return [
    ...expectEqual("how many ranges were counted", counts.length, starts.length),
    ...expectEqual("how many ranges have a wrong count", wrong.length, 0),
    ...expectEqual("the total", total, countZeros(composite, 0, below)),
  ];
}

/** 1 for every number that is not prime: the oldest way there is, and not the one that the tasks use. */
function sieve(below: number): Uint8Array {
  const composite = new Uint8Array(below).fill(1, 0, Math.min(2, below));
  for (let n = 2; n * n < below; n++) {
    if (composite[n]) continue;
    for (let multiple = n * n; multiple < below; multiple += n) composite[multiple] = 1;
  }
  return composite;
}

function countZeros(flags: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let n = start; n < end; n++) if (flags[n] === 0) count++;
  return count;
}
