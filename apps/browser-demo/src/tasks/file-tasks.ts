// The tasks that read files, which come as URLs. Workers serve this table; see task.worker.ts.

import { defineTasks } from "@everycore/core";
import { addWords, type WordCounts } from "@everycore/scenarios/words";

/** Counts the words of some files, one after the other. A file that cannot be read is counted as such. */
async function countWords(urls: readonly string[]): Promise<WordCounts> {
  const counts = new Map<string, number>();
  let words = 0;
  let unreadable = 0;
  for (const url of urls) {
    const text = await readText(url);
    if (text === undefined) unreadable++;
    else words += addWords(text, counts);
  }
  return { files: urls.length - unreadable, unreadable, words, counts };
}

/** What is not UTF-8 becomes U+FFFD, which belongs to no word. */
async function readText(url: string): Promise<string | undefined> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok ? response.text() : undefined;
}

/** Yields a file in blocks of whole lines, about 64 KiB each; counts them in `produced[0]` before it yields them. */
async function* readBlocks(url: string, produced: Int32Array | undefined): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of readBytes(url)) {
    rest += decoder.decode(bytes, { stream: true });
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

const blockBytes = 64 * 1024;

/** What a browser reads at once may be megabytes, with which the consumer would hold up the page. */
async function* readBytes(url: string): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = (await fetch(url)).body?.getReader();
  if (!reader) return;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      for (let at = 0; at < part.value.length; at += blockBytes) yield part.value.subarray(at, at + blockBytes);
    }
  } finally {
    await reader.cancel();
  }
}

/** The tasks, by name. */
export const fileTasks: { readonly countWords: typeof countWords; readonly readBlocks: typeof readBlocks } =
  defineTasks("everycore-demo/files", { countWords, readBlocks });
