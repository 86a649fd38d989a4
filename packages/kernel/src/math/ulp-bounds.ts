// What the float32 functions promise: the largest distance from the exact result, in units in the last place, over all
// arguments. Each is the measured maximum (see the README beside this file), rounded up to a quarter or a bit more.

import type { MathFunction } from "../ir/ir.js";

/** Largest error of each function in float32, in ULP. Backends are tested against it. */
export const ulpBounds: Readonly<Record<MathFunction, number>> = Object.freeze({
  exp: 1.25,
  expm1: 1.75,
  log: 1,
  log1p: 1.5,
  log2: 1,
  log10: 1,
  pow: 1.5,
  sin: 2.25,
  cos: 2.25,
  tan: 2.25,
  asin: 2.25,
  acos: 1.25,
  atan: 1.75,
  atan2: 2,
  sinh: 1.75,
  cosh: 1.5,
  tanh: 1.5,
  asinh: 2,
  acosh: 2.25,
  atanh: 2.25,
  cbrt: 1,
  hypot: 1.25,
});
