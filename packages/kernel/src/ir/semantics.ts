// The meaning of the IR's operations on single values, as JavaScript functions: what ir.ts says in words. The simulator and the
// constant folder both take it from here, so that a folded constant is what the program would have computed.
//
// A value is a number: int32 and uint32 in their range, float32 already rounded, bool 0 or 1. Every function keeps that.

import type { Atomic, BinaryOperator, Compare, MathFunction, UnaryOperator, ValueType } from "./ir.js";

/** Computes with one value. */
export type UnaryFunction = (value: number) => number;
/** Computes with two values. */
export type BinaryFunction = (left: number, right: number) => number;

type BinaryTable = Partial<Record<BinaryOperator, BinaryFunction>>;
type UnaryTable = Partial<Record<UnaryOperator, UnaryFunction>>;

const int32Binary: BinaryTable = {
  add: (a, b) => (a + b) | 0,
  subtract: (a, b) => (a - b) | 0,
  multiply: (a, b) => Math.imul(a, b),
  divide: (a, b) => (a / b) | 0,
  // Exact: the quotient of two int32 is never within rounding distance of an integer that it does not equal.
  floorDivide: (a, b) => (b === 0 ? 0 : Math.floor(a / b) | 0),
  remainder: (a, b) => (a % b) | 0,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shiftLeft: (a, b) => a << b,
  shiftRight: (a, b) => a >> b,
};

const uint32Binary: BinaryTable = {
  add: (a, b) => (a + b) >>> 0,
  subtract: (a, b) => (a - b) >>> 0,
  multiply: (a, b) => Math.imul(a, b) >>> 0,
  divide: (a, b) => (a / b) >>> 0,
  remainder: (a, b) => (a % b) >>> 0,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  and: (a, b) => (a & b) >>> 0,
  or: (a, b) => (a | b) >>> 0,
  xor: (a, b) => (a ^ b) >>> 0,
  shiftLeft: (a, b) => (a << b) >>> 0,
  shiftRight: (a, b) => a >>> b,
};

const float64Binary: BinaryTable = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  remainder: (a, b) => a % b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
};

// Rounding a float64 result to float32 is the correctly rounded float32 result: 53 bits are more than twice 24 and two.
const float32Binary: BinaryTable = {
  add: (a, b) => Math.fround(a + b),
  subtract: (a, b) => Math.fround(a - b),
  multiply: (a, b) => Math.fround(a * b),
  divide: (a, b) => Math.fround(a / b),
  remainder: (a, b) => Math.fround(a % b),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
};

const boolBinary: BinaryTable = { and: (a, b) => a & b, or: (a, b) => a | b, xor: (a, b) => a ^ b };

const binaryTables: Record<ValueType, BinaryTable> = {
  bool: boolBinary,
  int32: int32Binary,
  uint32: uint32Binary,
  float32: float32Binary,
  float64: float64Binary,
};

const exactFloat: UnaryTable = {
  negate: (a) => -a,
  abs: (a) => Math.abs(a),
  floor: (a) => Math.floor(a),
  ceil: (a) => Math.ceil(a),
  trunc: (a) => Math.trunc(a),
  round: (a) => Math.round(a),
};

const unaryTables: Record<ValueType, UnaryTable> = {
  bool: { not: (a) => a ^ 1 },
  int32: {
    negate: (a) => -a | 0,
    complement: (a) => ~a,
    abs: (a) => Math.abs(a) | 0,
    countLeadingZeros: (a) => Math.clz32(a),
  },
  uint32: { negate: (a) => -a >>> 0, complement: (a) => ~a >>> 0, countLeadingZeros: (a) => Math.clz32(a) },
  float32: { ...exactFloat, sqrt: (a) => Math.fround(Math.sqrt(a)) },
  float64: { ...exactFloat, sqrt: (a) => Math.sqrt(a) },
};

/** What `operator` does to two values of `type`; `undefined` if there is no such operation. */
export function binaryFunction(operator: BinaryOperator, type: ValueType): BinaryFunction | undefined {
  return binaryTables[type][operator];
}

/** What `operator` does to a value of `type`; `undefined` if there is no such operation. */
export function unaryFunction(operator: UnaryOperator, type: ValueType): UnaryFunction | undefined {
  return unaryTables[type][operator];
}

const comparisons: Record<Compare["operator"], BinaryFunction> = {
  equal: (a, b) => (a === b ? 1 : 0),
  notEqual: (a, b) => (a !== b ? 1 : 0),
  less: (a, b) => (a < b ? 1 : 0),
  lessEqual: (a, b) => (a <= b ? 1 : 0),
  greater: (a, b) => (a > b ? 1 : 0),
  greaterEqual: (a, b) => (a >= b ? 1 : 0),
};

/** A comparison; the same for all types, as every value is a number. */
export function compareFunction(operator: Compare["operator"]): BinaryFunction {
  return comparisons[operator];
}

const identity: UnaryFunction = (value) => value;

const conversions: Record<ValueType, UnaryFunction> = {
  bool: (value) => (value !== 0 && !Number.isNaN(value) ? 1 : 0),
  int32: (value) => value | 0,
  uint32: (value) => value >>> 0,
  float32: (value) => Math.fround(value),
  float64: identity,
};

/** Converts any value to `type`. */
export function convertFunction(type: ValueType): UnaryFunction {
  return conversions[type];
}

const bits = new DataView(new ArrayBuffer(4));

function bitsOfFloat(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}

function floatOfBits(value: number): number {
  bits.setInt32(0, value);
  return bits.getFloat32(0);
}

/** The same 32 bits as another type. */
export function bitcastFunction(from: ValueType, to: ValueType): UnaryFunction {
  if (from === to) return identity;
  if (to === "float32") return floatOfBits;
  if (from !== "float32") return conversions[to];
  return to === "uint32" ? (value) => bitsOfFloat(value) >>> 0 : bitsOfFloat;
}

/** The reference of a function of Math: JavaScript's own, rounded to float32 once. */
export function mathFunctionReference(name: MathFunction, type: ValueType): (...values: number[]) => number {
  const exact = Math[name] as (...values: number[]) => number;
  return type === "float32" ? (...values) => Math.fround(exact(...values)) : exact;
}

/** What an atomic writes, given the old value. */
export type AtomicFunction = (old: number, value: number, expected: number) => number;

/** What `operator` writes to an element of `type`; `undefined` if there is no such operation. */
export function atomicFunction(operator: Atomic["operator"], type: ValueType): AtomicFunction | undefined {
  if (type !== "int32" && type !== "uint32" && type !== "float32") return undefined;
  if (operator === "exchange") return (_old, value) => value;
  if (operator !== "compareExchange") {
    return type === "float32" && operator === "subtract" ? undefined : binaryFunction(operator, type);
  }
  return type === "float32" ? undefined : (old, value, expected) => (old === expected ? value : old);
}

/** Whether `value` is a value of `type`. */
export function isValueOf(type: ValueType, value: number): boolean {
  switch (type) {
    case "bool":
      return Object.is(value, 0) || value === 1;
    case "int32":
      return Object.is(value, value | 0);
    case "uint32":
      return Object.is(value, value >>> 0);
    case "float32":
      return Object.is(value, Math.fround(value));
    case "float64":
      return true;
  }
}

/** Whether the integers of a type wrap, so that algebra on them is exact. */
export function isInteger(type: ValueType): boolean {
  return type === "int32" || type === "uint32";
}

/** Whether a type is float32 or float64. */
export function isFloat(type: ValueType): boolean {
  return type === "float32" || type === "float64";
}
