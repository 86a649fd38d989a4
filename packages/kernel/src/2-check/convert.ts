// Conversions between the types of the IR, done at once for constants.

import { constant, convert } from "../ir/builder.js";
import type { Constant, Expression, ValueType } from "../ir/ir.js";

/** A JavaScript number as a constant of a type, converted as storing it to a typed array would. */
export function constantIn(value: number, type: ValueType): Constant {
  switch (type) {
    case "bool":
      return constant(type, value === 0 || Number.isNaN(value) ? 0 : 1);
    case "int32":
      return constant(type, value | 0);
    case "uint32":
      return constant(type, value >>> 0);
    default:
      return constant(type, value);
  }
}

/** A value as another type. */
export function converted(expression: Expression, type: ValueType): Expression {
  if (expression.type === type) return expression;
  if (expression.op === "constant") return constantIn(expression.value, type);
  return convert(type, expression);
}
