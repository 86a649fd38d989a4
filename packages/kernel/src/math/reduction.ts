// Argument reduction of sin, cos and tan: x = (k + offset) unit + r with |r| <= unit / 2, where unit is pi or pi / 2.
//
// Up to some thousands by Cody and Waite: the unit is a sum of four constants, the first three of which have so few bits that their
// products with k are exact; together they have more than 60 bits, so that r is good to its last bit even beside a multiple.
// Beyond, which is rare, by Payne and Hanek: x = M 2^E, and of the bits of 1 / unit only those 96 are multiplied with M that
// make a difference modulo 2. Words are chosen with selects and shifted in two fixed steps; there are no tables.
// The argument is taken without its sign; what uses this puts the sign back.

import type { Expression, LocalRead } from "../ir/ir.js";
import { fastTwoSum, type Pair, type SplitConstant, splitConstant, timesConstant } from "./double-float.js";
import { roundingMagic } from "./exponential.js";
import type { FunctionWriter } from "./function-writer.js";
import {
  bitAnd,
  bitOr,
  bitsOf,
  bitXor,
  choose,
  convertTo,
  isAtMost,
  isEqual,
  isLess,
  isNotEqual,
  magnitude,
  minus,
  not,
  plus,
  shiftLeft,
  shiftRight,
  times,
  toFloat,
  unsignedBitsOf,
  word,
} from "./operators.js";

/** What the argument is divided by. */
export interface Unit {
  readonly inverse: number;
  readonly parts: readonly [number, number, number, number];
  /** Up to here products of the first three parts are exact. */
  readonly limit: number;
  /** 32 bits before and 224 bits after the point of 1 / unit. */
  readonly words: readonly number[];
  readonly split: SplitConstant;
}

/** pi, of which whole multiples are subtracted. */
export const pi: Unit = {
  inverse: 1 / Math.PI,
  parts: [3.1416015625, -8.909031748771667e-6, 1.2153122952440754e-10, 1.0780605906948477e-14],
  limit: 6000,
  words: [0, 0x517cc1b7, 0x27220a94, 0xfe13abe8, 0xfa9a6ee0, 0x6db14acc, 0x9e21c820, 0xff28b1d5],
  split: splitConstant(Math.PI),
};

/** pi, of which multiples with a half are subtracted: k + 1/2 has one bit more. */
export const piForHalves: Unit = { ...pi, limit: 3000 };

/** pi / 2. */
export const halfPi: Unit = {
  inverse: 2 / Math.PI,
  parts: [1.57080078125, -4.4545158743858337e-6, 6.076561476220377e-11, 5.390302953474224e-15],
  limit: 3000,
  words: [0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab],
  split: splitConstant(Math.PI / 2),
};

/** |x| = (k + offset) unit + r. `odd`: the top bit of this int32 is set if k is odd; its other bits are 0. */
export interface Reduction {
  /** An unevaluated sum; `low` may be as large as `high` where both are tiny. */
  readonly r: Pair;
  readonly odd: LocalRead;
}

/** Reduces |x|; for NaN and Infinity r is NaN. */
export function reduction(f: FunctionWriter, x: LocalRead, unit: Unit, offset: 0 | 0.5): Reduction {
  const size = f.let("size", magnitude(x));
  const quotient = times(size, unit.inverse);
  const sum = f.let("sum", plus(offset === 0 ? quotient : minus(quotient, offset), roundingMagic));
  const whole = minus(sum, roundingMagic);
  const count = f.let("count", offset === 0 ? whole : plus(whole, offset));
  const r = remainder(f, size, count, unit.parts);
  const odd = f.let("odd", shiftLeft(bitsOf(sum), 31));
  f.rarely(not(isAtMost(size, unit.limit)), () => reduceLarge(f, size, unit, offset, { r, odd }));
  return { r, odd };
}

/** size - count (p0 + p1 + p2 + p3). What the second subtraction loses is found again. */
function remainder(f: FunctionWriter, size: LocalRead, count: LocalRead, parts: Unit["parts"]): Pair {
  const first = f.let("first", minus(size, times(count, parts[0])));
  const second = f.let("second", times(count, parts[1]));
  const high = f.let("high", minus(first, second));
  const lost = minus(minus(first, high), second);
  const low = f.let("low", minus(minus(lost, times(count, parts[2])), times(count, parts[3])));
  return { high, low };
}

