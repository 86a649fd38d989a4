// sin, cos and tan of float32.
//
// Method: reduction.ts leaves |r| <= pi / 2 for sin and cos and |r| <= pi / 4 for tan. sin r is a polynomial with 4 odd terms
// after r (relative error 2^-27); cos x is +-sin of the distance to the nearest odd multiple of pi / 2. tan r is a polynomial
// with 6 odd terms after r (2^-26), and -1 / tan r where k is odd. All fitted by test/math/fit.ts.
// Largest error measured, in ULP: sin 2.00, cos 2.06, tan 2.01; how, see README.md.

import type { Expression, LocalRead } from "../ir/ir.js";
import { fastTwoSum, type Pair } from "./double-float.js";
import type { FunctionWriter } from "./function-writer.js";
import { bitXor, choose, isEqual, over, plus, polynomial, signOf, times, withSign } from "./operators.js";
import { halfPi, pi, piForHalves, reduction } from "./reduction.js";

const sinTail = [-0.166666597, 0.00833306927, -0.000198097725, 0.00000260607476];
const tanTail = [0.333331525, 0.133389145, 0.0534015298, 0.0244656429, 0.00306191761, 0.0094203176];

/** x^3 P(x^2) */
export function oddTail(f: FunctionWriter, x: LocalRead, coefficients: readonly number[]): Expression {
  const square = f.let("square", times(x, x));
  return times(times(square, x), polynomial(square, coefficients));
}

function sinOf(f: FunctionWriter, { high, low }: Pair): Expression {
  const r = f.let("r", plus(high, low));
  return plus(oddTail(f, r, sinTail), r);
}

/** sin x: its sign is that of x, changed if k is odd. */
export function sin(f: FunctionWriter, x: LocalRead): Expression {
  const { r, odd } = reduction(f, x, pi, 0);
  return withSign(sinOf(f, r), bitXor(signOf(x), odd));
}

/** cos x = -sin r if k is even. */
export function cos(f: FunctionWriter, x: LocalRead): Expression {
  const { r, odd } = reduction(f, x, piForHalves, 0.5);
  return withSign(sinOf(f, r), bitXor(odd, -0x80000000));
}

/** tan x, with what the rounding of r loses. */
export function tan(f: FunctionWriter, x: LocalRead): Expression {
  const { r: sum, odd } = reduction(f, x, halfPi, 0);
  const { high: r, low } = fastTwoSum(f, sum.high, sum.low);
  const tangent = f.let("tangent", plus(plus(oddTail(f, r, tanTail), low), r));
  return withSign(choose(isEqual(odd, 0), tangent, over(-1, tangent)), signOf(x));
}
