// Comparisons. Both sides are brought to one type; int32 with uint32 is compared exactly, by looking at the sign first.

import { compare, logical } from "../ir/builder.js";
import type { Compare, Expression, ValueType } from "../ir/ir.js";
import { constantIn, converted } from "./convert.js";
import type { Value, ValueOf } from "./core.js";
import type { ValueLowering } from "./lower-value.js";
import { arithmetic } from "./types.js";

const operators: Readonly<Record<string, Compare["operator"]>> = {
  "===": "equal",
  "!==": "notEqual",
  "<": "less",
  "<=": "lessEqual",
  ">": "greater",
  ">=": "greaterEqual",
};

const swapped: Readonly<Record<Compare["operator"], Compare["operator"]>> = {
  equal: "equal",
  notEqual: "notEqual",
  less: "greater",
  lessEqual: "greaterEqual",
  greater: "less",
  greaterEqual: "lessEqual",
};

/** `left < right` and its like. */
export function compared(l: ValueLowering, value: ValueOf<"binary">): Expression {
  const operator = operators[value.sign] as Compare["operator"];
  const sides = [value.left, value.right] as const;
  const [a, b] = sides.map((side) => sideType(l, side, sides));
  if (a === "int32" && b === "uint32") {
    return mixed(operator, l.lower(value.left, "int32"), l.lower(value.right, "uint32"));
  }
  if (a === "uint32" && b === "int32") {
    return mixed(swapped[operator], l.lower(value.right, "int32"), l.lower(value.left, "uint32"));
  }
  const type = commonType(l, value);
  // Looked at once it is decided.
  if (l.isPutOff(value)) return constantIn(0, "bool");
  return compare(operator, l.lower(value.left, type), l.lower(value.right, type));
}

/** Int32 or uint32, if the other side makes that matter: a weak number next to uint32 is int32 unless it is a positive literal. */
function sideType(l: ValueLowering, side: Value, sides: readonly [Value, Value]): ValueType | undefined {
  const type = l.types.of(side);
  if (type === "int32" || type === "uint32") return type;
  const other = l.types.of(side === sides[0] ? sides[1] : sides[0]);
  if (type !== "weak-int" || other !== "uint32") return undefined;
  return side.op === "number" && side.value >= 0 ? "uint32" : "int32";
}

function commonType(l: ValueLowering, value: ValueOf<"binary">): ValueType {
  const a = l.types.of(value.left);
  const b = l.types.of(value.right);
  if (a === "bool" && b === "bool" && /^[!=]==$/.test(value.sign)) return "bool";
  return l.natural(value, [value.left, value.right], arithmetic(a, b, l.types.working));
}

/** `signed < unsigned` and its like, exactly. */
function mixed(operator: Compare["operator"], signed: Expression, unsigned: Expression): Expression {
  const zero = constantIn(0, "int32");
  const bits = compare(operator, converted(signed, "uint32"), unsigned);
  // A negative number is less than every uint32.
  return operator === "less" || operator === "lessEqual" || operator === "notEqual"
    ? logical("or", compare("less", signed, zero), bits)
    : logical("and", compare("greaterEqual", signed, zero), bits);
}
