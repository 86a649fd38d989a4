// JavaScript's ToInt32 (and ToUint32, which has the same bits): toward zero, modulo 2^32, NaN and infinities give 0.
// Nearly always the value is in range and one instruction does it; the rest is a function of its own.

import type { FunctionBuilder } from "./function-builder.js";
import type { ModuleBuilder } from "./module-builder.js";

/** A float is on the stack; leaves an int32. */
export function emitToInt32(module: ModuleBuilder, fn: FunctionBuilder, type: "f32" | "f64"): void {
  const x = fn.save(type);
  fn.get(x);
  fn.op(`${type}.abs`);
  if (type === "f32") fn.f32(2 ** 31);
  else fn.f64(2 ** 31);
  fn.op(`${type}.lt`);
  fn.if("i32");
  fn.get(x);
  fn.op(`i32.trunc_sat_${type}_s`);
  fn.else();
  fn.get(x);
  if (type === "f32") fn.op("f64.promote_f32");
  fn.op("call", module.helper("toInt32", ["f64"], ["i32"], emitSlow));
  fn.end();
}

/** r = x - trunc(x / 2^32) * 2^32, exactly; |r| fits into a uint32; then its sign is applied to the bits. */
function emitSlow(fn: FunctionBuilder): void {
  const x = 0;
  fn.get(x);
  fn.get(x);
  fn.f64(2 ** -32);
  fn.op("f64.mul");
  fn.op("f64.trunc");
  fn.f64(2 ** 32);
  fn.op("f64.mul");
  fn.op("f64.sub");
  const r = fn.save("f64");
  fn.get(r);
  fn.op("f64.abs");
  fn.op("i32.trunc_sat_f64_u");
  const bits = fn.save("i32");
  fn.i32(0);
  fn.get(bits);
  fn.op("i32.sub");
  fn.get(bits);
  fn.get(r);
  fn.f64(0);
  fn.op("f64.lt");
  fn.op("select");
}
