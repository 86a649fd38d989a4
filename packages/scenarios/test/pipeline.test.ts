import { describe, expect, it } from "vitest";
import { type PipelineOutcome, pipeline } from "../src/index.js";
import { runInline } from "./inline-run.js";

const small = pipeline({ pieces: 40, maxSize: 3 });

describe("pipeline", () => {
  it("gets each piece through the queue once", async () => {
    const { outcome, check } = await runInline(small);
    expect(outcome.made).toEqual([20, 20]);
    expect(outcome.finished.flat()).toHaveLength(40);
    expect(outcome.mostWaiting).toBeGreaterThan(0);
    expect(await check(outcome)).toEqual([]);
    expect(small.describe(outcome)).toMatch(/^40 pieces from 2 producers to 1 consumer; at most \d waited$/);
  });

  it("works with one worker, for which the calling thread produces", async () => {
    const { outcome, check } = await runInline(small, { workers: 1 });
    expect(outcome.made).toEqual([40]);
    expect(await check(outcome)).toEqual([]);
  });

  it("accepts that nobody can see the queue where no memory is shared", async () => {
    const { outcome, check } = await runInline(small);
    expect(await check({ ...outcome, mostWaiting: undefined })).toEqual([]);
    expect(small.describe({ ...outcome, mostWaiting: undefined })).toMatch(/; the queue was out of sight$/);
  });

  it.each<[string, (outcome: PipelineOutcome) => PipelineOutcome, RegExp]>([
    ["a lost piece", change((all) => all.slice(1)), /^how often piece \d\/\d+ was finished: 0 instead of 1$/],
    ["a piece that came twice", change((all) => [...all, ...all.slice(-1)]), /was finished: 2 instead of 1$/m],
    [
      "a piece that nobody made",
      change((all) => [...all, { producer: 7, sequence: 0, sum: 0 }]),
      /^pieces that nobody made: 1/,
    ],
    ["pieces in the wrong order", change((all) => all.toReversed()), /^consumer 0 got piece \d\/\d+ after \d\/\d+$/m],
    [
      "a wrong sum",
      change((all) => all.map((piece) => ({ ...piece, sum: piece.sum + 1 }))),
      /^the sum of piece \d\/\d+: \d+ instead/,
    ],
    [
      "a queue without bound",
      (outcome) => ({ ...outcome, mostWaiting: 5 }),
      /^5 pieces waited, although the queue holds 3$/,
    ],
  ])("its checker finds %s", async (_, tamper, sentence) => {
    const { outcome, check } = await runInline(small);
    expect((await check(tamper(outcome))).join("\n")).toMatch(sentence);
  });
});

type Pieces = PipelineOutcome["finished"][number];

function change(tamper: (pieces: Pieces) => Pieces): (outcome: PipelineOutcome) => PipelineOutcome {
  return (outcome) => ({ ...outcome, finished: outcome.finished.map(tamper) });
}
