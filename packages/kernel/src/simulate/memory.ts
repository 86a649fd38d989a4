// Operations on arrays, unchecked: what is read outside is 0, what is written outside is dropped.
//
// A load and a store is written out for each kind of typed array, so that each sees only that kind. Stores need no conversion: a
// typed array keeps the low bits of an int32 as the IR says. Atomics are single steps, as only one simulated thread runs at a time.

import type { HostArray } from "@everycore/core";
import type { ElementType } from "../ir/ir.js";
import type { AtomicFunction } from "../ir/semantics.js";
import type { Operation } from "./code.js";
import type { Frame } from "./frame.js";

/** `d = arrays[place][i]`, where `d` and `i` are slots. */
type Maker = (arrays: readonly HostArray[], place: number, i: number, d: number) => Operation;

function index(frame: Frame, slot: number): number {
  return (frame[slot] as number) | 0;
}

function isInside(array: HostArray, i: number): boolean {
  return i >= 0 && i < array.length;
}

const loads: Record<ElementType, Maker> = {
  float32: (arrays, place, i, d) => (f) => {
    const array = arrays[place] as Float32Array;
    const k = index(f, i);
    f[d] = isInside(array, k) ? (array[k] as number) : 0;
  },
  float64: (arrays, place, i, d) => (f) => {
    const array = arrays[place] as Float64Array;
    const k = index(f, i);
    f[d] = isInside(array, k) ? (array[k] as number) : 0;
  },
  int8: (arrays, place, i, d) => (f) => {
    const array = arrays[place] as Int8Array;
    const k = index(f, i);
    f[d] = isInside(array, k) ? (array[k] as number) : 0;
  },
  uint8: (arrays, place, i, d) => (f) => {
    const array = arrays[place] as Uint8Array;
    const k = index(f, i);
    f[d] = isInside(array, k) ? (array[k] as number) : 0;
  },
  int16: (arrays, place, i, d) => (f) => {
    const array = arrays[place] as Int16Array;
    const k = index(f, i);
    f[d] = isInside(array, k) ? (array[k] as number) : 0;
  },
  uint16: (arrays, place, i, d) => (f) => {
    const array = arrays[place] as Uint16Array;
    const k = index(f, i);
    f[d] = isInside(array, k) ? (array[k] as number) : 0;
  },
  int32: (arrays, place, i, d) => (f) => {
    const array = arrays[place] as Int32Array;
    const k = index(f, i);
    f[d] = isInside(array, k) ? (array[k] as number) : 0;
  },
  uint32: (arrays, place, i, d) => (f) => {
    const array = arrays[place] as Uint32Array;
    const k = index(f, i);
    f[d] = isInside(array, k) ? (array[k] as number) : 0;
  },
  bool: (arrays, place, i, d) => (f) => {
    const array = arrays[place] as Uint8Array;
    const k = index(f, i);
    f[d] = isInside(array, k) && array[k] !== 0 ? 1 : 0;
  },
};

const stores: Record<ElementType, Maker> = {
  float32: (arrays, place, i, v) => (f) => {
    const array = arrays[place] as Float32Array;
    const k = index(f, i);
    if (isInside(array, k)) array[k] = f[v] as number;
  },
  float64: (arrays, place, i, v) => (f) => {
    const array = arrays[place] as Float64Array;
    const k = index(f, i);
    if (isInside(array, k)) array[k] = f[v] as number;
  },
  int8: (arrays, place, i, v) => (f) => {
    const array = arrays[place] as Int8Array;
    const k = index(f, i);
    if (isInside(array, k)) array[k] = f[v] as number;
  },
  uint8: (arrays, place, i, v) => (f) => {
    const array = arrays[place] as Uint8Array;
    const k = index(f, i);
    if (isInside(array, k)) array[k] = f[v] as number;
  },
  int16: (arrays, place, i, v) => (f) => {
    const array = arrays[place] as Int16Array;
    const k = index(f, i);
    if (isInside(array, k)) array[k] = f[v] as number;
  },
  uint16: (arrays, place, i, v) => (f) => {
    const array = arrays[place] as Uint16Array;
    const k = index(f, i);
    if (isInside(array, k)) array[k] = f[v] as number;
  },
  int32: (arrays, place, i, v) => (f) => {
    const array = arrays[place] as Int32Array;
    const k = index(f, i);
    if (isInside(array, k)) array[k] = f[v] as number;
  },
  uint32: (arrays, place, i, v) => (f) => {
    const array = arrays[place] as Uint32Array;
    const k = index(f, i);
    if (isInside(array, k)) array[k] = f[v] as number;
  },
  bool: (arrays, place, i, v) => (f) => {
    const array = arrays[place] as Uint8Array;
    const k = index(f, i);
    if (isInside(array, k)) array[k] = f[v] as number;
  },
};

/** `d = array[i]` */
export function loadOperation(
  element: ElementType,
  arrays: readonly HostArray[],
  place: number,
  i: number,
  d: number,
): Operation {
  return loads[element](arrays, place, i, d);
}

/** `array[i] = v` */
export function storeOperation(
  element: ElementType,
  arrays: readonly HostArray[],
  place: number,
  i: number,
  v: number,
): Operation {
  return stores[element](arrays, place, i, v);
}

/** Slots of an atomic; `target` is −1 if the old value is not wanted. */
export interface AtomicSlots {
  readonly index: number;
  readonly value: number;
  readonly expected: number;
  readonly target: number;
}

/** `target = array[index]; array[index] = compute(…)` */
export function atomicOperation(
  compute: AtomicFunction,
  arrays: readonly HostArray[],
  place: number,
  slots: AtomicSlots,
): Operation {
  return (f) => {
    const array = arrays[place] as HostArray;
    const k = index(f, slots.index);
    const inside = isInside(array, k);
    const old = inside ? (array[k] as number) : 0;
    if (inside) array[k] = compute(old, f[slots.value] as number, f[slots.expected] as number);
    if (slots.target >= 0) f[slots.target] = old;
  };
}
