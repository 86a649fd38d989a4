// Loads and stores of a strip, by the step of the index.
//
//   1          eight elements in a row: one test that all are inside, then whole vectors
//   constant   elements at a distance: one test of both ends, then lane by lane
//   varying    a test in vectors; lanes outside read element 0 and are cleared
//   0          one element; only stores, as such a load is no vector
//
// Where a test fails the strip gives up if it may. Otherwise functions of the module do it lane by lane, with tests.

import {
  type ArrayRef,
  bytesOf,
  type ElementType,
  type Expression,
  type Load,
  type Store,
  type ValueType,
  valueTypeOf,
} from "@everycore/kernel/ir";
import { type Bindings, shiftOf } from "./bindings.js";
import type { FunctionBuilder } from "./function-builder.js";
import { gatherFunction, pushContiguous, pushGather, scatterFunction, storeContiguous } from "./memory-functions.js";
import { extractLane } from "./per-lane.js";
import { storeOf } from "./scalar-body.js";
import { VARYING } from "./shape-rules.js";
import { type Parts, partNumbers, STRIP, type VectorExpressions } from "./vector-expression.js";

/** An access of one array. */
interface Access {
  readonly array: ArrayRef;
  readonly element: ElementType;
  readonly type: ValueType;
  readonly base: number;
  readonly length: number;
}

function accessOf(bindings: Bindings, array: ArrayRef): Access {
  const element = bindings.element(array);
  const type = valueTypeOf(element);
  return { array, element, type, base: bindings.base(array), length: bindings.length(array) };
}

/** Loads a strip into new locals. */
export function loadStrip(vector: VectorExpressions, { array, index }: Load): Parts {
  vector.prepare(index);
  const access = accessOf(vector.bindings, array);
  const step = vector.shapes.rules.shapeOf(index);
  if (step === VARYING) return gather(vector, access, vector.parts(index));
  vector.scalar.push(index);
  const first = vector.fn.save("i32");
  const result = vector.temporaries(access.type);
  const fast = (): void => loadInRow(vector, access, first, step, result);
  const slow = (): void => loadAcross(vector, access, first, step, result);
  if (vector.isInside(array, index)) fast();
  else ifInside(vector, access, first, step, fast, slow);
  return result;
}

/** Emits `fast` for strips that are inside as a whole; the others give up, or do `slow`. */
function ifInside(
  vector: VectorExpressions,
  access: Access,
  first: number,
  step: number,
  fast: () => void,
  slow: () => void,
): void {
  const { fn, bail } = vector;
  if (bail !== undefined) {
    pushOutside(vector, access, first, step);
    fn.brIf(bail);
    return fast();
  }
  pushOutside(vector, access, first, step);
  fn.if();
  slow();
  fn.else();
  fast();
  fn.end();
}

function pushOutside(vector: VectorExpressions, { array, length }: Access, first: number, step: number): void {
  const { fn } = vector;
  fn.get(first);
  if (step === 1) {
    fn.get(vector.bindings.startsOf(array, STRIP));
    return fn.op("i32.ge_u");
  }
  fn.get(length);
  fn.op("i32.ge_u");
  fn.get(first);
  fn.i32(step * (STRIP - 1));
  fn.op("i32.add");
  fn.get(length);
  fn.op("i32.ge_u");
  fn.op("i32.or");
}

/** The indexes of all lanes. */
function indexParts(vector: VectorExpressions, first: number, step: number): Parts {
  return vector.saved("int32", (p) => {
    vector.fn.get(first);
    vector.fn.op("i32x4.splat");
    vector.fn.ints(...[0, 1, 2, 3].map((lane) => (4 * p + lane) * step));
    vector.fn.op("i32x4.add");
  });
}

function loadInRow(vector: VectorExpressions, access: Access, first: number, step: number, result: Parts): void {
  const { fn } = vector;
  const { element, base } = access;
  if (step === 1) {
    vector.scalar.address(base, first, shiftOf(element));
    const address = fn.save("i32");
    for (const [p, local] of result.entries()) {
      pushContiguous(fn, element, address, p);
      fn.set(local);
    }
    return;
  }
  const address = lowestAddress(vector, access, first, step);
  for (const [p, local] of result.entries()) {
    pushGather(fn, element, p, (lane) => {
      fn.get(address);
      return laneOffset(access, step, lane);
    });
    fn.set(local);
  }
}

/** A strip that lies across an end of the array. Rare, so that a function of the module does it. */
function loadAcross(vector: VectorExpressions, access: Access, first: number, step: number, result: Parts): void {
  const { fn, bindings } = vector;
  const gatherSteps = gatherFunction(bindings.module, access.element);
  for (const [p, local] of result.entries()) {
    fn.get(access.base);
    fn.get(access.length);
    fn.get(first);
    fn.i32(((p * STRIP) / result.length) * step);
    fn.op("i32.add");
    fn.i32(step);
    fn.op("call", gatherSteps);
    fn.set(local);
  }
}

/** The address of the lane that is lowest in memory: the others are at offsets from it. */
function lowestAddress(vector: VectorExpressions, { element, base }: Access, first: number, step: number): number {
  const { fn } = vector;
  fn.get(first);
  if (step < 0) {
    fn.i32(step * (STRIP - 1));
    fn.op("i32.add");
  }
  const lowest = fn.save("i32");
  vector.scalar.address(base, lowest, shiftOf(element));
  return fn.save("i32");
}

function laneOffset({ element }: Access, step: number, lane: number): number {
  return Math.abs(step) * bytesOf(element) * (step > 0 ? lane : STRIP - 1 - lane);
}

