// asin, acos, atan and atan2 of float32.
//
// Method: asin a for a <= 1/2 is a polynomial with 5 odd terms after a (relative error 2^-27); above, it is
// pi / 2 - 2 asin sqrt((1 - a) / 2). atan q for q <= 1 is a polynomial with 8 odd terms after q (2^-26); above, it is
// pi / 2 - atan(1 / q), and atan2 divides the smaller of |x| and |y| by the larger. Fitted by test/math/fit.ts.
// Multiples of pi / 2 are added in two parts, of which the second is the first times a constant.
// Largest error measured, in ULP: asin 2.02, acos 1.14, atan 1.68, atan2 1.74; how, see README.md.

import type { Expression, LocalRead } from "../ir/ir.js";
import type { FunctionWriter } from "./function-writer.js";
import {
  bitXor,
  choose,
  isEqual,
  isGreater,
  isLess,
  magnitude,
  minus,
  over,
  plus,
  polynomial,
  root,
  signOf,
  times,
  withSign,
} from "./operators.js";
import { oddTail } from "./trigonometric.js";

const asinTail = [0.166667521, 0.0749530941, 0.0454691537, 0.0241847411, 0.0421583988];
const atanTail = [
  -0.333331525, 0.199937671, -0.14211002, 0.106657676, -0.0755165145, 0.0432045385, -0.0163630117, 0.00291936123,
];
const pi = Math.fround(Math.PI);
/** What float32's multiples of pi lack, relative to them. */
const lacking = (Math.PI - pi) / pi;
const top = -0x80000000;

/** base + value, where base is a multiple of float32's pi that stands for one of pi. */
function plusPi(base: LocalRead, value: Expression): Expression {
  return plus(base, plus(times(base, lacking), value));
}

/** asin of |x|, or where that is above 1/2, of s = sqrt((1 - |x|) / 2), is s + tail. Not a number above 1. */
function asinOfSmall(f: FunctionWriter, x: LocalRead): { large: LocalRead; s: LocalRead; tail: Expression } {
  const size = f.let("size", magnitude(x));
  const large = f.let("large", isGreater(size, 0.5));
  const square = f.let("square", choose(large, times(minus(1, size), 0.5), times(size, size)));
  const s = f.let("s", choose(large, root(square), size));
  return { large, s, tail: times(times(s, square), polynomial(square, asinTail)) };
}

/** asin x; s and the tail are added one after the other, because pi / 2 - 2 s is exact where the result is small. */
export function asin(f: FunctionWriter, x: LocalRead): Expression {
  const { large, s, tail } = asinOfSmall(f, x);
  const base = f.let("base", choose(large, pi / 2, 0));
  const factor = f.let("factor", choose(large, -2, 1));
  const small = plus(times(base, lacking), times(tail, factor));
  return withSign(plus(plus(base, times(s, factor)), small), signOf(x));
}

/** acos x: 2 v or pi - 2 v where |x| is above 1/2, else pi / 2 - v. */
export function acos(f: FunctionWriter, x: LocalRead): Expression {
  const { large, s, tail } = asinOfSmall(f, x);
  const signed = f.let("signed", withSign(plus(tail, s), signOf(x)));
  const base = f.let("base", choose(large, choose(isLess(x, 0), pi, 0), pi / 2));
  return plusPi(base, times(signed, choose(large, 2, -1)));
}

/** atan x */
export function atan(f: FunctionWriter, x: LocalRead): Expression {
  const size = f.let("size", magnitude(x));
  const large = f.let("large", isGreater(size, 1));
  const q = f.let("q", choose(large, over(-1, size), size));
  const base = f.let("base", choose(large, pi / 2, 0));
  return withSign(plusPi(base, plus(oddTail(f, q, atanTail), q)), signOf(x));
}

/** atan2(y, x): the angle of q = smaller / larger, counted from the nearer axis. */
export function atan2(f: FunctionWriter, y: LocalRead, x: LocalRead): Expression {
  const [width, height] = [f.let("width", magnitude(x)), f.let("height", magnitude(y))];
  const steep = f.let("steep", isGreater(height, width));
  const smaller = f.let("smaller", choose(steep, width, height));
  const larger = f.let("larger", choose(steep, height, width));
  // Two zeros are 0, two infinities 1; NaN is in one of the two and stays in the quotient.
  const same = choose(isEqual(smaller, 0), 0, 1);
  const q = f.let("q", choose(isEqual(smaller, larger), same, over(smaller, larger)));
  const left = f.let("left", signOf(x));
  const base = f.let("base", choose(steep, pi / 2, choose(isEqual(left, 0), 0, pi)));
  const angle = withSign(plus(oddTail(f, q, atanTail), q), choose(steep, bitXor(left, top), left));
  return withSign(plusPi(base, angle), signOf(y));
}
