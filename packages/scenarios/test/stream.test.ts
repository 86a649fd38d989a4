import { describe, expect, it } from "vitest";
import { type StreamedText, stream } from "../src/index.js";
import { runInline } from "./inline-run.js";

const small = stream({ lines: 300, streamBuffer: 4, pauseMs: 1 });

describe("stream", () => {
  it("delivers the whole file, and never more than the buffer ahead", async () => {
    const { outcome, check } = await runInline(small);
    expect(outcome).toMatchObject({ lines: 300, blocks: 30 });
    expect(outcome.mostAhead).toBeGreaterThan(0);
    expect(outcome.mostAhead).toBeLessThanOrEqual(4);
    expect(await check(outcome)).toEqual([]);
  });

  it("accepts that nobody can see the producer where no memory is shared", async () => {
    const { outcome, check } = await runInline(small);
    expect(await check({ ...outcome, mostAhead: undefined })).toEqual([]);
    expect(small.describe({ ...outcome, mostAhead: undefined })).toMatch(/the task was out of sight$/);
  });

  it.each<[string, Partial<StreamedText>, RegExp]>([
    ["lost lines", { lines: 299 }, /^lines: 299 instead of 300$/],
    ["lost bytes", { bytes: 1 }, /^bytes: 1 instead of \d+$/],
    ["changed text", { hash: "0" }, /^hash: 0 instead of [0-9a-f]{64}$/],
    [
      "a buffer without bound",
      { mostAhead: 5 },
      /^the task was 5 blocks ahead of the consumer, although the buffer holds 4$/,
    ],
  ])("its checker finds %s", async (_, changes, sentence) => {
    const { outcome, check } = await runInline(small);
    expect((await check({ ...outcome, ...changes })).join("\n")).toMatch(sentence);
  });
});
