// Division of integers. WebAssembly's traps where the IR has a result: by zero it is 0, and INT_MIN / -1 wraps.

import type { Binary } from "@everycore/kernel/ir";
import type { FunctionBuilder } from "./function-builder.js";

/** Dividend and divisor are on the stack; leaves the result of `divide`, `floorDivide` or `remainder` there. */
export function emitIntegerDivision(fn: FunctionBuilder, { operator, right, type }: Binary): void {
  const b = fn.save("i32");
  const a = fn.save("i32");
  const known = right.op === "constant" ? right.value : undefined;
  if (known !== undefined && known !== 0 && known !== -1) return safe(fn, operator, type, a, b);
  fn.get(b);
  fn.if("i32");
  if (type === "int32" && operator !== "remainder") byMinusOne(fn, operator, a, b);
  else safe(fn, operator, type, a, b);
  fn.else();
  fn.i32(0);
  fn.end();
}

function byMinusOne(fn: FunctionBuilder, operator: Binary["operator"], a: number, b: number): void {
  fn.get(b);
  fn.i32(-1);
  fn.op("i32.eq");
  fn.if("i32");
  fn.i32(0);
  fn.get(a);
  fn.op("i32.sub");
  fn.else();
  safe(fn, operator, "int32", a, b);
  fn.end();
}

/** The divisor is neither 0 nor, where that matters, -1. */
function safe(fn: FunctionBuilder, operator: Binary["operator"], type: Binary["type"], a: number, b: number): void {
  const sign = type === "int32" ? "s" : "u";
  fn.get(a);
  fn.get(b);
  if (operator === "remainder") return fn.op(`i32.rem_${sign}`);
  fn.op(`i32.div_${sign}`);
  if (operator === "floorDivide") toFloor(fn, a, b);
}

/** The quotient is on the stack: subtracts 1 if there is a remainder and the signs differ. */
function toFloor(fn: FunctionBuilder, a: number, b: number): void {
  fn.get(a);
  fn.get(b);
  fn.op("i32.rem_s");
  fn.i32(0);
  fn.op("i32.ne");
  fn.get(a);
  fn.get(b);
  fn.op("i32.xor");
  fn.i32(31);
  fn.op("i32.shr_u");
  fn.op("i32.and");
  fn.op("i32.sub");
}
