// Operations on constants alone are computed, by the functions that the simulator uses.

import { constant } from "../ir/builder.js";
import type { Constant, Expression } from "../ir/ir.js";
import {
  binaryFunction,
  bitcastFunction,
  compareFunction,
  convertFunction,
  mathFunctionReference,
  unaryFunction,
} from "../ir/semantics.js";
import { operandsOf } from "../ir/structure.js";

/** The value of an operation on constants; `undefined` if it is none. */
export function foldConstants(e: Expression): Constant | undefined {
  if (e.op === "load") return undefined;
  const operands = operandsOf(e);
  if (operands.length === 0 || !operands.every((operand) => operand.op === "constant")) {
    return undefined;
  }
  const value = compute(
    e,
    operands.map((operand) => (operand as Constant).value),
  );
  return value === undefined ? undefined : constant(e.type, value);
}

function compute(e: Expression, [a = 0, b = 0]: readonly number[]): number | undefined {
  switch (e.op) {
    case "unary":
      return unaryFunction(e.operator, e.value.type)?.(a);
    case "binary":
      return binaryFunction(e.operator, e.type)?.(a, b);
    case "compare":
      return compareFunction(e.operator)(a, b);
    case "convert":
      return convertFunction(e.type)(a);
    case "bitcast":
      return bitcastFunction(e.value.type, e.type)(a);
    case "call":
      return mathFunctionReference(e.function, e.type)(a, b);
    default:
      return undefined;
  }
}
