// How the math library writes expressions: the builder's constructors with numbers as operands, because a polynomial should
// look like one. A number takes the type of the other side. Nothing is folded and nothing is reordered: the order of the
// operations is the order of the roundings.

import { binary, bitcast, compare, constant, convert, logical, select, unary } from "../ir/builder.js";
import type { BinaryOperator, Compare, Expression, ValueType } from "../ir/ir.js";

/** An expression, or a number that takes the type of the expression beside it. */
export type Operand = Expression | number;

/** A float32 literal. */
export function float(value: number): Expression {
  return constant("float32", value);
}

/** A uint32 literal. */
export function word(value: number): Expression {
  return constant("uint32", value);
}

function typed(operand: Operand, type: ValueType): Expression {
  return typeof operand === "number" ? constant(type, operand) : operand;
}

function typeOf(left: Operand, right: Operand): ValueType {
  if (typeof left !== "number") return left.type;
  return typeof right === "number" ? "float32" : right.type;
}

function both(operator: BinaryOperator, left: Operand, right: Operand): Expression {
  const type = typeOf(left, right);
  return binary(operator, typed(left, type), typed(right, type));
}

function test(operator: Compare["operator"], left: Operand, right: Operand): Expression {
  const type = typeOf(left, right);
  return compare(operator, typed(left, type), typed(right, type));
}

/** `left + right` */
export const plus = (left: Operand, right: Operand): Expression => both("add", left, right);
/** `left - right` */
export const minus = (left: Operand, right: Operand): Expression => both("subtract", left, right);
/** `left * right` */
export const times = (left: Operand, right: Operand): Expression => both("multiply", left, right);
/** `left / right` */
export const over = (left: Operand, right: Operand): Expression => both("divide", left, right);
/** `left & right` */
export const bitAnd = (left: Operand, right: Operand): Expression => both("and", left, right);
/** `left | right` */
export const bitOr = (left: Operand, right: Operand): Expression => both("or", left, right);
/** `left ^ right` */
export const bitXor = (left: Operand, right: Operand): Expression => both("xor", left, right);
/** `left << count`; the count is a literal, because SIMD shifts all lanes alike. */
export const shiftLeft = (left: Expression, count: number): Expression => both("shiftLeft", left, count);
/** `left >> count`, or `left >>> count` of a uint32. */
export const shiftRight = (left: Expression, count: number): Expression => both("shiftRight", left, count);

/** `left < right` */
export const isLess = (left: Operand, right: Operand): Expression => test("less", left, right);
/** `left <= right` */
export const isAtMost = (left: Operand, right: Operand): Expression => test("lessEqual", left, right);
/** `left > right` */
export const isGreater = (left: Operand, right: Operand): Expression => test("greater", left, right);
/** `left >= right` */
export const isAtLeast = (left: Operand, right: Operand): Expression => test("greaterEqual", left, right);
/** `left === right` */
export const isEqual = (left: Operand, right: Operand): Expression => test("equal", left, right);
/** `left !== right` */
export const isNotEqual = (left: Operand, right: Operand): Expression => test("notEqual", left, right);
/** `left && right` */
export const bothAre = (left: Expression, right: Expression): Expression => logical("and", left, right);

/** `left || right` */
export const eitherIs = (left: Expression, right: Expression): Expression => logical("or", left, right);
/** `!value` */
export const not = (value: Expression): Expression => unary("not", value);

/** `condition ? then : otherwise`; of two numbers, float32. */
export function choose(condition: Expression, then: Operand, otherwise: Operand): Expression {
  const type = typeOf(then, otherwise);
  return select(condition, typed(then, type), typed(otherwise, type));
}

/** `left < right ? left : right` with NaN kept where it is `value`: one instruction (pmin) in SIMD. */
export function atMost(value: Expression, limit: number): Expression {
  return choose(isLess(float(limit), value), limit, value);
}

/** `value`, but at least `limit`; NaN is kept: one instruction (pmax) in SIMD. */
export function atLeast(value: Expression, limit: number): Expression {
  return choose(isLess(value, limit), limit, value);
}

/** The lesser of two integers. */
export const atMostInteger = (value: Expression, limit: number): Expression => both("min", value, limit);

/** The greater of two integers. */
export const atLeastInteger = (value: Expression, limit: number): Expression => both("max", value, limit);

/** `|value|` */
export const magnitude = (value: Expression): Expression => unary("abs", value);
/** The square root. */
export const root = (value: Expression): Expression => unary("sqrt", value);
/** Toward zero. */
export const whole = (value: Expression): Expression => unary("trunc", value);
/** The bits of a float32 as int32. */
export const bitsOf = (value: Expression): Expression => bitcast("int32", value);
/** The bits of a float32 as uint32. */
export const unsignedBitsOf = (value: Expression): Expression => bitcast("uint32", value);
/** The float32 with these bits. */
export const floatOf = (bits: Expression): Expression => bitcast("float32", bits);
/** The number as another type. */
export const convertTo = (type: ValueType, value: Expression): Expression => convert(type, value);
/** The number as a float32, rounded. */
export const toFloat = (value: Expression): Expression => convert("float32", value);

/** The sign bit of a float32, as int32. */
export function signOf(value: Expression): Expression {
  return bitAnd(bitsOf(value), -0x80000000);
}

/** `value` with its sign changed if `sign`, an int32 with only the top bit, is set. */
export function withSign(value: Expression, sign: Expression): Expression {
  return floatOf(bitXor(bitsOf(value), sign));
}

/** `coefficients[0] + coefficients[1] * x + …` by Horner's rule. */
export function polynomial(x: Expression, coefficients: readonly number[]): Expression {
  const last = coefficients.length - 1;
  let sum: Operand = coefficients[last] as number;
  for (let i = last - 1; i >= 0; i--) sum = plus(times(sum, x), coefficients[i] as number);
  return sum as Expression;
}
