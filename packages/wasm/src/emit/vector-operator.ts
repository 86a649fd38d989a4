// Operators on one part of a strip's values. See vector-expression.ts.

import type { Binary, Compare, Expression, Select, Unary, ValueType } from "@everycore/kernel/ir";
import type { Opcode } from "./opcodes.js";
import { isInt, type VectorExpressions } from "./vector-expression.js";

const integerOperators: Partial<Record<Binary["operator"], Opcode>> = {
  add: "i32x4.add",
  subtract: "i32x4.sub",
  multiply: "i32x4.mul",
  and: "v128.and",
  or: "v128.or",
  xor: "v128.xor",
};

const floatOperators: Partial<Record<Binary["operator"], string>> = {
  add: "add",
  subtract: "sub",
  multiply: "mul",
  divide: "div",
  min: "min",
  max: "max",
};

const comparisons = {
  equal: "eq",
  notEqual: "ne",
  less: "lt",
  lessEqual: "le",
  greater: "gt",
  greaterEqual: "ge",
} as const;

/** Takes the upper half of each 64-bit lane's mask: two masks for float64 become one for 32-bit lanes. */
const narrowMask = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] as const;

function laneType(type: ValueType): "i32x4" | "f32x4" | "f64x2" {
  if (type === "float64") return "f64x2";
  return type === "float32" ? "f32x4" : "i32x4";
}

export function pushUnary(vector: VectorExpressions, { operator, value, type }: Unary, p: number): void {
  const { fn } = vector;
  vector.part(value, p);
  if (operator === "not" || operator === "complement") return fn.op("v128.not");
  if (operator === "round") return round(vector, type);
  const name = operator === "negate" ? "neg" : operator;
  fn.op(`${laneType(type)}.${name}` as Opcode);
}

/** up = ceil(x); up - (up - 0.5 > x ? 1 : 0). */
function round(vector: VectorExpressions, type: ValueType): void {
  const { fn } = vector;
  const lanes = type === "float64" ? "f64x2" : "f32x4";
  const x = fn.save("v128");
  fn.get(x);
  fn.op(`${lanes}.ceil`);
  const up = fn.save("v128");
  fn.get(up);
  fn.get(up);
  vector.constant(type, 0.5);
  fn.op(`${lanes}.sub`);
  fn.get(x);
  fn.op(`${lanes}.gt`);
  vector.constant(type, 1);
  fn.op("v128.and");
  fn.op(`${lanes}.sub`);
}

export function pushBinary(vector: VectorExpressions, expression: Binary, p: number): void {
  const { operator, left, right, type } = expression;
  if (vector.fusing && !isInt(type) && type !== "bool" && pushFused(vector, expression, p)) return;
  const { fn } = vector;
  if (isBound(expression.left) && (operator === "min" || operator === "max"))
    return bound(vector, operator, right, left, p);
  if (isBound(expression.right) && (operator === "min" || operator === "max"))
    return bound(vector, operator, left, right, p);
  vector.part(left, p);
  if (operator === "shiftLeft" || operator === "shiftRight") return shift(vector, expression);
  vector.part(right, p);
  if (type === "bool") return fn.op(integerOperators[operator] as Opcode);
  if (!isInt(type)) return fn.op(floatOperator(vector, operator, type));
  if (operator === "min" || operator === "max") return fn.op(`i32x4.${operator}_${type === "int32" ? "s" : "u"}`);
  fn.op(integerOperators[operator] as Opcode);
}

/**
 * `a < b ? a : b` and its kind are what the processor's own min and max do, NaN and −0 included: pmin(x, y) is y < x ? y : x,
 * and pmax(x, y) is x < y ? y : x.
 */
