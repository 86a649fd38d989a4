// What the scenarios read: the samples that the app ships, or files of the visitor's own. Only URLs, so that a worker can be told.

import type { TextFile } from "@everycore/scenarios";
import raccoon from "@everycore/scenarios/data/raccoon.png?url";

/** Files by URL. */
export interface ChosenFiles {
  readonly texts: readonly TextFile[];
  readonly photograph: string;
}

/** The documents of this repository, as they are: some hundred kilobytes of real text, under its licence. */
const documents: Record<string, string> = import.meta.glob(
  ["../../../../*.md", "../../../../docs/*.md", "../../../../packages/*/*.md", "../../../*/README.md"],
  { query: "?url", import: "default", eager: true },
);

/** The app's own samples. */
export async function sampleFiles(): Promise<ChosenFiles> {
  const urls = Object.values(documents).map((url) => new URL(url, import.meta.url).href);
  const sizes = await Promise.all(urls.map(sizeOf));
  return {
    texts: urls.map((path, index) => ({ path, bytes: sizes[index] as number })),
    photograph: new URL(raccoon, import.meta.url).href,
  };
}

async function sizeOf(url: string): Promise<number> {
  return (await (await fetch(url)).arrayBuffer()).byteLength;
}

/** Files that the visitor has chosen. Their URLs last as long as the page. */
export function textsOf(files: Iterable<File>): TextFile[] {
  return Array.from(files, (file) => ({ path: URL.createObjectURL(file), bytes: file.size }));
}
