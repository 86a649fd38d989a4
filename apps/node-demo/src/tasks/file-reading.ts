// The tasks that read files: the module that workers load. It is built as a file of its own (see tsup.config.ts).

import { createReadStream, readFileSync } from "node:fs";
import { defineTasks } from "@everycore/core";
import { addWords, type WordCounts } from "@everycore/scenarios";

/** Counts the words of some files, one after the other. A file that cannot be read is counted as such. */
function countWords(paths: readonly string[]): WordCounts {
  const counts = new Map<string, number>();
  let words = 0;
  let unreadable = 0;
  for (const path of paths) {
    const text = readText(path);
    if (text === undefined) unreadable++;
    else words += addWords(text, counts);
  }
  return { files: paths.length - unreadable, unreadable, words, counts };
}

/** What is not UTF-8 becomes U+FFFD, which belongs to no word. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Yields a file in blocks of whole lines, about 64 KiB each; counts them in `produced[0]` before it yields them. */
async function* readBlocks(path: string, produced: Int32Array | undefined): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const text of createReadStream(path, { encoding: "utf8", highWaterMark: 64 * 1024 })) {
    rest += text;
    const end = rest.lastIndexOf("\n") + 1;
    if (end === 0) continue;
    if (produced) Atomics.add(produced, 0, 1);
    yield rest.slice(0, end);
    rest = rest.slice(end);
  }
  if (rest === "") return;
  if (produced) Atomics.add(produced, 0, 1);
  yield rest;
}

interface FileTasks {
  readonly countWords: typeof countWords;
  readonly readBlocks: typeof readBlocks;
}

/** The tasks, by name. */
export const fileTasks: FileTasks = defineTasks(import.meta.url, { countWords, readBlocks });