/** Payne and Hanek's method. The product, modulo 2, is a fixed-point number of 96 bits with one before the point. */
function reduceLarge(f: FunctionWriter, size: LocalRead, unit: Unit, offset: 0 | 0.5, { r, odd }: Reduction): void {
  const bits = f.let("bits", unsignedBitsOf(size));
  // The window on the unit's bits begins where the product has its bit of value 1.
  const start = f.let("start", minus(shiftRight(bits, 23), 150 - 31));
  const mantissa = shiftedMantissa(f, bits, start);
  const [high, middle] = product(f, mantissa, windowOf(f, unit.words, start));
  const rounded = offset === 0 ? plus(high, 0x40000000) : high;
  f.set(odd, convertTo("int32", bitAnd(rounded, 0x80000000)));
  // Without the bit before the point, and read as a signed number, it is in [-1/2, 1/2).
  const fraction = bitOr(shiftLeft(high, 1), shiftRight(middle, 31));
  const top = f.let("top", offset === 0 ? fraction : bitXor(fraction, 0x80000000));
  const { high: head, low } = timesConstant(f, pairOf(f, top, f.let("bottom", shiftLeft(middle, 1))), unit.split);
  f.set(r.high, choose(isLess(size, Infinity), head, NaN));
  f.set(r.low, low);
}

/** The mantissa, shifted by the last three bits of `start`. */
function shiftedMantissa(f: FunctionWriter, bits: LocalRead, start: LocalRead): LocalRead {
  const mantissa = f.let("mantissa", bitOr(bitAnd(bits, 0x7fffff), 0x800000));
  for (const step of [4, 2, 1]) {
    f.set(mantissa, choose(isNotEqual(bitAnd(start, step), 0), shiftLeft(mantissa, step), mantissa));
  }
  return mantissa;
}

type Window = readonly [LocalRead, LocalRead, LocalRead];

/** 96 bits of the words, from bit `start` without its last three bits. */
function windowOf(f: FunctionWriter, words: readonly number[], start: LocalRead): Window {
  const from = f.let("from", shiftRight(start, 5));
  const is = [0, 1, 2, 3].map((q) => f.let(`is${q}`, isEqual(from, q)));
  const chosen = [0, 1, 2, 3].map((j) => {
    const last = word(words[j + 4] as number);
    return f.let(
      `w${j}`,
      is.reduceRight((rest, here, q) => choose(here, words[j + q] as number, rest), last),
    );
  });
  for (const step of [16, 8]) shiftWords(f, chosen, f.let("shifts", isNotEqual(bitAnd(start, step), 0)), step);
  return [chosen[0] as LocalRead, chosen[1] as LocalRead, chosen[2] as LocalRead];
}

function shiftWords(f: FunctionWriter, words: readonly LocalRead[], shifts: LocalRead, step: number): void {
  words.forEach((current, j) => {
    const next = words[j + 1];
    const shifted = shiftLeft(current, step);
    const filled = next === undefined ? shifted : bitOr(shifted, shiftRight(next, 32 - step));
    f.set(current, choose(shifts, filled, current));
  });
}

/** The upper 64 of the last 96 bits of a product. */
function product(f: FunctionWriter, a: LocalRead, [w0, w1, w2]: Window): readonly [LocalRead, LocalRead] {
  const lowOfMiddle = f.let("lowOfMiddle", times(w1, a));
  const middle = f.let("middle", plus(lowOfMiddle, highProduct(f, a, w2)));
  const carry = choose(isLess(middle, lowOfMiddle), word(1), word(0));
  const high = plus(plus(times(w0, a), highProduct(f, a, w1)), carry);
  return [f.let("high", high), middle];
}

/** The upper 32 of the 64 bits of a product of two uint32, from products of their halves. */
function highProduct(f: FunctionWriter, a: LocalRead, b: LocalRead): Expression {
  const low = (value: Expression): Expression => bitAnd(value, 0xffff);
  const [aLow, aHigh] = [f.let("aLow", low(a)), f.let("aHigh", shiftRight(a, 16))];
  const [bLow, bHigh] = [f.let("bLow", low(b)), f.let("bHigh", shiftRight(b, 16))];
  const cross = f.let("cross", plus(times(aHigh, bLow), shiftRight(times(aLow, bLow), 16)));
  const other = plus(times(aLow, bHigh), low(cross));
  return plus(plus(times(aHigh, bHigh), shiftRight(cross, 16)), shiftRight(other, 16));
}

/** The signed fixed-point fraction with these 64 bits, as float32 numbers: pieces that convert exactly, summed up. */
function pairOf(f: FunctionWriter, top: LocalRead, bottom: LocalRead): Pair {
  const first = toFloat(shiftRight(convertTo("int32", top), 16));
  const second = toFloat(convertTo("int32", bitOr(shiftLeft(bitAnd(top, 0xffff), 8), shiftRight(bottom, 24))));
  const third = toFloat(convertTo("int32", bitAnd(bottom, 0xffffff)));
  const scaled = f.let("second", times(second, 2 ** -40));
  const { high, low } = fastTwoSum(f, f.let("first", times(first, 2 ** -16)), scaled);
  return fastTwoSum(f, high, f.let("third", plus(low, times(third, 2 ** -64))));
}
