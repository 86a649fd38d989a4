// The platform of a page or a worker, as far as scenarios need it. Everything is found by URL, so page and workers see the same.

import type { Host, TextFile } from "@everycore/scenarios";
import iris from "@everycore/scenarios/data/iris.csv?url";
import { fileTasks } from "../tasks/file-tasks.js";
import type { ChosenFiles } from "./chosen-files.js";
import { createLogHost } from "./log-texts.js";
import { readPhotograph } from "./photograph.js";

/** The host over these files. */
export function createHost({ texts, photograph }: ChosenFiles): Host {
  return {
    texts: {
      place: "the files that were chosen",
      list: () => Promise.all(texts.map(describeText)),
      countWords: fileTasks.countWords,
      read: readText,
    },
    logs: createLogHost(),
    samples: {
      photograph: () => readPhotograph(photograph),
      iris: async () => (await fetch(new URL(iris, import.meta.url))).text(),
    },
  };
}

async function describeText(path: string): Promise<TextFile> {
  return { path, bytes: (await readBytes(path))?.byteLength ?? 0 };
}

async function readText(url: string): Promise<string | undefined> {
  const bytes = await readBytes(url);
  return bytes && new TextDecoder().decode(bytes);
}

async function readBytes(url: string): Promise<ArrayBuffer | undefined> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.arrayBuffer() : undefined;
  } catch {
    // The file is gone, or has changed since it was chosen.
    return undefined;
  }
}