/** Indexes that differ in any way. */
function gather(vector: VectorExpressions, access: Access, index: Parts): Parts {
  const { fn } = vector;
  const { element, type, base, length } = access;
  const inside = vector.saved("int32", (p) => {
    fn.get(index[p] as number);
    fn.get(length);
    fn.op("i32x4.splat");
    fn.op("i32x4.lt_u");
  });
  const safe = vector.saved("int32", (p) => {
    fn.get(index[p] as number);
    fn.get(inside[p] as number);
    fn.op("v128.and");
  });
  return vector.saved(type, (p) => {
    pushGather(fn, element, p, (lane) => {
      fn.get(base);
      extractLane(vector, "int32", safe, lane);
      pushScaled(fn, shiftOf(element));
      fn.op("i32.add");
      return 0;
    });
    vector.mask(inside, type, p);
    fn.op("v128.and");
  });
}

function pushScaled(fn: FunctionBuilder, shift: number): void {
  if (shift === 0) return;
  fn.i32(shift);
  fn.op("i32.shl");
}

/** Stores a strip; only lanes in `mask` if there is one (at least one lane is then on). */
export function storeStrip(vector: VectorExpressions, { array, index, value }: Store, mask: Parts | undefined): void {
  vector.prepare(index);
  const access = accessOf(vector.bindings, array);
  const step = vector.shapes.rules.shapeOf(index);
  if (step === 0) return storeOne(vector, access, index, value, mask);
  vector.prepareVector(value);
  const values = vector.parts(value);
  if (step === VARYING) return scatter(vector, access, vector.parts(index), values, mask);
  vector.scalar.push(index);
  const first = vector.fn.save("i32");
  const slow = (): void => scatter(vector, access, indexParts(vector, first, step), values, mask);
  const fast = (): void => storeInRow(vector, access, first, step, values);
  const whole = vector.isInside(array, index) ? fast : (): void => ifInside(vector, access, first, step, fast, slow);
  if (mask === undefined) return whole();
  if (step !== 1) return slow();
  ifAllOn(vector, mask, whole, slow);
}

function ifAllOn(vector: VectorExpressions, mask: Parts, all: () => void, some: () => void): void {
  const { fn } = vector;
  fn.get(mask[0] as number);
  fn.get(mask[1] as number);
  fn.op("v128.and");
  fn.op("i32x4.all_true");
  fn.if();
  all();
  fn.else();
  some();
  fn.end();
}

function storeInRow(vector: VectorExpressions, access: Access, first: number, step: number, values: Parts): void {
  const { fn } = vector;
  const { element, base, type } = access;
  if (step === 1) {
    vector.scalar.address(base, first, shiftOf(element));
    return storeContiguous(fn, element, fn.save("i32"), values);
  }
  const address = lowestAddress(vector, access, first, step);
  for (let lane = 0; lane < STRIP; lane++) {
    fn.get(address);
    extractLane(vector, type, values, lane);
    if (type === "bool") booleanLane(fn);
    fn.op(storeOf(element), 0, laneOffset(access, step, lane));
  }
}

/** A lane of a mask is -1 or 0; in memory it is 1 or 0. */
function booleanLane(fn: FunctionBuilder): void {
  fn.i32(1);
  fn.op("i32.and");
}

/** Indexes that differ: the order is lane 0 to 7, so that the last one wins. */
function scatter(
  vector: VectorExpressions,
  access: Access,
  index: Parts,
  values: Parts,
  mask: Parts | undefined,
): void {
  const { fn } = vector;
  const { element, type, base, length } = access;
  const scatterIndex = scatterFunction(vector.bindings.module, element);
  for (const half of [0, 1]) {
    fn.get(base);
    fn.get(length);
    fn.get(index[half] as number);
    if (mask === undefined) fn.ints(-1);
    else fn.get(mask[half] as number);
    for (const p of partNumbers(type)) {
      if ((type === "float64" ? p >> 1 : p) === half) fn.get(values[p] as number);
    }
    fn.op("call", scatterIndex);
  }
}

/** All lanes store to one place: the last one wins. */
function storeOne(
  vector: VectorExpressions,
  access: Access,
  index: Expression,
  value: Expression,
  mask: Parts | undefined,
): void {
  const { fn } = vector;
  const varying = vector.isVarying(value);
  if (varying && mask !== undefined) {
    vector.prepareVector(value);
    vector.scalar.push(index);
    const place = indexParts(vector, fn.save("i32"), 0);
    return scatter(vector, access, place, vector.parts(value), mask);
  }
  const rising = !varying && vector.shapes.rules.shapeOf(value) !== 0;
  if (rising || varying) return storeLastLane(vector, access, index, value, mask);
  vector.prepare(value);
  vector.scalar.push(index);
  const place = fn.save("i32");
  storeScalar(vector, access, place, () => vector.scalar.push(value));
}

function storeLastLane(
  vector: VectorExpressions,
  access: Access,
  index: Expression,
  value: Expression,
  mask: Parts | undefined,
): void {
  const { fn } = vector;
  vector.prepareVector(value);
  const values = vector.parts(value);
  vector.scalar.push(index);
  const place = fn.save("i32");
  if (mask !== undefined) return scatter(vector, access, indexParts(vector, place, 0), values, mask);
  storeScalar(vector, access, place, () => {
    extractLane(vector, access.type, values, STRIP - 1);
    if (access.type === "bool") booleanLane(fn);
  });
}

function storeScalar(
  vector: VectorExpressions,
  { element, base, length }: Access,
  place: number,
  push: () => void,
): void {
  const { fn } = vector;
  fn.get(place);
  fn.get(length);
  fn.op("i32.lt_u");
  fn.if();
  vector.scalar.address(base, place, shiftOf(element));
  push();
  fn.op(storeOf(element), 0, 0);
  fn.end();
}
