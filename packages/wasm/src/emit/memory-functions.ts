// How elements of each type come into vectors and out of them: in a row, lane by lane, and under a mask.

import { bytesOf, type ElementType, valueTypeOf } from "@everycore/kernel/ir";
import { shiftOf } from "./bindings.js";
import type { FunctionBuilder } from "./function-builder.js";
import type { ModuleBuilder } from "./module-builder.js";
import type { Parts } from "./vector-expression.js";

/** Pushes part `p` of eight elements in a row. */
export function pushContiguous(fn: FunctionBuilder, element: ElementType, address: number, p: number): void {
  fn.get(address);
  switch (element) {
    case "float32":
    case "float64":
    case "int32":
    case "uint32":
      return fn.op("v128.load", 0, 16 * p);
    case "int16":
    case "uint16":
      return fn.op(element === "int16" ? "v128.load16x4_s" : "v128.load16x4_u", 0, 8 * p);
    default:
      return pushBytes(fn, element, p);
  }
}

/** Four of eight bytes. V8 merges the equal loads of both parts. */
function pushBytes(fn: FunctionBuilder, element: ElementType, p: number): void {
  const sign = element === "int8" ? "s" : "u";
  fn.op("v128.load32_zero", 0, 4 * p);
  fn.op(sign === "s" ? "i16x8.extend_low_i8x16_s" : "i16x8.extend_low_i8x16_u");
  fn.op(`i32x4.extend_low_i16x8_${sign}`);
  if (element !== "bool") return;
  fn.ints(0);
  fn.op("i32x4.ne");
}

/**
 * Pushes part `p`, lane by lane: `pushAddress` pushes the address of a lane (0 to 7) but for the offset that it returns.
 */
export function pushGather(
  fn: FunctionBuilder,
  element: ElementType,
  p: number,
  pushAddress: (lane: number) => number,
): void {
  const lanes = element === "float64" ? 2 : 4;
  for (let lane = 0; lane < lanes; lane++) {
    if (lane === 0 && bytesOf(element) < 4) fn.ints(0);
    const vector = lane === 0 ? undefined : fn.save("v128");
    if (bytesOf(element) < 4) {
      if (vector !== undefined) fn.get(vector);
      narrowLane(fn, element, lane, pushAddress(p * lanes + lane));
      continue;
    }
    const offset = pushAddress(p * lanes + lane);
    const bits = lanes === 2 ? 64 : 32;
    if (vector === undefined) fn.op(`v128.load${bits}_zero`, 0, offset);
    else {
      fn.get(vector);
      fn.op(`v128.load${bits}_lane`, 0, offset, lane);
    }
  }
  if (element !== "bool") return;
  fn.ints(0);
  fn.op("i32x4.ne");
}

/** The vector and the address are on the stack. */
function narrowLane(fn: FunctionBuilder, element: ElementType, lane: number, offset: number): void {
  const sign = element === "int8" || element === "int16" ? "s" : "u";
  fn.op(bytesOf(element) === 1 ? `i32.load8_${sign}` : `i32.load16_${sign}`, 0, offset);
  fn.op("i32x4.replace_lane", lane);
}

/** Stores eight elements in a row. Of integers the low bits are kept. */
export function storeContiguous(fn: FunctionBuilder, element: ElementType, address: number, values: Parts): void {
  const bytes = bytesOf(element);
  fn.get(address);
  if (bytes >= 4) {
    for (const [p, value] of values.entries()) {
      if (p > 0) fn.get(address);
      fn.get(value);
      fn.op("v128.store", 0, 16 * p);
    }
    return;
  }
  for (const value of values) {
    fn.get(value);
    fn.ints(element === "bool" ? 1 : bytes === 1 ? 0xff : 0xffff);
    fn.op("v128.and");
  }
  fn.op("i16x8.narrow_i32x4_u");
  if (bytes === 2) return fn.op("v128.store", 0, 0);
  const words = fn.save("v128");
  fn.get(words);
  fn.get(words);
  fn.op("i8x16.narrow_i16x8_u");
  fn.op("v128.store64_lane", 0, 0, 0);
}

/**
 * Number of the function `(base, length, first, step)` that loads a vector of elements `step` apart; those outside are 0.
 */
export function gatherFunction(module: ModuleBuilder, element: ElementType): number {
  return module.helper(`gather:${element}`, ["i32", "i32", "i32", "i32"], ["v128"], (fn) => {
    fn.get(2);
    fn.op("i32x4.splat");
    fn.get(3);
    fn.op("i32x4.splat");
    fn.ints(0, 1, 2, 3);
    fn.op("i32x4.mul");
    fn.op("i32x4.add");
    const index = fn.save("v128");
    fn.get(index);
    fn.get(1);
    fn.op("i32x4.splat");
    fn.op("i32x4.lt_u");
    const inside = fn.save("v128");
    fn.get(index);
    fn.get(inside);
    fn.op("v128.and");
    const safe = fn.save("v128");
    pushGather(fn, element, 0, (lane) => pushLaneAddress(fn, element, safe, lane));
    fn.get(inside);
    if (element === "float64") fn.op("i64x2.extend_low_i32x4_s");
    fn.op("v128.and");
  });
}

/** Of the lane of an index, in a function whose first parameter is the base. */
function pushLaneAddress(fn: FunctionBuilder, element: ElementType, index: number, lane: number): number {
  fn.get(0);
  fn.get(index);
  fn.op("i32x4.extract_lane", lane);
  if (shiftOf(element) > 0) {
    fn.i32(shiftOf(element));
    fn.op("i32.shl");
  }
  fn.op("i32.add");
  return 0;
}

/** Number of the function `(base, length, index, mask, value…)` that stores four lanes, each if it is on and inside. */
export function scatterFunction(module: ModuleBuilder, element: ElementType): number {
  const wide = element === "float64";
  const parameters = ["i32", "i32", "v128", "v128", "v128", ...(wide ? (["v128"] as const) : [])] as const;
  return module.helper(`scatter:${element}`, parameters, [], (fn) => {
    const bits = fn.local("i32");
    fn.get(2);
    fn.get(1);
    fn.op("i32x4.splat");
    fn.op("i32x4.lt_u");
    fn.get(3);
    fn.op("v128.and");
    fn.op("i32x4.bitmask");
    fn.set(bits);
    for (let lane = 0; lane < 4; lane++) scatterLane(fn, element, bits, lane);
  });
}

function scatterLane(fn: FunctionBuilder, element: ElementType, bits: number, lane: number): void {
  fn.get(bits);
  fn.i32(1 << lane);
  fn.op("i32.and");
  fn.if();
  pushLaneAddress(fn, element, 2, lane);
  if (element === "float64") {
    fn.get(lane < 2 ? 4 : 5);
    fn.op("v128.store64_lane", 0, 0, lane % 2);
  } else {
    fn.get(4);
    pushStored(fn, element);
    storeLane(fn, bytesOf(element), lane);
  }
  fn.end();
}

function pushStored(fn: FunctionBuilder, element: ElementType): void {
  if (valueTypeOf(element) !== "bool") return;
  fn.ints(1);
  fn.op("v128.and");
}

/** Stores the low bytes of a 32-bit lane. */
function storeLane(fn: FunctionBuilder, bytes: number, lane: number): void {
  if (bytes === 1) fn.op("v128.store8_lane", 0, 0, 4 * lane);
  else if (bytes === 2) fn.op("v128.store16_lane", 0, 0, 2 * lane);
  else fn.op("v128.store32_lane", 0, 0, lane);
}
