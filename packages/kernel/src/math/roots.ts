// cbrt and hypot of float32.
//
// Method of cbrt: the bits of a float32 are roughly a logarithm, so a constant minus a third of them is roughly
// a^(-1/3). One step of Householder's iteration (fourth order) leaves 2^-15, and one of Newton's for t^3 = a the rest.
// Method of hypot: the root of the sum of squares; if that is too small or too large, both are scaled by a power of two.
// Largest error measured, in ULP: cbrt 0.95, hypot 1.19; how, see README.md.

import type { Expression, LocalRead } from "../ir/ir.js";
import type { FunctionWriter } from "./function-writer.js";
import {
  atLeastInteger,
  atMostInteger,
  bitAnd,
  bitsOf,
  bothAre,
  choose,
  eitherIs,
  float,
  floatOf,
  isAtLeast,
  isEqual,
  isLess,
  magnitude,
  minus,
  not,
  plus,
  polynomial,
  root,
  shiftRight,
  signOf,
  times,
  unsignedBitsOf,
  withSign,
} from "./operators.js";

/** Makes the largest error of the first guess as small as it can be. */
const guessBits = 0x54a21d2a;
const third = 1 / 3;

/** cbrt x */
export function cbrt(f: FunctionWriter, x: LocalRead): Expression {
  const number = f.let("number", magnitude(x));
  const scale = f.let("scale", float(1));
  // What is below 2^-60 is scaled up, so that no step has a subnormal result; Infinity and NaN become the scale of 1.
  f.rarely(isAtLeast(minus(unsignedBitsOf(number), 0x21800000), 0x5e000000), () => {
    const finite = f.let("finite", isLess(number, Infinity));
    f.set(scale, choose(finite, 2 ** -24, number));
    f.set(number, choose(finite, times(number, 2 ** 72), 1));
  });
  return withSign(times(cubeRoot(f, number), scale), signOf(x));
}

function cubeRoot(f: FunctionWriter, a: LocalRead): Expression {
  const guess = minus(guessBits, times(shiftRight(bitsOf(a), 16), Math.round(2 ** 16 / 3)));
  const y = f.let("y", floatOf(guess));
  const h = f.let("h", minus(1, times(times(times(a, y), y), y)));
  f.set(y, plus(y, times(times(y, h), polynomial(h, [third, 2 / 9, 14 / 81]))));
  const square = f.let("square", times(y, y));
  const t = f.let("t", times(a, square));
  return minus(t, times(minus(times(times(t, t), t), a), times(square, third)));
}

/** hypot(x, y); infinite if one is, even beside NaN. */
export function hypot(f: FunctionWriter, x: LocalRead, y: LocalRead): Expression {
  const sum = f.let("sum", plus(times(x, x), times(y, y)));
  const result = f.let("result", root(sum));
  f.rarely(not(bothAre(isAtLeast(sum, 2 ** -100), isLess(sum, Infinity))), () => {
    f.set(result, scaledHypot(f, magnitude(x), magnitude(y)));
  });
  return result;
}

/** Both are divided by a power of two that is not far from the larger. */
function scaledHypot(f: FunctionWriter, width: Expression, height: Expression): Expression {
  const [a, b] = [f.let("a", width), f.let("b", height)];
  const larger = choose(isLess(a, b), b, a);
  const exponent = f.let("exponent", bitAnd(bitsOf(larger), 0x7f800000));
  f.set(exponent, atMostInteger(atLeastInteger(exponent, 0x00800000), 0x7e800000));
  const down = f.let("down", floatOf(minus(0x7f000000, exponent)));
  const [u, v] = [f.let("u", times(a, down)), f.let("v", times(b, down))];
  const finite = times(root(plus(times(u, u), times(v, v))), floatOf(exponent));
  return choose(eitherIs(isEqual(a, Infinity), isEqual(b, Infinity)), Infinity, finite);
}
