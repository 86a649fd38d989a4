// Chains of conversions. A conversion that keeps the number as it is can be left out before another one, because what that one
// gives depends on the number alone.

import { bitcast, convert } from "../ir/builder.js";
import type { Bitcast, Convert, Expression, ValueType } from "../ir/ir.js";
import { isInteger } from "../ir/semantics.js";

/** A simpler expression with the same value, if a rule applies. */
export function foldConversion(e: Convert | Bitcast): Expression | undefined {
  return e.op === "convert" ? foldConvert(e) : foldBitcast(e);
}

function foldConvert({ type, value }: Convert): Expression | undefined {
  if (value.type === type) return value;
  if (value.op === "convert") {
    const source = value.value;
    const skips = isExact(source.type, value.type) || (isBits(source.type, value.type) && !isFloating(type));
    return skips ? convert(type, source) : undefined;
  }
  // Converting to an integer truncates.
  const truncates = isInteger(type) && value.op === "unary" && value.operator === "trunc";
  return truncates ? convert(type, value.value) : undefined;
}

function foldBitcast({ type, value }: Bitcast): Expression | undefined {
  if (value.type === type) return value;
  if (value.op === "bitcast") return bitcast(type, value.value);
  return isBits(value.type, type) ? convert(type, value) : undefined;
}

/** Whether every value of `from` is a value of `to`. */
function isExact(from: ValueType, to: ValueType): boolean {
  return from === "bool" || (to === "float64" && from !== "float64");
}

/** Whether converting keeps the bits. */
function isBits(from: ValueType, to: ValueType): boolean {
  return isInteger(from) && isInteger(to);
}

function isFloating(type: ValueType): boolean {
  return type === "float32" || type === "float64";
}
