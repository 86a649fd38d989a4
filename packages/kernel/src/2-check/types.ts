// The types of the check: those of the IR, and weak numbers, which take the type of what they meet.
//
//   unset      nothing is known yet
//   weak-int   whole literals and captured numbers, and number arguments, whose values are not known
//   weak-float the same with a fraction; a float of some width

import type { ValueType } from "../ir/ir.js";

export type Type = "unset" | "weak-int" | "weak-float" | ValueType;
export type FloatType = "float32" | "float64";

/** Whether a type is not decided yet. */
export function isWeak(type: Type): type is "weak-int" | "weak-float" {
  return type === "weak-int" || type === "weak-float";
}

/** float32, float64 or a weak float. */
export function isFloat(type: Type): boolean {
  return type === "float32" || type === "float64" || type === "weak-float";
}

/** int32, uint32 or a weak number that may be one. */
export function isInteger(type: Type): boolean {
  return type === "int32" || type === "uint32" || type === "weak-int";
}

/** The type of a variable that holds values of both types. `working` is the float of the launch. */
export function join(a: Type, b: Type, working: FloatType): Type {
  if (a === b || b === "unset") return a;
  if (a === "unset") return b;
  if (a === "bool") return b;
  if (b === "bool") return a;
  if (isWeak(a)) return joinWeak(a, b, working);
  if (isWeak(b)) return joinWeak(b, a, working);
  if (isFloat(a) || isFloat(b)) return a === "float64" || b === "float64" ? "float64" : "float32";
  return "uint32";
}

function joinWeak(weak: "weak-int" | "weak-float", other: Type, working: FloatType): Type {
  if (weak === "weak-int" || isFloat(other)) return other;
  return other === "weak-int" ? "weak-float" : working;
}

/**
 * The type in which two values are added, subtracted, multiplied: bools count as int32. As long as one side is unknown the
 * result is: what it would be without that side might be wrong, and types never shrink again.
 */
export function arithmetic(a: Type, b: Type, working: FloatType): Type {
  if (a === "unset" || b === "unset") return "unset";
  return join(asNumber(a), asNumber(b), working);
}

/** A bool as a number is int32. */
export function asNumber(type: Type): Type {
  return type === "bool" ? "int32" : type;
}

/** The float type that a value has as an operand of a float operation. */
export function asFloat(type: Type, working: FloatType): Type {
  if (type === "unset" || isFloat(type)) return type;
  return type === "weak-int" ? "weak-float" : working;
}

/** The weak type of a literal. Whole numbers beyond int32 that fit are uint32: `0x9e3779b9`. */
export function typeOfNumber(value: number): Type {
  if (!Number.isInteger(value) || value >= 2 ** 32 || value < -(2 ** 31)) return "weak-float";
  return value < 2 ** 31 ? "weak-int" : "uint32";
}
