// Finding the README and Markdown files that `word-count` reads.

import { existsSync } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TextFile, TextHost } from "@everycore/scenarios";
import { fileTasks } from "./tasks/file-reading.js";

/** README and Markdown files; in a folder of the user's own choice plain text files as well. */
const documentName = /^readme(\.[^.]*)?$|\.(md|markdown)$/i;
const textName = /^readme(\.[^.]*)?$|\.(md|markdown|txt)$/i;

/** The text files in `input`, or in the installed packages where there is none. */
export function createTextHost(input: string | undefined): TextHost {
  const roots = input === undefined ? installedFolders() : [input];
  const wanted = input === undefined ? documentName : textName;
  return {
    place: roots.join(", "),
    async list() {
      const found = await Promise.all(roots.map((root) => findFiles(root, wanted)));
      const files = found.flat().sort((a, b) => (a.path < b.path ? -1 : 1));
      if (files.length === 0) throw new Error(`There are no README, Markdown or text files in ${roots.join(", ")}.`);
      return files;
    },
    countWords: fileTasks.countWords,
    read: (path) => readFile(path).then(decode, () => undefined),
  };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Every `node_modules` between this file and the root of the disk: where Node itself would look for packages. */
function installedFolders(): string[] {
  const folders: string[] = [];
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules");
    if (existsSync(candidate)) folders.push(candidate);
    if (folder === dirname(folder)) return folders;
  }
}

/**
 * The files below a folder. Links are not followed, so there are no loops and no file comes twice. A folder that cannot
 * be listed is returned itself: it will be counted among what cannot be read, and not be passed over in silence.
 */
async function findFiles(folder: string, wanted: RegExp): Promise<TextFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return [{ path: folder, bytes: 0 }];
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return findFiles(path, wanted);
    return entry.isFile() && wanted.test(entry.name) ? [{ path, bytes: await sizeOf(path) }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function sizeOf(path: string): Promise<number> {
  return lstat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
