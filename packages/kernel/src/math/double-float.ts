// Numbers as unevaluated sums of two float32: about 48 bits. Products of halves of 12 bits are exact in float32 (Dekker),
// and halves are made by clearing bits, which costs one instruction and cannot overflow.

import type { Expression, LocalRead } from "../ir/ir.js";
import type { FunctionWriter } from "./function-writer.js";
import { bitAnd, bitsOf, float, floatOf, minus, type Operand, plus, times } from "./operators.js";

/** high + low, where low is small beside high. */
export interface Pair {
  readonly high: LocalRead;
  readonly low: LocalRead;
}

/** A constant as the sum of one with 12 bits and the rest. */
export interface SplitConstant {
  readonly head: number;
  readonly rest: number;
}

/** `value` with its last 12 bits cleared: products of two such numbers are exact. */
export function upperHalf(value: Expression): Expression {
  return floatOf(bitAnd(bitsOf(value), -0x1000));
}

/** A positive constant as the sum of one with 12 bits and the rest, both positive. */
export function splitConstant(value: number): SplitConstant {
  const unit = 2 ** (Math.floor(Math.log2(value)) - 11);
  const head = Math.floor(value / unit) * unit;
  return { head, rest: value - head };
}

/** The sum of two numbers and what its rounding loses, if |large| >= |small| or large is 0. */
export function fastTwoSum(f: FunctionWriter, large: Operand, small: LocalRead): Pair {
  const first = typeof large === "number" ? float(large) : large;
  const high = f.let("high", plus(first, small));
  return { high, low: f.let("low", minus(small, minus(high, first))) };
}

/** The product of a pair and a constant, as a pair. */
export function timesConstant(f: FunctionWriter, { high, low }: Pair, constant: SplitConstant): Pair {
  const head = f.let("head", upperHalf(high));
  const rest = minus(high, head);
  const exact = f.let("exact", times(head, constant.head));
  const small = plus(times(rest, constant.head), plus(times(high, constant.rest), times(low, constant.head)));
  return fastTwoSum(f, exact, f.let("small", small));
}

/** The product of two pairs, or of a pair and a number, as a pair. */
export function timesPair(f: FunctionWriter, a: Pair, b: Pair | LocalRead): Pair {
  const [bHigh, bLow] = "high" in b ? [b.high, b.low] : [b, undefined];
  const aHead = f.let("aHead", upperHalf(a.high));
  const bHead = f.let("bHead", upperHalf(bHigh));
  const aRest = f.let("aRest", plus(minus(a.high, aHead), a.low));
  const bTail = minus(bHigh, bHead);
  const bRest = f.let("bRest", bLow === undefined ? bTail : plus(bTail, bLow));
  const exact = f.let("exact", times(aHead, bHead));
  const small = plus(plus(times(aHead, bRest), times(aRest, bHead)), times(aRest, bRest));
  return fastTwoSum(f, exact, f.let("small", small));
}
