// Whether a result is right: compared with what the plain JavaScript loop gave, within what float32 allows.

import type { Values } from "./contender.js";

/** How far a result may be off. An element is right if it is within either bound. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
  /** The share of elements that may be off by more; where chaos decides them, as at the edge of the Mandelbrot set. */
  readonly outliers?: number;
}

/** Integers and counts. */
export const exact: Tolerance = { relative: 0, absolute: 0 };

/** A few operations in float32. */
export const single: Tolerance = { relative: 1e-5, absolute: 1e-6 };

/** Long sums in float32. Ten million values added one after the other are off by a percent: that is wrong. */
export const accumulated: Tolerance = { relative: 2e-3, absolute: 1e-6 };

/** What is wrong with `actual`, or undefined. */
export function mistakeIn(actual: Values, expected: Values, tolerance: Tolerance): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} values instead of ${expected.length}`;
  let wrong = 0;
  let first = -1;
  for (let i = 0; i < expected.length; i++) {
    if (isClose(actual[i] ?? Number.NaN, expected[i] ?? Number.NaN, tolerance)) continue;
    if (first < 0) first = i;
    wrong++;
  }
  if (wrong <= (tolerance.outliers ?? 0) * expected.length) return undefined;
  return `${wrong} of ${expected.length} values are off; [${first}] is ${actual[first]}, not ${expected[first]}`;
}

function isClose(actual: number, expected: number, { relative, absolute }: Tolerance): boolean {
  return Math.abs(actual - expected) <= Math.max(absolute, relative * Math.abs(expected));
}
