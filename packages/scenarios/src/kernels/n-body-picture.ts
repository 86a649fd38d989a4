// The bodies of `n-body` from above, drawn on the host or painted on the device: with the same pixels.

import type { DeviceArray, KernelExecutor } from "@everycore/core";
import { kernel } from "@everycore/kernel";
import { type Picture, packPixel, paint } from "./picture.js";

/** The pixels of one body. */
const dot = [
  [0, 0],
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** Width and height of the picture. */
export const pictureSize = 512;
const size = pictureSize;
/** How much of the plane it shows. */
const span = 2.4;

/** The bodies from above. Single precision, as on a device: a body is in the same pixel there. */
export function drawBodies(x: Float32Array, y: Float32Array): Picture {
  const { fround } = Math;
  const pixelOf = (place: number): number => Math.floor(fround(fround(fround(place / fround(span)) + 0.5) * size));
  const hits = new Float32Array(size * size);
  for (let i = 0; i < x.length; i++) {
    const column = pixelOf(x[i] as number);
    const row = pixelOf(y[i] as number);
    for (const [dx, dy] of dot) {
      const inside = column + dx >= 0 && column + dx < size && row + dy >= 0 && row + dy < size;
      const at = (row + dy) * size + column + dx;
      if (inside) hits[at] = (hits[at] as number) + 1;
    }
  }
  return paint(size, size, (i) => {
    const value = Math.min(1, (hits[i] as number) / 2);
    return [255 * value, 220 * value, 24 + 160 * value];
  });
}

/** A thread for each body and each pixel of its dot. */
const countHits = kernel(
  (thread, x: Float32Array, y: Float32Array, hits: Int32Array) => {
    const across = thread.y === 1 ? 1 : thread.y === 2 ? -1 : 0;
    const down = thread.y === 3 ? 1 : thread.y === 4 ? -1 : 0;
    const column = Math.trunc(Math.floor(((x[thread.x] as number) / span + 0.5) * size)) + across;
    const row = Math.trunc(Math.floor(((y[thread.x] as number) / span + 0.5) * size)) + down;
    if (column >= 0 && column < size && row >= 0 && row < size) thread.atomicAdd(hits, row * size + column, 1);
  },
  () => ({ size, span }),
);

const paintHits = kernel(
  (thread, hits: Int32Array, pixels: Uint32Array) => {
    const value = Math.min(1, (hits[thread.x] as number) / 2);
    pixels[thread.x] = packPixel(255 * value, 220 * value, 24 + 160 * value);
  },
  () => ({ packPixel }),
);

/** {@link drawBodies} on the device. */
export async function paintBodies(
  executor: KernelExecutor,
  x: DeviceArray<Float32Array>,
  y: DeviceArray<Float32Array>,
  pixels: DeviceArray<Uint32Array>,
): Promise<void> {
  using hits = executor.array("int32", pixels.length);
  executor.submit(countHits.over([x.length, dot.length]), x, y, hits);
  await executor.submit(paintHits.over(pixels.length), hits, pixels);
}
