// The element type of what an elementwise kernel or a stencil returns, where the caller does not say it.

import type { ElementType } from "../ir/ir.js";
import { type CoreArray, isSingle, type Value, type Variable } from "./core.js";
import type { Types } from "./infer.js";
import { isFloat, join, type Type } from "./types.js";

/**
 * - bool, if the function returns a boolean;
 * - float64, if the value or any array is;
 * - float32, if the value is a float or any array argument is float32;
 * - else the value's integer type. Without arrays, a number that nothing decides is a float.
 */
export function resultElement(
  types: Types,
  result: Variable,
  argumentArrays: readonly CoreArray[],
  inputs: readonly CoreArray[],
): ElementType {
  const type = result.values.reduce<Type>(
    (so, value) => join(so, typeOf(types, value, new Set()), types.working),
    "unset",
  );
  if (type === "bool") return "bool";
  if (type === "float64" || inputs.some((array) => array.element === "float64")) return "float64";
  if (isFloat(type) || argumentArrays.some((array) => array.element === "float32")) return "float32";
  if (type === "uint32") return "uint32";
  return type === "weak-int" && inputs.length === 0 ? types.working : "int32";
}

/** The type of a value, before a variable that carries the values of several `return`s was decided. */
function typeOf(types: Types, value: Value, seen: Set<Variable>): Type {
  if (value.op !== "variable" || isSingle(value.variable) || value.variable.given !== undefined) return types.of(value);
  if (seen.has(value.variable)) return "unset";
  seen.add(value.variable);
  return value.variable.values.reduce<Type>((so, one) => join(so, typeOf(types, one, seen), types.working), "unset");
}
