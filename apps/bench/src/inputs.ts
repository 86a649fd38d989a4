// Inputs that are the same in every run: bytes from a small generator, and the photograph.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PNG } from "pngjs";
import { uniform } from "./uniform.js";

/** `length` bytes, each value as likely as the others. */
export function bytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(uniform(length, seed), (value) => value * 256);
}

/** A picture in grey, from 0 to 1, row after row. */
export interface Picture {
  readonly image: Float32Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

// From dist, where all of src becomes one file.
const photograph = fileURLToPath(new URL("../../../packages/scenarios/data/raccoon.png", import.meta.url));

/** The photograph, repeated `times` times along each axis. */
export function picture(times: number): Picture {
  const png = PNG.sync.read(readFileSync(photograph));
  const [width, height] = [png.width * times, png.height * times];
  const image = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = 4 * ((y % png.height) * png.width + (x % png.width));
      const [red = 0, green = 0, blue = 0] = png.data.subarray(pixel, pixel + 3);
      image[y * width + x] = (red + green + blue) / 765;
    }
  }
  return { image, width, height };
}
