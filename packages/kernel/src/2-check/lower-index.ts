// Indices: int32 expressions. A float is one only if it is certainly whole: from Math.floor, ceil, round or trunc, or from whole
// numbers by operations that keep them whole.

import { compare, select, unary } from "../ir/builder.js";
import type { Expression } from "../ir/ir.js";
import { constantIn, converted } from "./convert.js";
import { isSingle, type Value, type Variable } from "./core.js";
import type { Types } from "./infer.js";
import type { ValueLowering } from "./lower-value.js";
import { refuse } from "./refusal.js";
import { isInteger } from "./types.js";

/** A value as an index. @throws DiagnosticError if it is no whole number. */
export function indexExpression(l: ValueLowering, value: Value): Expression {
  const type = l.types.of(value);
  if (isInteger(type) || type === "unset")
    return converted(l.lower(value, type === "uint32" ? "uint32" : "int32"), "int32");
  if (type === "bool") {
    refuse(value.place, "index-type", "An index is a whole number, and this is a boolean.", "Write `flag ? 1 : 0`.");
  }
  if (!isWhole(l.types, value, new Set())) {
    refuse(
      value.place,
      "float-index",
      "An index is a whole number, and this is a float that may have a fraction.",
      "Write `Math.floor(…)` or `Math.trunc(…)` around it.",
    );
  }
  if (value.op === "number") return constantIn(-1, "int32");
  const float = l.lower(value, type === "float64" ? "float64" : type === "float32" ? "float32" : l.types.working);
  return guarded(float);
}

/** A float beyond int32, or NaN, is an index outside of every array, not one that wraps around into it. */
function guarded(float: Expression): Expression {
  const inside = compare("less", unary("abs", float), constantIn(2 ** 31, float.type));
  return select(inside, converted(float, "int32"), constantIn(-1, "int32"));
}

/** Whether a float value has no fraction (or is NaN or infinite). */
function isWhole(types: Types, value: Value, seen: Set<Variable>): boolean {
  if (value.op === "number") return Number.isInteger(value.value);
  const type = types.of(value);
  if (type === "int32" || type === "uint32") return true;
  const all = (values: readonly Value[]): boolean => values.every((part) => isWhole(types, part, seen));
  switch (value.op) {
    case "variable":
      return isWholeVariable(types, value.variable, seen);
    case "unary":
      return all([value.value]);
    case "binary":
      return /^[-+*%]$/.test(value.sign) && all([value.left, value.right]);
    case "conditional":
      return all([value.yes, value.no]);
    case "power":
      return all([value.base]);
    case "math":
      return (
        /^(floor|ceil|round|trunc|sign)$/.test(value.name) || (/^(abs|min|max)$/.test(value.name) && all(value.values))
      );
    default:
      return false;
  }
}

function isWholeVariable(types: Types, variable: Variable, seen: Set<Variable>): boolean {
  if (seen.has(variable)) return true;
  seen.add(variable);
  if (variable.preset || variable.given !== undefined) return false;
  // A weak variable that stands for its value is as whole as that; others must be whole wherever they are assigned.
  return (
    (isSingle(variable) || variable.values.length > 0) && variable.values.every((value) => isWhole(types, value, seen))
  );
}
