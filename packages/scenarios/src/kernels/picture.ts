// Pictures, as scenarios make them and apps show them: on the host, or where an executor keeps its arrays.

import type { DeviceArray, KernelExecutor } from "@everycore/core";
import { kernel } from "@everycore/kernel";

/** A picture: four bytes a pixel (red, green, blue, alpha), row by row from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** A picture on a device, which has painted it: a word a pixel, whose bytes in memory are those of {@link Picture}. */
export interface DevicePicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: DeviceArray<Uint32Array>;
}

/** One value a pixel, 0 is black and 255 white. */
export interface GrayPicture {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** The brightness of each pixel, by the weights of ITU-R BT.601. */
export function toGray({ width, height, rgba }: Picture): GrayPicture {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    values[i] =
      0.299 * (rgba[4 * i] as number) + 0.587 * (rgba[4 * i + 1] as number) + 0.114 * (rgba[4 * i + 2] as number);
  }
  return { width, height, values };
}

/** A picture whose pixels are what `colour` gives for 0, 1, 2, … */
export function paint(
  width: number,
  height: number,
  colour: (index: number) => readonly [red: number, green: number, blue: number],
): Picture {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    rgba.set(colour(i), 4 * i);
    rgba[4 * i + 3] = 255;
  }
  return { width, height, rgba };
}

/** A gray picture as one with colours. */
export function fromGray({ width, height, values }: GrayPicture): Picture {
  return paint(width, height, (i) => {
    const value = values[i] as number;
    return [value, value, value];
  });
}

/** A pixel as a word. For kernels, which capture it. Values are rounded and clamped, as a `Uint8ClampedArray` does it. */
export function packPixel(red: number, green: number, blue: number): number {
  const r = Math.trunc(Math.min(255, Math.max(0, red)) + 0.5);
  const g = Math.trunc(Math.min(255, Math.max(0, green)) + 0.5);
  const b = Math.trunc(Math.min(255, Math.max(0, blue)) + 0.5);
  return (r | (g << 8) | (b << 16) | (255 << 24)) >>> 0;
}

const paintGray = kernel(
  (thread, values: Float32Array, pixels: Uint32Array) => {
    const value = values[thread.x] as number;
    pixels[thread.x] = packPixel(value, value, value);
  },
  () => ({ packPixel }),
);

/** Shows a gray picture that lies on the device: {@link fromGray} there. */
export async function showGray(
  executor: KernelExecutor,
  values: DeviceArray<Float32Array>,
  { width, height }: Pick<Picture, "width" | "height">,
  show: (picture: DevicePicture) => Promise<void>,
): Promise<void> {
  using pixels = executor.array("uint32", width * height);
  await executor.submit(paintGray.over(width * height), values, pixels);
  await show({ width, height, pixels });
}
