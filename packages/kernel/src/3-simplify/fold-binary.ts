// Algebra on numbers that gives the same bits.
//
//  - Integers wrap, so all of ring algebra holds: x − x = 0, (x + 1) + 2 = x + 3.
//  - Floats: only what IEEE 754 makes exact. x · 1, x / 1, x − 0, x + −0, x · −1 = −x; x / 2^k = x · 2^−k, as both are the one
//    correctly rounded result. Not x + 0 (−0 becomes 0), not x · 0, not x − x (NaN, infinities).

import { add, binary, constant, negate, subtract, unary } from "../ir/builder.js";
import type { Binary, Constant, Expression, MathCall, Unary, ValueType } from "../ir/ir.js";
import { binaryFunction, isFloat, isInteger } from "../ir/semantics.js";
import { isSameExpression } from "./expression-key.js";

type Folded = Expression | undefined;

/** A simpler expression with the same value, if a rule applies. */
export function foldBinary(e: Binary | Unary | MathCall, fastMath: boolean): Folded {
  if (e.op === "unary") return foldUnary(e);
  if (e.op === "call") return foldPower(e);
  if (e.type === "bool") return undefined;
  const ordered = constantRight(e);
  if (ordered !== undefined) return ordered;
  if (isInteger(e.type)) return foldInteger(e);
  return foldFloat(e) ?? (fastMath ? foldFast(e) : undefined);
}

function foldUnary({ operator, value }: Unary): Folded {
  if (value.op !== "unary") return undefined;
  if (operator === value.operator && ["negate", "complement", "not"].includes(operator)) return value.value;
  if (operator === "abs" && (value.operator === "negate" || value.operator === "abs")) return unary("abs", value.value);
  const isRounding = ["floor", "ceil", "trunc", "round"].includes(operator);
  const isWhole = ["floor", "ceil", "trunc", "round"].includes(value.operator);
  return isRounding && isWhole ? value : undefined;
}

/** The powers that are one exact operation. */
function foldPower({ function: name, arguments: values, type }: MathCall): Folded {
  const [base, exponent] = values;
  if (name !== "pow" || base === undefined || exponent?.op !== "constant") return undefined;
  if (exponent.value === 0) return constant(type, 1);
  if (exponent.value === 1) return base;
  if (exponent.value === 2) return binary("multiply", base, base);
  return exponent.value === -1 ? binary("divide", constant(type, 1), base) : undefined;
}

const commutative: readonly string[] = ["add", "multiply", "min", "max", "and", "or", "xor"];

/** Constants stand on the right, so that the rules need to look only there. */
function constantRight(e: Binary): Folded {
  if (e.left.op !== "constant" || e.right.op === "constant" || !commutative.includes(e.operator)) return undefined;
  return binary(e.operator, e.right, e.left);
}

function foldInteger(e: Binary): Folded {
  const { operator, left, right, type } = e;
  if (isSameExpression(left, right)) return foldIntegerSame(e);
  if (right.op === "constant") return foldIntegerConstant(e, right) ?? regroup(e, right);
  const isZeroMinus = operator === "subtract" && left.op === "constant" && left.value === 0;
  if (isZeroMinus) return negate(right);
  if (right.op !== "unary" || right.operator !== "negate") return undefined;
  if (operator === "add") return subtract(left, right.value);
  return operator === "subtract" && type !== "bool" ? add(left, right.value) : undefined;
}

function foldIntegerSame({ operator, left, type }: Binary): Folded {
  if (operator === "subtract" || operator === "xor") return constant(type, 0);
  return ["and", "or", "min", "max"].includes(operator) ? left : undefined;
}

function foldIntegerConstant({ operator, left, type }: Binary, { value }: Constant): Folded {
  switch (operator) {
    case "add":
    case "subtract":
    case "or":
    case "xor":
    case "shiftLeft":
    case "shiftRight":
      return value === 0 ? left : undefined;
    case "multiply":
      if (value === 0) return constant(type, 0);
      if (value === -1) return negate(left);
      return value === 1 ? left : undefined;
    case "and":
      if (value === 0) return constant(type, 0);
      return (value | 0) === -1 ? left : undefined;
    default:
      return foldIntegerDivision(operator, left, value, type);
  }
}

