// asinh, acosh and atanh of float32.
//
// Method: each is a log(1 + v) with v >= 0, of which logarithm.ts takes a sum with what its rounding lost:
// asinh a: v = a + a^2 / (1 + sqrt(1 + a^2)); acosh x: v = t + sqrt(t^2 + 2 t) with t = x - 1; 2 atanh a: v = 2 a / (1 - a).
// From 2^13 on, asinh and acosh are log(2 x), taken as log x + log 2 because 2 x may be infinite.
// Largest error measured, in ULP: asinh 1.74, acosh 2.00, atanh 2.02; how, see README.md.

import type { Expression, LocalRead } from "../ir/ir.js";
import { fastTwoSum, type Pair } from "./double-float.js";
import type { FunctionWriter } from "./function-writer.js";
import { logarithmOfSum } from "./logarithm.js";
import {
  choose,
  isAtLeast,
  isEqual,
  isLess,
  magnitude,
  minus,
  over,
  plus,
  root,
  signOf,
  times,
  withSign,
} from "./operators.js";

const largest = 2 ** 13;

/** log(1 + v), or log(2 x) where x is large. */
function logarithmOf(f: FunctionWriter, x: LocalRead, v: Pair): Expression {
  const large = f.let("isLarge", isAtLeast(x, largest));
  const { sum, lost } = onePlus(f, v.high, v.low);
  const u = f.let("u", choose(large, x, sum));
  const result = logarithmOfSum(f, u, choose(large, 0, lost), choose(large, 1, 0));
  return choose(isLess(x, Infinity), result, x);
}

/** 1 + v by Knuth's two-sum, which does not mind which is larger. */
function onePlus(f: FunctionWriter, high: LocalRead, low?: LocalRead): { sum: LocalRead; lost: Expression } {
  const sum = f.let("sum", plus(high, 1));
  const rounded = f.let("rounded", minus(sum, 1));
  const lost = plus(minus(1, minus(sum, rounded)), minus(high, rounded));
  return { sum, lost: low === undefined ? lost : plus(lost, low) };
}

/** asinh x */
export function asinh(f: FunctionWriter, x: LocalRead): Expression {
  const size = f.let("size", magnitude(x));
  const square = f.let("squareOf", times(size, size));
  const excess = f.let("excess", over(square, plus(root(plus(square, 1)), 1)));
  return withSign(logarithmOf(f, size, fastTwoSum(f, size, excess)), signOf(x));
}

/** acosh x; below 1 not a number. */
export function acosh(f: FunctionWriter, x: LocalRead): Expression {
  const t = f.let("t", minus(x, 1));
  const w = f.let("w", root(plus(times(t, t), plus(t, t))));
  return choose(isLess(x, 1), NaN, logarithmOf(f, x, fastTwoSum(f, w, t)));
}

/** atanh x; at 1 infinite, beyond not a number. */
export function atanh(f: FunctionWriter, x: LocalRead): Expression {
  const size = f.let("size", magnitude(x));
  const divisor = f.let("divisor", minus(1, size));
  const v = f.let("v", over(plus(size, size), divisor));
  // What 1 - a loses, divided by 1 - a: 1 / (1 - a) = 1 + v / 2.
  const lostOfDivisor = minus(minus(1, divisor), size);
  const correction = f.let("correction", times(times(v, lostOfDivisor), plus(times(v, -0.5), -1)));
  const { sum, lost } = onePlus(f, v, correction);
  const result = times(logarithmOfSum(f, sum, lost), 0.5);
  const limited = choose(isLess(size, 1), result, choose(isEqual(size, 1), Infinity, NaN));
  return withSign(limited, signOf(x));
}