export function extremeOf({
  condition,
  then,
  otherwise,
  type,
}: Select): { readonly name: Opcode; readonly first: Expression; readonly second: Expression } | undefined {
  if (condition.op !== "compare" || (type !== "float32" && type !== "float64")) return undefined;
  const { left, right, operator } = condition;
  if (operator !== "less" && operator !== "greater") return undefined;
  const inOrder = isSame(then, left) && isSame(otherwise, right);
  if (!inOrder && !(isSame(then, right) && isSame(otherwise, left))) return undefined;
  const name: Opcode = `${type === "float64" ? "f64x2" : "f32x4"}.${(operator === "less") === inOrder ? "pmin" : "pmax"}`;
  return { name, first: otherwise, second: then };
}

function isSame(a: Expression, b: Expression): boolean {
  if (a.op === "local" && b.op === "local") return a.id === b.id;
  return a.op === "constant" && b.op === "constant" && a.type === b.type && Object.is(a.value, b.value);
}

/** A constant that is neither NaN nor zero: then the processor's own min and max, with it on the right, are exact. */
function isBound(expression: Expression): boolean {
  if (expression.op !== "constant" || isInt(expression.type) || expression.type === "bool") return false;
  return expression.value !== 0 && !Number.isNaN(expression.value);
}

function bound(
  vector: VectorExpressions,
  operator: "min" | "max",
  value: Expression,
  limit: Expression,
  p: number,
): void {
  vector.part(value, p);
  vector.part(limit, p);
  vector.fn.op(`${laneType(value.type)}.p${operator}` as Opcode);
}

/** With fastMath there are no NaNs: min and max may be the processor's own. */
function floatOperator(vector: VectorExpressions, operator: Binary["operator"], type: ValueType): Opcode {
  const fast = vector.bindings.lowered.source.fastMath && (operator === "min" || operator === "max");
  return `${laneType(type)}.${fast ? "p" : ""}${floatOperators[operator]}` as Opcode;
}

function shift(vector: VectorExpressions, { operator, right, type }: Binary): void {
  vector.scalar.push(right);
  vector.fn.op(operator === "shiftLeft" ? "i32x4.shl" : type === "int32" ? "i32x4.shr_s" : "i32x4.shr_u");
}

/** a * b + c, c + a * b and c - a * b in one operation. */
function pushFused(vector: VectorExpressions, { operator, left, right, type }: Binary, p: number): boolean {
  if (operator !== "add" && operator !== "subtract") return false;
  const lanes = type === "float64" ? "f64x2" : "f32x4";
  const product = isProduct(right) ? right : operator === "add" && isProduct(left) ? left : undefined;
  if (product === undefined || !vector.isVarying(product)) return false;
  vector.part(product.left, p);
  vector.part(product.right, p);
  vector.part(product === right ? left : right, p);
  vector.fn.op(operator === "add" ? `${lanes}.relaxed_madd` : `${lanes}.relaxed_nmadd`);
  return true;
}

function isProduct(expression: Expression): expression is Binary {
  return expression.op === "binary" && expression.operator === "multiply";
}

export function pushCompare(vector: VectorExpressions, expression: Compare, p: number): void {
  if (expression.left.type !== "float64") return compareParts(vector, expression, p);
  compareParts(vector, expression, 2 * p);
  compareParts(vector, expression, 2 * p + 1);
  vector.fn.op("i8x16.shuffle", ...narrowMask);
}

function compareParts(vector: VectorExpressions, { operator, left, right }: Compare, p: number): void {
  vector.part(left, p);
  vector.part(right, p);
  const name = comparisons[operator];
  const lanes = laneType(left.type);
  const ordered = lanes === "i32x4" && name !== "eq" && name !== "ne";
  vector.fn.op(`${lanes}.${name}${ordered ? (left.type === "int32" ? "_s" : "_u") : ""}` as Opcode);
}

/** Two masks of 64-bit lanes are on the stack; leaves one of 32-bit lanes. */
export function narrowMasks(vector: VectorExpressions): void {
  vector.fn.op("i8x16.shuffle", ...narrowMask);
}
