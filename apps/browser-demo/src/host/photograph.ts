// A picture file as pixels.

import type { Picture } from "@everycore/scenarios";

/** Larger photographs are scaled down: what is shown is no larger, and the checkers work in double precision. */
const mostPixels = 1024 * 1024;

/** Fetches and decodes a picture in any format that the browser knows. */
export async function readPhotograph(url: string): Promise<Picture> {
  const bitmap = await decode(await (await fetch(url)).blob());
  const scale = Math.min(1, Math.sqrt(mostPixels / (bitmap.width * bitmap.height)));
  const [width, height] = [
    Math.max(1, Math.floor(bitmap.width * scale)),
    Math.max(1, Math.floor(bitmap.height * scale)),
  ];
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser gives no canvas to decode the photograph with.");
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}

async function decode(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob);
  } catch (cause) {
    throw new Error("The file is not a picture that this browser can decode. Choose a PNG, JPEG or WebP file.", {
      cause,
    });
  }
}
