// Arithmetic of constants, done in JavaScript's own numbers as minifiers do it, so that a minified kernel computes the same.

import type { BinarySign, UnarySign, Value } from "./core.js";
import type { Place } from "./refusal.js";

type Plain = number | boolean;

/** The number or boolean that a value is, if it is constant. */
export function constantOf(value: Value): Plain | undefined {
  return value.op === "number" || value.op === "boolean" ? value.value : undefined;
}

/** A constant as a value. */
export function constant(value: Plain, place: Place): Value {
  return typeof value === "number" ? { op: "number", value, place } : { op: "boolean", value, place };
}

/** A unary operation, computed if its operand is constant. */
export function unary(sign: UnarySign, value: Value, place: Place): Value {
  const plain = constantOf(value);
  if (plain === undefined) return { op: "unary", sign, value, place };
  return constant(unaryOperations[sign](plain), place);
}

const unaryOperations: Readonly<Record<UnarySign, (value: Plain) => Plain>> = {
  "-": (value) => -value,
  "+": (value) => +value,
  "!": (value) => !value,
  "~": (value) => ~value,
};

/** A binary operation, computed if both operands are constant. */
export function binary(sign: BinarySign, left: Value, right: Value, place: Place): Value {
  const a = constantOf(left);
  const b = constantOf(right);
  if (a === undefined || b === undefined) return { op: "binary", sign, left, right, place };
  if (sign === "===" || sign === "!==") return constant((a === b || sameNumber(a, b)) === (sign === "==="), place);
  return constant(binaryOperations[sign](Number(a), Number(b)), place);
}

/** `true == 1`: `==` and `===` are the same in the language, and bools count as numbers. */
function sameNumber(a: Plain, b: Plain): boolean {
  return Number(a) === Number(b);
}

const binaryOperations: Readonly<Record<Exclude<BinarySign, "===" | "!==">, (a: number, b: number) => Plain>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
  ">>>": (a, b) => a >>> b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
