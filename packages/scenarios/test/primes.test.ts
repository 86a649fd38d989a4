import { describe, expect, it } from "vitest";
import { type PrimeCounts, primes } from "../src/index.js";
import { tasks } from "../src/tasks.js";
import { runInline } from "./inline-run.js";

describe("primes", () => {
  it.each([
    [10, 4],
    [1000, 168],
    [10_000, 1229],
    [1_000_000, 78498],
  ])("counts the primes below %i: %i", async (below, count) => {
    const { outcome, serial, check } = await runInline(primes({ below, ranges: 7 }));
    expect(outcome.total).toBe(count);
    expect(outcome).toEqual(serial);
    expect(await check(outcome)).toEqual([]);
  });

  it("is right for a limit that no table knows", async () => {
    const { outcome, check } = await runInline(primes({ below: 12_345, ranges: 10 }));
    expect(outcome.total).toBe(1474);
    expect(await check(outcome)).toEqual([]);
  });

  it.each([
    [0, 2, 0],
    [2, 3, 1],
    [3, 4, 1],
    [9, 10, 0],
    [7919, 7920, 1],
    [5, 5, 0],
  ])("finds in %i ≤ n < %i this many primes: %i", (start, end, count) => {
    expect(tasks.countPrimes(start, end)).toBe(count);
  });

  it.each<[string, (outcome: PrimeCounts) => PrimeCounts, RegExp]>([
    ["a wrong total", (outcome) => ({ ...outcome, total: outcome.total + 1 }), /π\(1000\): 169 instead of 168/],
    [
      "errors that balance each other out",
      ({ counts: [first = 0, second = 0, ...rest], ...outcome }) => ({
        ...outcome,
        counts: [first + 1, second - 1, ...rest],
      }),
      /how many ranges have a wrong count: 2 instead of 0/,
    ],
    [
      "a lost range",
      (outcome) => ({ ...outcome, counts: outcome.counts.slice(1) }),
      /how many ranges were counted: 9 instead of 10/,
    ],
  ])("its checker finds %s", async (_, tamper, sentence) => {
    const { outcome, check } = await runInline(primes({ below: 1000, ranges: 10 }));
    expect((await check(tamper(outcome))).join("\n")).toMatch(sentence);
  });
});
