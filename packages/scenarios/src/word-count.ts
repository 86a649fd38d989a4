// Counting words in many files: small pieces of reading and computing, grouped so that messages stay few.

import type { Executor } from "@everycore/core";
import { createTurns } from "./calling-thread.js";
import type { TextFile } from "./host.js";
import {
  amount,
  expectEqual,
  type PrepareContext,
  type RunContext,
  type Scenario,
  type SerialContext,
} from "./scenario.js";
import { mergeCounts, mostFrequent, scanWords, type WordCounts } from "./words.js";

/** Grain of `word-count`. */
export interface WordCountOptions {
  /** About how many groups the files are divided into, each one task … */
  readonly groups?: number;
  /** … unless groups would be smaller than this: then there are fewer. */
  readonly groupBytes?: number;
}

interface Input {
  readonly files: readonly TextFile[];
  readonly batches: ReadonlyArray<readonly string[]>;
  /** The independent count. It comes first, so that every run finds the files in the system's cache. */
  readonly expected: WordCounts;
}

/** Makes the scenario. */
export function wordCount({
  groups = 24,
  groupBytes = 256 * 1024,
}: WordCountOptions = {}): Scenario<Input, WordCounts> {
  return {
    name: "word-count",
    title: "Count words",
    description:
      "Finds the most frequent words of many text files, which tasks read in groups. Checked against a plain serial count " +
      "that finds words in another way.",
    requires: ["tasks"],
    async prepare(context: PrepareContext) {
      const files = await context.host.texts.list();
      const expected = await countPlainly(files, context);
      return { files, batches: groupFiles(files, groups, groupBytes), expected };
    },
    serial: runSerially,
    run: runOn,
    check: async (outcome, { input }) => compareCounts(outcome, input.expected),
    describe: describeCounts,
  };
}

/** Small files travel together, so that there are few messages; a large file is a group by itself. */
function groupFiles(files: readonly TextFile[], groups: number, groupBytes: number): string[][] {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const limit = Math.max(groupBytes, total / groups);
  const batches: string[][] = [];
  let room = 0;
  for (const { path, bytes } of files) {
    const last = batches.at(-1);
    if (last && room >= bytes && last.length < mostFiles) last.push(path);
    else {
      batches.push([path]);
      room = limit;
    }
    room -= bytes;
  }
  return batches;
}

/** Thousands of empty files are work too. */
const mostFiles = 512;

async function runSerially({ host, input, signal, progress }: SerialContext<Input>): Promise<WordCounts> {
  const turn = createTurns(signal);
  const parts: WordCounts[] = [];
  let done = 0;
  for (const batch of input.batches) {
    parts.push(await host.texts.countWords(batch));
    done += batch.length;
    progress(done, input.files.length, amount(done, input.files.length, "files"));
    await turn();
  }
  return mergeCounts(parts);
}

async function runOn({ host, input, executor, signal, progress }: RunContext<Input, Executor>): Promise<WordCounts> {
  const parts: WordCounts[] = [];
  let done = 0;
  for await (const part of executor.with({ signal }).map(host.texts.countWords, input.batches)) {
    parts.push(part);
    done += part.files + part.unreadable;
    progress(done, input.files.length, amount(done, input.files.length, "files"));
  }
  return mergeCounts(parts);
}

/** One file after the other, with the checker's own reader and its own idea of how to find words. */
async function countPlainly(
  files: readonly TextFile[],
  { host, signal, progress }: PrepareContext,
): Promise<WordCounts> {
  const turn = createTurns(signal);
  const counts = new Map<string, number>();
  let [read, unreadable, words] = [0, 0, 0];
  for (const { path } of files) {
    const text = await host.texts.read(path);
    if (text === undefined) unreadable++;
    else {
      read++;
      words += scanWords(text, counts);
    }
    progress(read + unreadable, files.length, amount(read + unreadable, files.length, "files"));
    await turn();
  }
  return { files: read, unreadable, words, counts };
}

function compareCounts(actual: WordCounts, expected: WordCounts): string[] {
  const wrong = [...expected.counts].filter(([word, count]) => actual.counts.get(word) !== count);
  const example = wrong[0]?.[0] ?? "";
  return [
    ...expectEqual("files read", actual.files, expected.files),
    ...expectEqual("files that could not be read", actual.unreadable, expected.unreadable),
    ...expectEqual("words", actual.words, expected.words),
    ...expectEqual("different words", actual.counts.size, expected.counts.size),
    ...expectEqual(`words with a wrong count${example && `, such as "${example}"`}`, wrong.length, 0),
  ];
}

function describeCounts(outcome: WordCounts): string {
  const { files, unreadable, words } = outcome;
  const top = mostFrequent(outcome, 10).map(([word, count]) => `${word} ${count.toLocaleString("en")}`);
  const failed = unreadable > 0 ? `, ${unreadable.toLocaleString("en")} files unreadable` : "";
  const summary = `${words.toLocaleString("en")} words in ${files.toLocaleString("en")} files${failed}`;
  return top.length > 0 ? `${summary}; most frequent: ${top.join(", ")}` : summary;
}
