// Math and Number in IR operations, with JavaScript's meaning for NaN, infinities and −0, and exact integer divisions.

import { binary, call, compare, logical, select, unary } from "../ir/builder.js";
import type { Expression, MathFunction, ValueType } from "../ir/ir.js";
import { constantIn, converted } from "./convert.js";
import type { Value, ValueOf } from "./core.js";
import type { ValueLowering } from "./lower-value.js";
import { isFloat } from "./types.js";

/** A function of Math or Number, computed in `type`. */
export function mathExpression(l: ValueLowering, value: ValueOf<"math">, type: ValueType): Expression {
  const [first, second] = value.values as [Value, Value];
  switch (value.name) {
    case "isNaN":
    case "isFinite":
    case "isInteger":
      return test(l, value.name, first);
    case "imul":
      return binary("multiply", integerOf(l, first), integerOf(l, second));
    case "clz32":
      return unary("countLeadingZeros", integerOf(l, first));
    case "fround":
      return l.lower(first, "float32");
    case "abs":
      return type === "uint32" ? l.lower(first, type) : unary("abs", l.lower(first, type));
    case "min":
    case "max":
      return value.values.map((part) => l.lower(part, type)).reduce((a, b) => binary(value.name as "min", a, b));
    case "sign":
      return sign(l.lower(first, type));
    case "floor":
      return floor(l, first, type);
    case "trunc":
      return trunc(l, first, type);
    case "ceil":
    case "round":
      return floats(type) ? unary(value.name, l.lower(first, type)) : l.lower(first, type);
    case "sqrt":
      return unary("sqrt", l.lower(first, type));
    case "hypot":
      return hypot(value.values.map((part) => l.lower(part, type)));
    default:
      return call(value.name as MathFunction, ...value.values.map((part) => l.lower(part, type)));
  }
}

/** A value as JavaScript's bit operations see it: an int32. A quotient of integers is divided exactly. */
export function integerOf(l: ValueLowering, value: Value): Expression {
  const quotient = l.types.integerQuotient(value);
  if (quotient) return converted(divided(l, quotient, quotientType(l, value)), "int32");
  return l.lower(value, "int32");
}

function quotientType(l: ValueLowering, value: Value): "int32" | "uint32" {
  const sides = l.types.integerQuotient(value);
  return sides && [sides.left, sides.right].some((side) => l.types.of(side) === "uint32") ? "uint32" : "int32";
}

function divided(l: ValueLowering, sides: { left: Value; right: Value }, type: ValueType): Expression {
  return binary("divide", l.lower(sides.left, type), l.lower(sides.right, type));
}

function floor(l: ValueLowering, value: Value, type: ValueType): Expression {
  if (floats(type)) return unary("floor", l.lower(value, type));
  const quotient = l.types.integerQuotient(value);
  if (!quotient) return l.lower(value, type);
  if (type === "uint32") return divided(l, quotient, type);
  return binary("floorDivide", l.lower(quotient.left, type), l.lower(quotient.right, type));
}

/** Of a float it is an int32; of a number that is not decided yet it may be wanted as a float. */
function trunc(l: ValueLowering, value: Value, type: ValueType): Expression {
  if (floats(type)) return unary("trunc", l.lower(value, type));
  const quotient = l.types.integerQuotient(value);
  if (quotient) return divided(l, quotient, type);
  return l.lower(value, type);
}

function floats(type: ValueType): boolean {
  return type === "float32" || type === "float64";
}

/** 1, −1, or the value itself: ±0 and NaN. */
function sign(x: Expression): Expression {
  const { type } = x;
  const zero = constantIn(0, type);
  const negative =
    type === "uint32" ? zero : select(compare("less", x, zero), constantIn(-1, type), floats(type) ? x : zero);
  return select(compare("greater", x, zero), constantIn(1, type), negative);
}

function hypot(values: readonly Expression[]): Expression {
  const [first] = values as [Expression];
  if (values.length === 1) return unary("abs", first);
  return values.reduce((a, b) => call("hypot", a, b));
}

function test(l: ValueLowering, name: string, value: Value): Expression {
  const type = l.natural(value, [value]);
  if (l.isPutOff(value)) return constantIn(0, "bool");
  if (!isFloat(type)) {
    l.lower(value, type);
    return constantIn(name === "isNaN" ? 0 : 1, "bool");
  }
  const x = l.lower(value, type);
  if (name === "isNaN") return compare("notEqual", x, x);
  const finite = compare("less", unary("abs", x), constantIn(Number.POSITIVE_INFINITY, type));
  return name === "isFinite" ? finite : logical("and", compare("equal", unary("trunc", x), x), finite);
}
