import { describe, expect, it } from "vitest";
import { cancel, type TaskEnds } from "../src/index.js";
import { runInline } from "./inline-run.js";

const small = cancel({ tasks: 20, steps: 3 });

/** The ends with some of one task replaced. */
function change(outcome: TaskEnds, id: number, changes: object): TaskEnds {
  return { ...outcome, ends: outcome.ends.map((end, index) => (index === id ? { ...end, ...changes } : end)) };
}

describe("cancel", () => {
  it("cancels, aborts and finishes as planned", async () => {
    const { outcome, check } = await runInline(small);
    expect(await check(outcome)).toEqual([]);
    expect(small.describe(outcome)).toBe("of 20 tasks 8 cancelled, 4 aborted, 8 finished");
  });

  it("works with one worker", async () => {
    const { outcome, check } = await runInline(small, { workers: 1 });
    expect(await check(outcome)).toEqual([]);
  });

  it("says why it is not compared with a serial run", () => {
    expect(small.serial).toBeUndefined();
    expect(small.incomparable).toBe("the work that is cancelled is never done");
  });

  it.each<[string, (outcome: TaskEnds) => TaskEnds, RegExp]>([
    [
      "a cancelled task that ran",
      (outcome) => change(outcome, 19, { began: true }),
      /task 19: to cancel: begun, cancelled, EVERYCORE_CANCELLED instead of to cancel: never begun/,
    ],
    [
      "an abort that came too late",
      (outcome) => change(outcome, 1, { state: "finished", value: 1, code: undefined }),
      /task 1: to abort: begun, finished, 1 instead of to abort: begun, cancelled, EVERYCORE_ABORTED/,
    ],
    [
      "a wrong value",
      (outcome) => change(outcome, 0, { value: 5 }),
      /task 0: to finish: begun, finished, 5 instead of/,
    ],
    [
      "a task that was lost with a neighbour",
      (outcome) => change(outcome, 2, { value: undefined, code: "EVERYCORE_WORKER_LOST" }),
      /task 2: to finish: begun, finished, EVERYCORE_WORKER_LOST instead of/,
    ],
    [
      "books that do not add up",
      (outcome) => ({ ...outcome, books: { ...outcome.books, done: 19 } }),
      /stats\(\)\.done: 19 instead of 20/,
    ],
    ["a lost task", (outcome) => ({ ...outcome, ends: outcome.ends.slice(1) }), /tasks: 19 instead of 20/],
  ])("its checker finds %s", async (_, tamper, sentence) => {
    const { outcome, check } = await runInline(small);
    expect((await check(tamper(outcome))).join("\n")).toMatch(sentence);
  });
});
