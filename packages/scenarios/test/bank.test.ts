import { describe, expect, it } from "vitest";
import { type Balances, bank } from "../src/index.js";
import { runInline } from "./inline-run.js";

// One worker: workers of the inline backend share a thread, and could not wait for each other. Threads are in apps/node-demo.
const small = bank({ accounts: 3, transfers: 50 });
const run = () => runInline(small, { workers: 1 });

describe("bank", () => {
  it("conserves the total, and one worker loses nothing without locks either", async () => {
    const { outcome, check } = await run();
    expect(await check(outcome)).toEqual([]);
    expect(outcome.withLocks.reduce((a, b) => a + b)).toBe(3_000_000);
    expect(new Set(outcome.withLocks).size).toBeGreaterThan(1);
    expect(small.describe(outcome)).toBe("with locks 3,000,000 stay 3,000,000; without, nothing was lost this time");
  });

  it("is only for backends whose workers run at the same time and share memory", () => {
    expect(small.requires).toEqual(["tasks", "parallel", "sharedMemory"]);
  });

  it.each<[string, (all: readonly number[]) => number[], RegExp]>([
    ["lost money", ([a = 0, ...rest]) => [a - 1, ...rest], /^the total with locks: 2999999 instead of 3000000$/m],
    [
      "money from nowhere",
      ([a = 0, ...rest]) => [a + 1, ...rest],
      /^the total with locks: 3000001 instead of 3000000$/m,
    ],
    [
      "money in the wrong account",
      ([a = 0, b = 0, c = 0]) => [a + 1, b - 1, c],
      /^account 0 with locks: \d+ instead of \d+$/m,
    ],
  ])("its checker finds %s", async (_, tamper, sentence) => {
    const { outcome, check } = await run();
    expect((await check({ ...outcome, withLocks: tamper(outcome.withLocks) })).join("\n")).toMatch(sentence);
  });

  it.each<[string, readonly number[], string]>([
    ["is lost", [900, 1000, 1000], "without, 100 are lost, 1 of 3 balances are wrong"],
    ["comes from nowhere", [1200, 1000, 900], "without, 100 come from nowhere, 2 of 3 balances are wrong"],
  ])("says how much %s without locks", (_, withoutLocks, words) => {
    const outcome: Balances = { withLocks: [1000, 1000, 1000], withoutLocks };
    expect(small.describe(outcome)).toBe(`with locks 3,000 stay 3,000; ${words}`);
  });
});
