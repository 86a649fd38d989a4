// The samples that come with the scenarios: a photograph and a table.

import { readFile } from "node:fs/promises";
import type { Picture, SampleHost } from "@everycore/scenarios";
import { PNG } from "pngjs";

/** The samples in @everycore/scenarios/data. */
export function createSampleHost(): SampleHost {
  return {
    photograph: async () => decode(await readFile(locate("raccoon.png"))),
    iris: () => readFile(locate("iris.csv"), "utf8"),
  };
}

function locate(name: string): URL {
  return new URL(import.meta.resolve(`@everycore/scenarios/data/${name}`));
}

function decode(bytes: Buffer): Picture {
  const { width, height, data } = PNG.sync.read(bytes);
  return { width, height, rgba: new Uint8ClampedArray(data) };
}
