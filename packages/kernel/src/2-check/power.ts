// `x ** n` and Math.pow. Small whole constant exponents are multiplications, so that integers stay integers and squares are exact.

import type { Value } from "./core.js";
import { binary, constant, constantOf } from "./fold.js";
import type { Place } from "./refusal.js";
import type { Translation } from "./translation.js";

const mostFactors = 16;

/** `base ** exponent`. */
export function power(t: Translation, base: Value, exponent: Value, place: Place): Value {
  const n = constantOf(exponent);
  const b = constantOf(base);
  if (n !== undefined && b !== undefined) return constant(Number(b) ** Number(n), place);
  if (typeof n !== "number" || !Number.isInteger(n) || n < 0) {
    return { op: "math", name: "pow", values: [base, exponent], place };
  }
  if (n > mostFactors) return { op: "power", base, exponent: n, place };
  if (n === 0) return constant(1, place);
  return n === 1 ? binary("*", base, constant(1, place), place) : product(t, t.reusable(base), n, place);
}

function product(t: Translation, base: Value, n: number, place: Place): Value {
  if (n === 1) return base;
  const half = product(t, base, n >> 1, place);
  const again = n > 3 ? t.reusable(half) : half;
  const square: Value = { op: "binary", sign: "*", left: again, right: again, place };
  return n % 2 === 1 ? { op: "binary", sign: "*", left: square, right: base, place } : square;
}
