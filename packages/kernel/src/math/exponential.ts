// exp and expm1 of float32.
//
// Method: x = n ln 2 + r with |r| <= ln 2 / 2; n ln 2 is subtracted in two parts, of which the first has so few bits that the
// product is exact (Cody and Waite). e^r is a polynomial of degree 6 (fitted by test/math/fit.ts, relative error 2^-28).
// The power of two is multiplied in two steps, so that results beyond the normal range round once, or overflow.
// Largest error measured, in ULP: exp 0.99, expm1 1.49; how, see README.md.

import type { Expression, LocalRead } from "../ir/ir.js";
import type { FunctionWriter } from "./function-writer.js";
import {
  atLeast,
  atMost,
  bitsOf,
  choose,
  floatOf,
  isLess,
  magnitude,
  minus,
  plus,
  polynomial,
  shiftLeft,
  shiftRight,
  times,
} from "./operators.js";

/** Adding it to a small float32 rounds that to a whole number, which then sits in the sum's low bits. */
export const roundingMagic: number = 1.5 * 2 ** 23;

/** ln 2 in two parts; times a whole number up to 2^9 the first is exact. */
export const ln2High: number = 0.693145751953125;
export const ln2Low: number = Math.LN2 - ln2High;

const exponentialTail = [0.49999994, 0.166665167, 0.0416681021, 0.00836919248, 0.0013838897];
const expm1Tail = [0.5, 0.166666359, 0.0416665114, 0.00834150985, 0.00139305426, 0.000150462249];

/** x = n ln 2 + r. The low 9 bits of `bits` hold n + `bias`. */
interface Reduced {
  readonly bits: LocalRead;
  readonly r: LocalRead;
}

function reduce(f: FunctionWriter, x: Expression, bias: number): Reduced {
  const sum = f.let("sum", plus(times(x, Math.LOG2E), roundingMagic + bias));
  const n = f.let("n", minus(sum, roundingMagic + bias));
  const r = f.let("r", minus(minus(x, times(n, ln2High)), times(n, ln2Low)));
  return { bits: f.let("bits", bitsOf(sum)), r };
}

/** `value * 2^n`, where the low 9 bits of `bits` hold n + 254: the exponents of two factors, each with its bias of 127. */
function scaled(f: FunctionWriter, value: Expression, bits: LocalRead): Expression {
  const half = f.let("half", shiftLeft(shiftRight(bits, 1), 23));
  const other = floatOf(minus(shiftLeft(bits, 23), half));
  return times(times(value, other), floatOf(half));
}

/**
 * e^(x + tail) * 2^power. x is any float32, `tail` much smaller than x; the result overflows to Infinity, underflows through
 * subnormals to 0, and NaN gives NaN.
 */
export function exponential(f: FunctionWriter, x: Expression, power = 0, tail?: Expression): Expression {
  const clamped = f.let("clamped", atLeast(atMost(x, 90), -105));
  const { bits, r: head } = reduce(f, clamped, 254 + power);
  const r = tail === undefined ? head : f.let("rest", plus(head, tail));
  const square = f.let("square", times(r, r));
  const value = plus(plus(times(square, polynomial(r, exponentialTail)), r), 1);
  return scaled(f, value, bits);
}

/** e^x */
export function exp(f: FunctionWriter, x: LocalRead): Expression {
  return exponential(f, x);
}

/**
 * e^x - 1 = 2^n (e^r - 1) + (2^n - 1). Both terms are halved, so that 2^n is finite for all results that are. x that are so
 * small that they are the result, among them -0 and subnormals, are taken out at the end.
 */
export function expm1(f: FunctionWriter, x: LocalRead): Expression {
  const clamped = f.let("clamped", atLeast(atMost(x, 89), -18));
  const { bits, r } = reduce(f, clamped, 126);
  const square = f.let("square", times(r, r));
  const value = plus(times(square, polynomial(r, expm1Tail)), r);
  const half = f.let("half", floatOf(shiftLeft(bits, 23)));
  const result = times(plus(times(half, value), minus(half, 0.5)), 2);
  return choose(isLess(magnitude(x), 2 ** -26), x, result);
}
