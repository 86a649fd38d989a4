// What a page does for the suite: it opens one case of its library and leaves it on `globalThis.contender`, for the functions that
// ../gpu-pages.ts evaluates in the page.

import { type Attempt, Missing } from "../../contender.js";
import type { GpuCaseName } from "../gpu-case.js";
import { type GpuLibrary, openGpuCase } from "../gpu-library.js";

/** A page with its inputs in place. */
export interface PageContender {
  readonly missing?: string;
  readonly adapter: string;
  readonly attempt: Omit<Attempt, "values">;
  /** The result of the last call, as float32 in Base64. */
  values(): Promise<string>;
}

/** Opens the case that the page's address names: `?case=sum&size=1000`. */
export function offer(load: () => Promise<GpuLibrary | Missing>): void {
  Object.assign(globalThis, { contender: open(load) });
}

async function open(load: () => Promise<GpuLibrary | Missing>): Promise<PageContender | { missing: string }> {
  const query = new URLSearchParams(location.search);
  const library = await load();
  if (library instanceof Missing) return { missing: library.reason };
  const attempt = await openGpuCase(library, query.get("case") as GpuCaseName, Number(query.get("size")));
  if (attempt instanceof Missing) return { missing: attempt.reason };
  const values = async (): Promise<string> => base64(Float32Array.from(await attempt.values()));
  return { adapter: await library.adapter(), attempt, values };
}

function base64(values: Float32Array<ArrayBuffer>): string {
  const bytes = new Uint8Array(values.buffer);
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += chunk) parts.push(String.fromCharCode(...bytes.subarray(i, i + chunk)));
  return btoa(parts.join(""));
}

const chunk = 2 ** 14;
