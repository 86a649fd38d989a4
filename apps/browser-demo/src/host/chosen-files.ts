// What the scenarios read: the samples that the app ships, or files of the visitor's own. Only URLs, so that a worker can be told.

import raccoon from "@everycore/scenarios/data/raccoon.png?url";

/** Files by URL. */
export interface ChosenFiles {
  readonly texts: readonly string[];
  readonly photograph: string;
}

/** The documents of this repository, as they are: some hundred kilobytes of real text, under its licence. */
const documents: Record<string, string> = import.meta.glob(
  ["../../../../*.md", "../../../../docs/*.md", "../../../../packages/*/*.md", "../../../*/README.md"],
  { query: "?url", import: "default", eager: true },
);

const absolute = (url: string): string => new URL(url, import.meta.url).href;

/** The app's own samples. */
export const sampleFiles: ChosenFiles = {
  texts: Object.values(documents).map(absolute),
  photograph: absolute(raccoon),
};

/** URLs of files that the visitor has chosen. They last as long as the page. */
export function urlsOf(files: Iterable<File>): string[] {
  return Array.from(files, (file) => URL.createObjectURL(file));
}
