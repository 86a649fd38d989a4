// ToInt32 and ToUint32 of a strip. If all lanes are in range, one instruction a part; else the exact formula of to-int32.ts.

import type { Expression } from "@everycore/kernel/ir";
import type { Parts, VectorExpressions } from "./vector-expression.js";

/** The lower halves of two vectors. */
const lowerHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] as const;

export function floatsToInts(vector: VectorExpressions, value: Expression): Parts {
  const { fn } = vector;
  const wide = value.type === "float64";
  const source = vector.parts(value);
  const result = [fn.local("v128"), fn.local("v128")];
  allInRange(vector, value, source);
  fn.if();
  for (const [p, local] of result.entries()) {
    push(vector, wide, p, (part) => truncateInRange(vector, wide, source[part] as number));
    fn.set(local);
  }
  fn.else();
  for (const [p, local] of result.entries()) {
    push(vector, wide, p, (part) => truncate(vector, wide, source[part] as number));
    fn.set(local);
  }
  fn.end();
  return result;
}

/** Part `p` of the result is one part of a float32, or comes from two of a float64. */
function push(vector: VectorExpressions, wide: boolean, p: number, each: (part: number) => void): void {
  if (!wide) return each(p);
  each(2 * p);
  each(2 * p + 1);
  vector.fn.op("i8x16.shuffle", ...lowerHalves);
}

function allInRange(vector: VectorExpressions, value: Expression, source: Parts): void {
  const { fn } = vector;
  const lanes = value.type === "float64" ? "f64x2" : "f32x4";
  for (const [i, part] of source.entries()) {
    fn.get(part);
    fn.op(`${lanes}.abs`);
    vector.constant(value.type, 2 ** 31);
    fn.op(`${lanes}.lt`);
    if (i > 0) fn.op("v128.and");
  }
  fn.op("i32x4.all_true");
}

function truncateInRange(vector: VectorExpressions, wide: boolean, x: number): void {
  vector.fn.get(x);
  vector.fn.op(wide ? "i32x4.trunc_sat_f64x2_s_zero" : "i32x4.trunc_sat_f32x4_s");
}

/** r = x - trunc(x / 2^32) * 2^32; bits = |r| as uint32; (bits ^ s) - s, where s is -1 in lanes with r < 0. */
function truncate(vector: VectorExpressions, wide: boolean, x: number): void {
  const { fn } = vector;
  const lanes = wide ? "f64x2" : "f32x4";
  const type = wide ? "float64" : "float32";
  fn.get(x);
  fn.get(x);
  vector.constant(type, 2 ** -32);
  fn.op(`${lanes}.mul`);
  fn.op(`${lanes}.trunc`);
  vector.constant(type, 2 ** 32);
  fn.op(`${lanes}.mul`);
  fn.op(`${lanes}.sub`);
  const r = fn.save("v128");
  fn.get(r);
  vector.constant(type, 0);
  fn.op(`${lanes}.lt`);
  if (wide) {
    // The two masks of 64 bits move to where the integers are, the lower two lanes.
    const mask = fn.save("v128");
    fn.get(mask);
    fn.get(mask);
    fn.op("i8x16.shuffle", 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11);
  }
  const sign = fn.save("v128");
  fn.get(r);
  fn.op(`${lanes}.abs`);
  fn.op(wide ? "i32x4.trunc_sat_f64x2_u_zero" : "i32x4.trunc_sat_f32x4_u");
  fn.get(sign);
  fn.op("v128.xor");
  fn.get(sign);
  fn.op("i32x4.sub");
}
