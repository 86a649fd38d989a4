// Integer division of a strip. There is no such instruction; float64 does it exactly: the quotient of two 32-bit integers,
// rounded to 53 bits, never rounds across a whole number. Division by zero gives 0, and INT_MIN / -1 wraps.

import type { Binary } from "@everycore/kernel/ir";
import type { Parts, VectorExpressions } from "./vector-expression.js";

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15] as const;
const lowerHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] as const;

/** `divide`, `floorDivide` or `remainder` of int32 or uint32. */
export function divideIntegers(vector: VectorExpressions, expression: Binary): Parts {
  const { fn } = vector;
  const { operator, left, right, type } = expression;
  const known = right.op === "constant" && right.value !== 0 && right.value !== -1;
  const a = vector.parts(left);
  const b = right.op === "constant" ? undefined : vector.parts(right);
  const pushDivisor = (p: number): void => {
    if (b === undefined) vector.part(right, p);
    else fn.get(b[p] as number);
  };
  return vector.saved(type, (p) => {
    quotient(vector, expression, a[p] as number, () => pushDivisor(p));
    if (!known && type === "int32") wrapSmallest(vector, a[p] as number, () => pushDivisor(p));
    if (operator === "remainder") rest(vector, a[p] as number, () => pushDivisor(p));
    if (!known) zeroIfByZero(vector, () => pushDivisor(p));
  });
}

/** Four lanes, in two halves of two float64 each. */
function quotient(vector: VectorExpressions, { operator, type }: Binary, a: number, pushDivisor: () => void): void {
  const { fn } = vector;
  const sign = type === "int32" ? "s" : "u";
  for (const upper of [false, true]) {
    for (const push of [() => fn.get(a), pushDivisor]) {
      push();
      if (upper) {
        const whole = fn.save("v128");
        fn.get(whole);
        fn.get(whole);
        fn.op("i8x16.shuffle", ...upperHalf);
      }
      fn.op(`f64x2.convert_low_i32x4_${sign}`);
    }
    fn.op("f64x2.div");
    if (operator === "floorDivide") fn.op("f64x2.floor");
    fn.op(`i32x4.trunc_sat_f64x2_${sign}_zero`);
  }
  fn.op("i8x16.shuffle", ...lowerHalves);
}

/** 2^31 was cut off to 2^31 - 1: subtracts the mask (-1) where that happened. */
function wrapSmallest(vector: VectorExpressions, a: number, pushDivisor: () => void): void {
  const { fn } = vector;
  fn.get(a);
  fn.ints(-(2 ** 31));
  fn.op("i32x4.eq");
  pushDivisor();
  fn.ints(-1);
  fn.op("i32x4.eq");
  fn.op("v128.and");
  fn.op("i32x4.sub");
}

/** a - quotient * b */
function rest(vector: VectorExpressions, a: number, pushDivisor: () => void): void {
  const { fn } = vector;
  const q = fn.save("v128");
  fn.get(a);
  fn.get(q);
  pushDivisor();
  fn.op("i32x4.mul");
  fn.op("i32x4.sub");
}

function zeroIfByZero(vector: VectorExpressions, pushDivisor: () => void): void {
  const { fn } = vector;
  pushDivisor();
  fn.ints(0);
  fn.op("i32x4.ne");
  fn.op("v128.and");
}
