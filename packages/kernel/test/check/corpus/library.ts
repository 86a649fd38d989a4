// What the corpus imports, so that imports too go through each tool.

import type { KernelSource } from "../../../src/front-end.js";

export const SCALE = 1.25;
export const LIMIT = 40;
export const palette: Int32Array = Int32Array.of(5, 3, 8, 1, 9, 2, 7, 4);
export const options = { gain: 3, offset: 0.5, clampTo: (v: number, high: number): number => Math.min(v, high) };

export function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

export const wrap = (i: number, n: number): number => {
  if (i < 0) return i + n;
  return i >= n ? i - n : i;
};

/** In place of `kernel(fn, thunk)`: a call that tools cannot look into. */
export function define(fn: (...args: any[]) => void, captures?: () => Record<string, unknown>): KernelSource {
  return { fn: fn as KernelSource["fn"], captures };
}
