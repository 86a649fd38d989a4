import { defineCapabilities } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { type ActivitiesEnd, missingCapability, startAndJoin } from "../src/index.js";
import { memoryHost } from "./memory-host.js";

// Runs on backends with threads or processes: apps/node-demo. Here is what can be judged without.
const small = startAndJoin({ count: 3, pauseMs: 10 });
const input = { count: 3, pauseMs: 10 };
const end = { joined: true, alive: [true, false], exitCode: 0 } as const;
const good: ActivitiesEnd = {
  printed: [0, 1, 2].flatMap((number) =>
    [0, 1].map((printer) => ({ printer, by: `printer-${printer}`, number, atMs: 10 * number })),
  ),
  ends: [end, end],
};

const check = (outcome: ActivitiesEnd) =>
  small.check(outcome, { input, host: memoryHost(), capabilities: defineCapabilities({}), maxWorkers: 2 });

describe("start-and-join", () => {
  it("is verified if both printed, overlapped and ended well", async () => {
    expect(await check(good)).toEqual([]);
    expect(small.describe(good)).toBe("printer-0 and printer-1: 0 0 1 1 2 2");
  });

  it("needs threads or processes of one's own", () => {
    expect(missingCapability(small, { capabilities: defineCapabilities({ tasks: true }) })).toBe("activities");
  });

  it.each<[string, ActivitiesEnd, string]>([
    ["a missing number", { ...good, printed: good.printed.slice(1) }, "what printer 0 printed: 1 2 instead of 0 1 2"],
    [
      "printers that took turns",
      { ...good, printed: good.printed.toSorted((a, b) => a.printer - b.printer) },
      "whether the two printers overlapped: false instead of true",
    ],
    [
      "one that was not joined",
      { ...good, ends: [end, { ...end, joined: false }] },
      "join() of printer 1: false instead of true",
    ],
    [
      "one that is still alive",
      { ...good, ends: [{ ...end, alive: [true, true] }, end] },
      "whether printer 0 was alive before and after: true,true instead of true,false",
    ],
    ["one that failed", { ...good, ends: [{ ...end, exitCode: 1 }, end] }, "exit code of printer 0: 1 instead of 0"],
  ])("its checker finds %s", async (_, outcome, sentence) => {
    expect(await check(outcome)).toEqual([sentence]);
  });
});
