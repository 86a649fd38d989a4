// A large file through a streaming task, read by somebody who is slower than the disk. The producer may be ahead of the
// consumer by the stream's buffer and no more: memory stays bounded whatever the file's size.

import type { Executor } from "@everycore/core";
import { pause } from "./calling-thread.js";
import type { LogFile, TextSummary } from "./host.js";
import { expectEqual, type RunContext, type Scenario } from "./scenario.js";

/** Size of `stream`. */
export interface StreamScenarioOptions {
  readonly lines?: number;
  readonly streamBuffer?: number;
  /** How long the consumer takes over each block. */
  readonly pauseMs?: number;
}

interface Input {
  readonly file: LogFile;
  readonly streamBuffer: number;
  readonly pauseMs: number;
}

/** What came out of the stream. */
export interface StreamedText extends TextSummary {
  readonly blocks: number;
  readonly streamBuffer: number;
  /** The most blocks that the producer was ahead; `undefined` where no memory is shared and nobody can see that. */
  readonly mostAhead: number | undefined;
}

/** Makes the scenario. */
export function stream({
  lines = 250_000,
  streamBuffer = 16,
  pauseMs = 2,
}: StreamScenarioOptions = {}): Scenario<Input, StreamedText> {
  return {
    name: "stream",
    title: "Stream a file",
    description:
      `Reads a file of ${lines.toLocaleString("en")} lines through a streaming task with a slow consumer. Checked: lines, ` +
      `bytes and hash against another reading, and that the task was never more than ${streamBuffer} blocks ahead.`,
    requires: ["tasks"],
    incomparable: "the slow consumer sets the pace",
    prepare: async ({ host }) => ({ file: await host.logs.create(lines), streamBuffer, pauseMs }),
    release: ({ file }, host) => host.logs.remove(file),
    run: runOn,
    check: async (outcome, { host, input }) => [
      ...compareTexts(outcome, await host.logs.summarize(input.file.path)),
      ...checkAhead(outcome, input),
    ],
    describe: ({ lines: count, bytes, blocks, streamBuffer: buffer, mostAhead }) =>
      `${count.toLocaleString("en")} lines, ${megabytes(bytes)} MB in ${blocks} blocks; the task was ` +
      (mostAhead === undefined ? "out of sight" : `at most ${mostAhead} blocks ahead, ${buffer} allowed`),
  };
}

async function runOn({ host, input, executor, signal, progress }: RunContext<Input, Executor>): Promise<StreamedText> {
  const { file, streamBuffer, pauseMs } = input;
  const produced = executor.capabilities.sharedMemory ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
  const digest = host.logs.digest();
  let [blocks, characters, mostAhead] = [0, 0, 0];
  const texts = executor.with({ signal, streamBuffer }).stream(host.logs.readBlocks, file.path, produced);
  for await (const text of texts) {
    digest.update(text);
    blocks++;
    characters += text.length;
    progress(characters, file.bytes, `${megabytes(characters)} of ${megabytes(file.bytes)} MB`);
    await pause(pauseMs);
    // While the consumer rests the count can only grow, up to what the buffer allows: the end of the rest shows the most.
    if (produced) mostAhead = Math.max(mostAhead, Atomics.load(produced, 0) - blocks);
  }
  return { ...digest.finish(), blocks, streamBuffer, mostAhead: produced && mostAhead };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function compareTexts(actual: TextSummary, expected: TextSummary): string[] {
  return [
    ...expectEqual("lines", actual.lines, expected.lines),
    ...expectEqual("bytes", actual.bytes, expected.bytes),
    ...expectEqual("hash", actual.hash, expected.hash),
  ];
}

function checkAhead({ mostAhead }: StreamedText, { streamBuffer }: Input): string[] {
  if (mostAhead === undefined || (mostAhead >= 0 && mostAhead <= streamBuffer)) return [];
  return [`the task was ${mostAhead} blocks ahead of the consumer, although the buffer holds ${streamBuffer}`];
}
