// Pictures that scenarios make, as PNG files.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Picture } from "@everycore/scenarios";
import { PNG } from "pngjs";

/** Writes `<folder>/<name>.png` and returns its path. The folder is made if it is not there. */
export async function savePicture(folder: string, name: string, { width, height, rgba }: Picture): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  const png = new PNG({ width, height });
  png.data = Buffer.from(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  await writeFile(path, PNG.sync.write(png));
  return path;
}