function foldIntegerDivision(operator: Binary["operator"], left: Expression, value: number, type: ValueType): Folded {
  if (operator === "remainder") {
    if (value === 1 || value === 0) return constant(type, 0);
    return type === "uint32" && isPowerOfTwo(value) ? binary("and", left, constant(type, value - 1)) : undefined;
  }
  if (operator !== "divide" && operator !== "floorDivide") return undefined;
  if (value === 1) return left;
  if (value === 0) return constant(type, 0);
  // Shifting right rounds toward −∞: what floorDivide does, and of uint32 also divide.
  const shifts = operator === "floorDivide" || type === "uint32";
  if (!shifts || !isPowerOfTwo(value)) return undefined;
  return binary("shiftRight", left, constant(type, Math.log2(value)));
}

const associative: readonly string[] = ["add", "multiply", "and", "or", "xor", "min", "max"];

/** (x + 1) + 2 = x + 3 */
function regroup({ operator, left, type }: Binary, right: Constant): Folded {
  if (left.op !== "binary" || left.operator !== operator || left.right.op !== "constant") return undefined;
  if (!associative.includes(operator)) return undefined;
  const value = binaryFunction(operator, type)?.(left.right.value, right.value);
  return value === undefined ? undefined : binary(operator, left.left, constant(type, value));
}

function foldFloat(e: Binary): Folded {
  const { operator, left, right } = e;
  if (right.op === "constant") return foldFloatConstant(e, right);
  if (operator === "subtract" && left.op === "constant" && Object.is(left.value, -0)) return negate(right);
  if ((operator === "min" || operator === "max") && isSameExpression(left, right)) return left;
  if (right.op !== "unary" || right.operator !== "negate") return undefined;
  if (operator === "add") return subtract(left, right.value);
  return operator === "subtract" ? add(left, right.value) : undefined;
}

function foldFloatConstant({ operator, left, type }: Binary, { value }: Constant): Folded {
  switch (operator) {
    case "add":
      return Object.is(value, -0) ? left : undefined;
    case "subtract":
      return Object.is(value, 0) ? left : undefined;
    case "multiply":
      if (value === -1) return negate(left);
      return value === 1 ? left : undefined;
    case "divide":
      if (value === 1) return left;
      return hasExactReciprocal(type, value) ? binary("multiply", left, constant(type, 1 / value)) : undefined;
    default:
      return undefined;
  }
}

/** What holds if there are no NaN and no infinities, and −0 is 0. */
function foldFast({ operator, left, right, type }: Binary): Folded {
  if (isSameExpression(left, right)) {
    if (operator === "subtract") return constant(type, 0);
    return operator === "divide" ? constant(type, 1) : undefined;
  }
  if (right.op !== "constant") return undefined;
  if (operator === "add" && right.value === 0) return left;
  if (operator === "multiply" && right.value === 0) return constant(type, 0);
  const isDivision = operator === "divide" && isFloat(type) && isOrdinary(type, 1 / right.value);
  return isDivision ? binary("multiply", left, constant(type, 1 / right.value)) : undefined;
}

/** Whether `value` is ±2^k, and 2^−k is a number of the type too. */
function hasExactReciprocal(type: ValueType, value: number): boolean {
  const reciprocal = 1 / value;
  if (!isOrdinary(type, value) || !isOrdinary(type, reciprocal)) return false;
  return isPowerOfTwo(Math.abs(value) < 1 ? Math.abs(reciprocal) : Math.abs(value));
}

function isOrdinary(type: ValueType, value: number): boolean {
  const size = Math.abs(value);
  return type === "float32" ? size >= 2 ** -126 && size < 2 ** 127 : size >= 2 ** -1022 && size < 2 ** 1023;
}

function isPowerOfTwo(value: number): boolean {
  return value >= 1 && Number.isFinite(value) && 2 ** Math.round(Math.log2(value)) === value;
}
