// Conversions of one part of a strip's values, but for those from floats to integers (vector-to-int32.ts).

import type { Convert, Expression, ValueType } from "@everycore/kernel/ir";
import { isFloat, isInt, type VectorExpressions } from "./vector-expression.js";
import { narrowMasks } from "./vector-operator.js";

/** The upper half comes down; what is above does not matter. */
const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15] as const;

/** The lower halves of two vectors. */
const lowerHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] as const;

export function pushConversion(vector: VectorExpressions, { value, type }: Convert, p: number): void {
  const { fn } = vector;
  const from = value.type;
  if (type === "bool") return isTrue(vector, value, p);
  if (type === from || (isInt(type) && isInt(from))) return vector.part(value, p);
  if (from === "bool") return fromBool(vector, value, type, p);
  if (type === "float64") return widen(vector, value, p);
  if (from === "float64") return narrow(vector, value, p);
  vector.part(value, p);
  fn.op(from === "int32" ? "f32x4.convert_i32x4_s" : "f32x4.convert_i32x4_u");
}

/** 32-bit lanes to float64: part `p` is one half of a vector. */
function widen(vector: VectorExpressions, value: Expression, p: number): void {
  const { fn } = vector;
  vector.part(value, p >> 1);
  if (p & 1) {
    const whole = fn.save("v128");
    fn.get(whole);
    fn.get(whole);
    fn.op("i8x16.shuffle", ...upperHalf);
  }
  if (value.type === "float32") fn.op("f64x2.promote_low_f32x4");
  else fn.op(value.type === "int32" ? "f64x2.convert_low_i32x4_s" : "f64x2.convert_low_i32x4_u");
}

/** float64 to float32: a part is made of two. */
function narrow(vector: VectorExpressions, value: Expression, p: number): void {
  const { fn } = vector;
  for (const half of [2 * p, 2 * p + 1]) {
    vector.part(value, half);
    fn.op("f32x4.demote_f64x2_zero");
  }
  fn.op("i8x16.shuffle", ...lowerHalves);
}

function fromBool(vector: VectorExpressions, value: Expression, type: ValueType, p: number): void {
  if (type === "float64") vector.wideMask((half) => vector.part(value, half), p);
  else vector.part(value, p);
  vector.constant(type, 1);
  vector.fn.op("v128.and");
}

function isTrue(vector: VectorExpressions, value: Expression, p: number): void {
  const { fn } = vector;
  if (value.type === "bool") return vector.part(value, p);
  if (value.type === "float64") {
    for (const half of [2 * p, 2 * p + 1]) isTruePart(vector, value, half);
    return narrowMasks(vector);
  }
  if (isFloat(value.type)) return isTruePart(vector, value, p);
  vector.part(value, p);
  vector.constant("int32", 0);
  fn.op("i32x4.ne");
}

/** |x| > 0 is false for NaN, too. */
function isTruePart(vector: VectorExpressions, value: Expression, p: number): void {
  const lanes = value.type === "float64" ? "f64x2" : "f32x4";
  vector.part(value, p);
  vector.fn.op(`${lanes}.abs`);
  vector.constant(value.type, 0);
  vector.fn.op(`${lanes}.gt`);
}
