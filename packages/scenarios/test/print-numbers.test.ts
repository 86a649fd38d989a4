import { describe, expect, it } from "vitest";
import { type PrintedNumbers, printNumbers } from "../src/index.js";
import { runInline } from "./inline-run.js";

const small = printNumbers({ count: 3, pauseMs: 10 });

describe("print-numbers", () => {
  it("prints in three ways and is verified, and so is its serial run", async () => {
    const { outcome, serial, check } = await runInline(small);
    expect(await check(outcome)).toEqual([]);
    expect(await check(serial as PrintedNumbers)).toEqual([]);
    expect(outcome.result).toBe(3);
    expect(small.describe(outcome)).toMatch(/^calling thread 0 1 2 · in parallel [012 ]+ · submit and result 0 1 2$/);
  });

  it("reports each number as progress", async () => {
    const texts: string[] = [];
    await runInline(small, { onProgress: (_done, _total, text) => texts.push(text) });
    expect(texts).toHaveLength(2 * 4 * 3);
    expect(texts[0]).toBe("main prints 0");
  });

  it.each<[string, (outcome: PrintedNumbers) => PrintedNumbers, string]>([
    [
      "a missing number",
      (outcome) => ({ ...outcome, calling: outcome.calling.slice(1) }),
      "what the calling thread printed: 1 2 instead of 0 1 2",
    ],
    [
      "numbers in the wrong order",
      (outcome) => ({ ...outcome, submitted: outcome.submitted.toReversed() }),
      "what the submitted task printed: 2 1 0 instead of 0 1 2",
    ],
    [
      "a printer that stays silent",
      (outcome) => ({ ...outcome, parallel: outcome.parallel.filter(({ printer }) => printer === 0) }),
      "what printer 1 printed:  instead of 0 1 2",
    ],
    [
      "pauses that were left out",
      (outcome) => ({ ...outcome, calling: outcome.calling.map((printed) => ({ ...printed, atMs: 0 })) }),
      "pauses of the calling thread that were too short: 2 instead of 0",
    ],
    ["a wrong result", (outcome) => ({ ...outcome, result: 2 }), "result(): 2 instead of 3"],
  ])("its checker finds %s", async (_, tamper, sentence) => {
    const { outcome, check } = await runInline(small);
    expect(await check(tamper(outcome))).toContain(sentence);
  });

  it("its checker finds printers that did not overlap, where they could have", async () => {
    const { outcome, check } = await runInline(small);
    const oneByOne = outcome.parallel.toSorted((a, b) => a.printer - b.printer);
    expect(await check({ ...outcome, parallel: oneByOne }, true)).toEqual([
      "whether the two printers overlapped: false instead of true",
    ]);
    expect(await check({ ...outcome, parallel: oneByOne }, false)).toEqual([]);
  });
});
