// Algebra on conditions. `!(a < b)` is `a >= b` only where there is no NaN: on integers, and on floats with fastMath.

import { bool, compare, convert, logical, not, select } from "../ir/builder.js";
import type { Binary, Compare, Constant, Expression, Logical, MathCall, Select, Unary } from "../ir/ir.js";
import { isFloat, isInteger, isValueOf } from "../ir/semantics.js";
import { isSameExpression } from "./expression-key.js";

type Folded = Expression | undefined;

/** A simpler expression with the same value, if a rule applies. */
export function foldBool(e: Binary | Unary | MathCall | Compare | Logical | Select, fastMath: boolean): Folded {
  switch (e.op) {
    case "unary":
      return e.operator === "not" ? foldNot(e.value, fastMath) : undefined;
    case "binary":
      return e.type === "bool" ? foldBitwise(e) : undefined;
    case "compare":
      return foldCompare(e);
    case "logical":
      return foldLogical(e);
    case "select":
      return foldSelect(e);
    default:
      return undefined;
  }
}

const opposites: Record<Compare["operator"], Compare["operator"]> = {
  equal: "notEqual",
  notEqual: "equal",
  less: "greaterEqual",
  lessEqual: "greater",
  greater: "lessEqual",
  greaterEqual: "less",
};

const mirrored: Record<Compare["operator"], Compare["operator"]> = {
  equal: "equal",
  notEqual: "notEqual",
  less: "greater",
  lessEqual: "greaterEqual",
  greater: "less",
  greaterEqual: "lessEqual",
};

function foldNot(value: Expression, fastMath: boolean): Folded {
  if (value.op === "logical") {
    const bothNegated = isNegation(value.left) && isNegation(value.right);
    return bothNegated
      ? logical(value.operator === "and" ? "or" : "and", not(value.left), not(value.right))
      : undefined;
  }
  if (value.op !== "compare") return undefined;
  const isTotal = value.operator === "equal" || value.operator === "notEqual" || !isFloat(value.left.type) || fastMath;
  return isTotal ? compare(opposites[value.operator], value.left, value.right) : undefined;
}

function isNegation(e: Expression): boolean {
  return e.op === "unary" && e.operator === "not";
}

function foldBitwise({ operator, left, right }: Binary): Folded {
  if (isSameExpression(left, right)) return operator === "xor" ? bool(false) : left;
  if (left.op === "constant") return foldBitwiseConstant(operator, right, left);
  return right.op === "constant" ? foldBitwiseConstant(operator, left, right) : undefined;
}

function foldBitwiseConstant(operator: Binary["operator"], other: Expression, { value }: Constant): Folded {
  if (operator === "xor") return value === 0 ? other : not(other);
  const keeps = operator === "and" ? value === 1 : value === 0;
  return keeps ? other : bool(value === 1);
}

function foldCompare(e: Compare): Folded {
  const { operator, left, right } = e;
  if (left.op === "constant" && right.op !== "constant") return compare(mirrored[operator], right, left);
  if (left.type === "bool") return foldCompareBool(e);
  if (isInteger(left.type) && isSameExpression(left, right)) {
    return bool(operator === "equal" || operator === "lessEqual" || operator === "greaterEqual");
  }
  return foldCompareWidened(e);
}

function foldCompareBool({ operator, left, right }: Compare): Folded {
  if (right.op !== "constant") return undefined;
  return (operator === "equal") === (right.value === 1) ? left : not(left);
}

/** Comparing two values that were widened exactly is comparing the values: float64(i) < float64(j) is i < j. */
function foldCompareWidened({ operator, left, right }: Compare): Folded {
  if (left.op !== "convert" || left.type !== "float64") return undefined;
  const source = left.value;
  if (!["int32", "uint32", "float32"].includes(source.type)) return undefined;
  if (right.op === "convert" && right.value.type === source.type) return compare(operator, source, right.value);
  if (right.op !== "constant" || !isValueOf(source.type, right.value)) return undefined;
  return compare(operator, source, convert(source.type, right));
}

function foldLogical({ operator, left, right }: Logical): Folded {
  if (isSameExpression(left, right)) return left;
  const keeps = operator === "and" ? 1 : 0;
  if (left.op === "constant") return left.value === keeps ? right : left;
  if (right.op === "constant") return right.value === keeps ? left : right;
  return undefined;
}

function foldSelect({ condition, then, otherwise, type }: Select): Folded {
  if (condition.op === "constant") return condition.value === 0 ? otherwise : then;
  if (isSameExpression(then, otherwise)) return then;
  if (condition.op === "unary" && condition.operator === "not") return select(condition.value, otherwise, then);
  if (type !== "bool" || then.op !== "constant" || otherwise.op !== "constant") return undefined;
  return then.value === 1 ? condition : not(condition);
}
