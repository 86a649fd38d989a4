// sinh, cosh and tanh of float32.
//
// Method: from e^|x| of exponential.ts, halved before it can overflow. Near 0, where that cancels, sinh is a polynomial with 4
// odd terms after x (relative error 2^-31, up to 1), tanh one with 5 (2^-27, up to 5/8). Fitted by test/math/fit.ts.
// Largest error measured, in ULP: sinh 1.62, cosh 1.44, tanh 1.33; how, see README.md.

import type { Expression, LocalRead } from "../ir/ir.js";
import { exponential } from "./exponential.js";
import type { FunctionWriter } from "./function-writer.js";
import { choose, isLess, magnitude, minus, over, plus, signOf, times, withSign } from "./operators.js";
import { oddTail } from "./trigonometric.js";

const sinhTail = [0.166666672, 0.00833331048, 0.000198428956, 0.00000278221319];
const tanhTail = [-0.333332807, 0.133314058, -0.0537365153, 0.0206281673, -0.00569229666];

/** sinh x */
export function sinh(f: FunctionWriter, x: LocalRead): Expression {
  const size = f.let("size", magnitude(x));
  const half = f.let("half", exponential(f, size, -1));
  const small = plus(oddTail(f, size, sinhTail), size);
  return withSign(choose(isLess(size, 1), small, minus(half, over(0.25, half))), signOf(x));
}

/** cosh x */
export function cosh(f: FunctionWriter, x: LocalRead): Expression {
  const half = f.let("half", exponential(f, f.let("size", magnitude(x)), -1));
  return plus(half, over(0.25, half));
}

/** tanh x = 1 - 2 / (e^2x + 1) */
export function tanh(f: FunctionWriter, x: LocalRead): Expression {
  const size = f.let("size", magnitude(x));
  const large = minus(1, over(2, plus(exponential(f, times(size, 2)), 1)));
  const small = plus(oddTail(f, size, tanhTail), size);
  return withSign(choose(isLess(size, 0.625), small, large), signOf(x));
}
