// The functions of Math that are not exact, as kernels write them.

import type { ElementFunction } from "./operators.js";

/** Functions of one number, by name. */
export const functionsOfOne: Readonly<Record<string, ElementFunction>> = {
  exp: (a) => Math.exp(a),
  expm1: (a) => Math.expm1(a),
  log: (a) => Math.log(a),
  log1p: (a) => Math.log1p(a),
  log2: (a) => Math.log2(a),
  log10: (a) => Math.log10(a),
  sin: (a) => Math.sin(a),
  cos: (a) => Math.cos(a),
  tan: (a) => Math.tan(a),
  asin: (a) => Math.asin(a),
  acos: (a) => Math.acos(a),
  atan: (a) => Math.atan(a),
  sinh: (a) => Math.sinh(a),
  cosh: (a) => Math.cosh(a),
  tanh: (a) => Math.tanh(a),
  asinh: (a) => Math.asinh(a),
  acosh: (a) => Math.acosh(a),
  atanh: (a) => Math.atanh(a),
  cbrt: (a) => Math.cbrt(a),
};

/** Functions of two numbers, by name. */
export const functionsOfTwo: Readonly<Record<string, ElementFunction>> = {
  pow: (a, b) => a ** b,
  atan2: (a, b) => Math.atan2(a, b),
  hypot: (a, b) => Math.hypot(a, b),
};
