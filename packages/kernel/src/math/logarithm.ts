// log, log2, log10 and log1p of float32.
//
// Method (that of Sun's fdlibm): x = 2^e m with m between sqrt(1/2) and sqrt(2); with f = m - 1 and s = f / (2 + f),
// log m = f - (f^2/2 - s (f^2/2 + R(s^2))), where R is a polynomial of three terms (fitted by test/math/fit.ts, relative error
// 2^-30). e log 2 is added in two parts, the first exact.
// What is not a positive normal number is rare: subnormals are scaled; for 0, negative, infinite and NaN arguments e
// becomes what the result has to be, which the rest of the computation passes on.
// Largest error measured, in ULP: log 0.84, log2 0.88, log10 0.85, log1p 1.39; how, see README.md.

import type { Expression, LocalRead } from "../ir/ir.js";
import { type SplitConstant, splitConstant, upperHalf } from "./double-float.js";
import { ln2High, ln2Low } from "./exponential.js";
import type { FunctionWriter } from "./function-writer.js";
import {
  atMostInteger,
  bitsOf,
  bothAre,
  choose,
  float,
  floatOf,
  isAtLeast,
  isEqual,
  isGreater,
  isLess,
  magnitude,
  minus,
  not,
  over,
  plus,
  polynomial,
  shiftLeft,
  shiftRight,
  times,
  toFloat,
  unsignedBitsOf,
} from "./operators.js";

const tail = [0.666667759, 0.399775833, 0.29870829];
const sqrtHalfBits = 0x3f3504f3;
const one = 0x3f800000;

/** x = 2^exponent (1 + fraction); `exponent` may be infinite or NaN. */
export interface Split {
  readonly exponent: LocalRead;
  readonly fraction: LocalRead;
}

/** The exponent, as int32, and the bits of m, of the positive normal number with these bits. */
function splitBits(f: FunctionWriter, bits: Expression): { exponent: LocalRead; mantissa: Expression } {
  const exponent = f.let("exponentBits", shiftRight(minus(bits, sqrtHalfBits), 23));
  return { exponent, mantissa: floatOf(minus(bits, shiftLeft(exponent, 23))) };
}

/** Splits any float32. */
export function split(f: FunctionWriter, x: LocalRead): Split {
  const number = f.let("number", x);
  const offset = f.let("offset", float(0));
  // Unsigned, this is one comparison for all that is not a positive normal number.
  f.rarely(isAtLeast(minus(unsignedBitsOf(x), 0x00800000), 0x7f000000), () => {
    f.set(number, times(x, 2 ** 23));
    const positive = choose(isLess(x, Infinity), -23, Infinity);
    f.set(offset, choose(isGreater(x, 0), positive, choose(isEqual(x, 0), -Infinity, NaN)));
  });
  const bits = f.let("bits", bitsOf(number));
  const { exponent, mantissa } = splitBits(f, bits);
  return {
    exponent: f.let("exponent", plus(toFloat(exponent), offset)),
    fraction: f.let("fraction", minus(mantissa, 1)),
  };
}

/** log(1 + fraction) + low = fraction - correction. */
function correctionOf(f: FunctionWriter, fraction: LocalRead, low: Expression): Expression {
  const s = f.let("s", over(fraction, plus(fraction, 2)));
  const square = f.let("square", times(s, s));
  const half = f.let("half", times(times(fraction, 0.5), fraction));
  return minus(half, plus(times(s, plus(half, times(square, polynomial(square, tail)))), low));
}

/** exponent log 2 + log(1 + fraction) */
function naturalLogarithm(f: FunctionWriter, { exponent, fraction }: Split): Expression {
  const correction = correctionOf(f, fraction, times(exponent, ln2Low));
  return plus(times(exponent, ln2High), minus(fraction, correction));
}

/** log x */
export function log(f: FunctionWriter, x: LocalRead): Expression {
  return naturalLogarithm(f, split(f, x));
}

/** A logarithm's base: 1 / log base, and log 2 / log base, each in two parts; all parts are positive. */
interface Base {
  readonly inverse: SplitConstant;
  readonly two: SplitConstant;
}

const baseTwo: Base = { inverse: splitConstant(Math.LOG2E), two: { head: 1, rest: 0 } };
const baseTen: Base = { inverse: splitConstant(Math.LOG10E), two: splitConstant(Math.LOG10E * Math.LN2) };

/** The logarithm in another base: that of the mantissa is multiplied as a sum of two parts, so that it loses nothing. */
function logarithm(f: FunctionWriter, x: LocalRead, { inverse, two }: Base): Expression {
  const { exponent, fraction } = split(f, x);
  const s = f.let("s", over(fraction, plus(fraction, 2)));
  const square = f.let("square", times(s, s));
  const half = f.let("half", times(times(fraction, 0.5), fraction));
  const high = f.let("high", upperHalf(minus(fraction, half)));
  const rest = times(s, plus(half, times(square, polynomial(square, tail))));
  const low = f.let("low", plus(minus(minus(fraction, high), half), rest));
  const small = plus(times(plus(low, high), inverse.rest), times(low, inverse.head));
  const mantissa = plus(two.rest === 0 ? small : plus(times(exponent, two.rest), small), times(high, inverse.head));
  return plus(mantissa, two.head === 1 ? exponent : times(exponent, two.head));
}

/** log x / log 2; exact for powers of two. */
export function log2(f: FunctionWriter, x: LocalRead): Expression {
  return logarithm(f, x, baseTwo);
}

/** log x / log 10 */
export function log10(f: FunctionWriter, x: LocalRead): Expression {
  return logarithm(f, x, baseTen);
}

/**
 * log(u + c) + more log 2 for a sum u > 0 that is normal and finite, and what its rounding lost, c: u is split as usual, and
 * c is scaled to the mantissa.
 */
export function logarithmOfSum(f: FunctionWriter, u: LocalRead, c: Expression, more?: Expression): Expression {
  const { exponent, mantissa } = splitBits(f, bitsOf(u));
  const scale = floatOf(minus(one, atMostInteger(shiftLeft(exponent, 23), one)));
  const fraction = f.let("fraction", plus(minus(mantissa, 1), times(c, scale)));
  const power = toFloat(exponent);
  return naturalLogarithm(f, { exponent: f.let("exponent", more === undefined ? power : plus(power, more)), fraction });
}

/** log(1 + x): the rounding error of 1 + x is found by Knuth's two-sum. */
export function log1p(f: FunctionWriter, x: LocalRead): Expression {
  const u = f.let("u", plus(x, 1));
  const rounded = f.let("rounded", minus(u, 1));
  const lost = plus(minus(1, minus(u, rounded)), minus(x, rounded));
  const result = f.let("result", logarithmOfSum(f, u, lost));
  // -1, less than -1, Infinity, NaN; and what is so small that it is the result, with -0.
  f.rarely(not(bothAre(isGreater(x, -1), isLess(x, Infinity))), () => {
    f.set(result, choose(isAtLeast(x, -1), choose(isEqual(x, -1), -Infinity, x), NaN));
  });
  return choose(isLess(magnitude(x), 2 ** -26), x, result);
}
