// The table of the library: which function is made by what. Definitions are made once, when they are first asked for.

import type { FunctionDefinition } from "../ir/function.js";
import type { MathFunction } from "../ir/ir.js";
import { exp, expm1 } from "./exponential.js";
import { type BinaryBody, FunctionWriter, type UnaryBody } from "./function-writer.js";
import { cosh, sinh, tanh } from "./hyperbolic.js";
import { acosh, asinh, atanh } from "./inverse-hyperbolic.js";
import { acos, asin, atan, atan2 } from "./inverse-trigonometric.js";
import { log, log1p, log2, log10 } from "./logarithm.js";
import { pow } from "./power.js";
import { cbrt, hypot } from "./roots.js";
import { cos, sin, tan } from "./trigonometric.js";

const unary: Partial<Record<MathFunction, UnaryBody>> = {
  exp,
  expm1,
  log,
  log1p,
  log2,
  log10,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  cbrt,
};

const binary: Partial<Record<MathFunction, BinaryBody>> = { pow, atan2, hypot };

const cache = new Map<MathFunction, FunctionDefinition>();

function write(name: MathFunction): FunctionDefinition {
  const f = new FunctionWriter();
  const body = binary[name];
  if (body !== undefined) return f.finish(name, body(f, f.parameter("x"), f.parameter("y")));
  return f.finish(name, (unary[name] as UnaryBody)(f, f.parameter("x")));
}

/**
 * A function of Math in IR. Only float32 has definitions; float64 is left to JavaScript's own Math, which has the right
 * digits and is within an ULP. The order of operations in a body is its accuracy: compile it without regrouping or fusing,
 * also in programs with `fastMath`.
 */
export function mathFunction(name: MathFunction, type: "float32" | "float64"): FunctionDefinition | undefined {
  if (type === "float64") return undefined;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const definition = write(name);
  cache.set(name, definition);
  return definition;
}
