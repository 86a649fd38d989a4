// pow of float32.
//
// Method: x^y = e^(y log x), with log x as a sum of two float32 that is good to about 2^-34, because an error in y log x is
// multiplied with up to 88. log x = e log 2 + log m as in logarithm.ts; log m = s (2 + T) with s = f / (2 + f), where s and T
// are sums of two numbers, and T a polynomial in s^2 (fitted by test/math/fit.ts, relative error 2^-35).
// Infinities, zeros and NaN go through the exponent of x, and y times infinity is what JavaScript says; negative x are rare.
// Largest error measured, in ULP: pow 1.17; how, see README.md.

import { int } from "../ir/builder.js";
import type { Expression, LocalRead } from "../ir/ir.js";
import { fastTwoSum, type Pair, timesPair, upperHalf } from "./double-float.js";
import { exponential, ln2High, ln2Low } from "./exponential.js";
import type { FunctionWriter } from "./function-writer.js";
import { type Split, split } from "./logarithm.js";
import {
  atLeast,
  atMost,
  bitsOf,
  bothAre,
  choose,
  float,
  isEqual,
  isGreater,
  isLess,
  isNotEqual,
  magnitude,
  minus,
  not,
  over,
  plus,
  polynomial,
  times,
  whole,
  withSign,
} from "./operators.js";

const first = 0.666666627;
const tail = [0.400009751, 0.284984916, 0.242859736];

/** fraction / (2 + fraction), the first part with 12 bits. */
function quotient(f: FunctionWriter, fraction: LocalRead): Pair {
  const divisor = f.let("divisor", plus(fraction, 2));
  const inverse = f.let("inverse", over(1, divisor));
  const high = f.let("sHigh", upperHalf(times(fraction, inverse)));
  const divisorHigh = f.let("divisorHigh", upperHalf(divisor));
  const divisorLow = minus(fraction, minus(divisorHigh, 2));
  const rest = minus(minus(fraction, times(high, divisorHigh)), times(high, divisorLow));
  return { high, low: f.let("sLow", times(rest, inverse)) };
}

/** T = s^2 (2/3 + …), and that plus 2. */
function twoPlusTail(f: FunctionWriter, { high, low }: Pair): Pair {
  const square = f.let("square", times(high, high));
  const squareLow = f.let("squareLow", times(low, plus(plus(high, high), low)));
  const z = f.let("z", plus(square, squareLow));
  const more = f.let("more", times(z, polynomial(z, tail)));
  const factor = f.let("factor", upperHalf(plus(more, first)));
  const factorLow = f.let("factorLow", minus(more, minus(factor, first)));
  const squareHigh = f.let("squareHigh", upperHalf(square));
  const exact = f.let("exact", times(squareHigh, factor));
  const restOfSquare = plus(minus(square, squareHigh), squareLow);
  const small = plus(times(restOfSquare, factor), times(z, factorLow));
  const { high: sum, low: lost } = fastTwoSum(f, 2, exact);
  return { high: sum, low: f.let("tailLow", plus(lost, small)) };
}

/** log x */
function logarithmPair(f: FunctionWriter, { exponent, fraction }: Split): Pair {
  const s = quotient(f, fraction);
  const mantissa = timesPair(f, s, twoPlusTail(f, s));
  const { high, low } = fastTwoSum(f, times(exponent, ln2High), mantissa.high);
  const small = f.let("small", plus(low, plus(mantissa.low, times(exponent, ln2Low))));
  return fastTwoSum(f, high, small);
}

/** pow(x, y) */
export function pow(f: FunctionWriter, x: LocalRead, y: LocalRead): Expression {
  const parts = split(f, f.let("size", magnitude(x)));
  const logarithm = logarithmPair(f, parts);
  // Beyond 2^32 all powers but those of 1 overflow or underflow; the product must not be infinite in its parts.
  const exponent = f.let("y", atLeast(atMost(y, 2 ** 32), -(2 ** 32)));
  const product = timesPair(f, logarithm, exponent);
  const inRange = isLess(magnitude(product.high), 128);
  const rest = f.let("rest", choose(inRange, product.low, 0));
  const usual = bothAre(isLess(magnitude(parts.exponent), Infinity), isLess(magnitude(y), Infinity));
  f.rarely(not(usual), () => {
    const finite = isLess(magnitude(parts.exponent), Infinity);
    const value = times(y, choose(finite, logarithm.high, parts.exponent));
    f.set(product.high, choose(isEqual(y, 0), 0, value));
    f.set(rest, float(0));
  });
  const result = f.let("result", exponential(f, product.high, 0, rest));
  f.rarely(isLess(bitsOf(x), 0), () => f.set(result, powerOfNegative(x, y, result)));
  return result;
}

/** Odd whole powers of what has a sign are negative; other powers of finite negative numbers that are not whole are NaN. */
function powerOfNegative(x: LocalRead, y: LocalRead, result: LocalRead): Expression {
  const half = times(y, 0.5);
  const isWhole = isEqual(whole(y), y);
  const isOdd = bothAre(isWhole, isNotEqual(whole(half), half));
  const signed = withSign(result, choose(isOdd, int(-0x80000000), int(0)));
  return choose(bothAre(not(isWhole), bothAre(isLess(x, 0), isGreater(x, -Infinity))), NaN, signed);
}
