// A host whose files are in memory: a small real one, and the proof that scenarios need nothing else.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { addWords, type Host, type LogHost, paint, type SampleHost, type TextHost } from "../src/index.js";

/** A host with these texts; a file whose text is `undefined` cannot be read. */
export function memoryHost(texts: Readonly<Record<string, string | undefined>> = {}): Host {
  return { texts: memoryTexts(texts), logs: memoryLogs(), samples: memorySamples() };
}

function memoryTexts(texts: Readonly<Record<string, string | undefined>>): TextHost {
  return {
    place: "memory",
    list: async () => Object.entries(texts).map(([path, text]) => ({ path, bytes: text?.length ?? 0 })),
    read: async (path) => texts[path],
    countWords(paths) {
      const counts = new Map<string, number>();
      const found = paths.flatMap((path) => texts[path] ?? []);
      const words = found.reduce((sum, text) => sum + addWords(text, counts), 0);
      return { files: found.length, unreadable: paths.length - found.length, words, counts };
    },
  };
}

function memoryLogs(): LogHost {
  const files = new Map<string, string>();
  const summarize = (text: string) => ({
    lines: text.split("\n").length - 1,
    bytes: Buffer.byteLength(text),
    hash: createHash("sha256").update(text).digest("hex"),
  });
  return {
    async create(lines) {
      const path = `log-${files.size}`;
      const text = Array.from({ length: lines }, (_, line) => `line ${line} · ${line % 7}\n`).join("");
      files.set(path, text);
      return { path, bytes: Buffer.byteLength(text) };
    },
    async remove({ path }) {
      files.delete(path);
    },
    async *readBlocks(path, produced) {
      for (const block of files.get(path)?.match(/(?:.*\n){1,10}/g) ?? []) {
        if (produced) Atomics.add(produced, 0, 1);
        yield block;
      }
    },
    digest() {
      let all = "";
      return {
        update(text) {
          all += text;
        },
        finish: () => summarize(all),
      };
    },
    summarize: async (path) => summarize(files.get(path) ?? ""),
  };
}

/** A small picture that is computed, and the real flowers. */
function memorySamples(): SampleHost {
  return {
    photograph: async () =>
      paint(60, 40, (i) => [(i * 7) % 256, (i * i) % 251, i % 60 < 30 ? 255 : Math.floor(i / 60) * 6]),
    iris: () => readFile(new URL("../data/iris.csv", import.meta.url), "utf8"),
  };
}
