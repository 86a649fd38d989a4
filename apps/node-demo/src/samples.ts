// The samples that this app ships: a photograph and a table, in its data folder.

import { readFile } from "node:fs/promises";
import type { Picture, SampleHost } from "@everycore/scenarios";
import { PNG } from "pngjs";

/** The samples in the data folder. */
export function createSampleHost(): SampleHost {
  return {
    photograph: async () => decode(await readFile(locate("raccoon.png"))),
    iris: () => readFile(locate("iris.csv"), "utf8"),
  };
}

function locate(name: string): URL {
  return new URL(`../data/${name}`, import.meta.url);
}

function decode(bytes: Buffer): Picture {
  const { width, height, data } = PNG.sync.read(bytes);
  return { width, height, rgba: new Uint8ClampedArray(data) };
}
