// The first parameter of a kernel's function, as TypeScript sees it. It never exists as an object: the function is parsed and
// compiled, and the simulator has its own reading of it.

import type { HostArray } from "@everycore/core";

/** A place or a size along three axes. */
export interface Axes {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Arrays whose elements can be changed atomically as integers. */
export type AtomicIntegers = Int32Array | Uint32Array;

/** Arrays whose elements can be changed atomically. On floats: `atomicAdd`, `atomicSub`, `atomicMin`, `atomicMax`, `atomicExchange`. */
export type AtomicArray = AtomicIntegers | Float32Array;

/** What a kernel knows of the thread that runs it: Numba's and CUDA's thread indices, shared memory, barriers and atomics. */
export interface KernelThread extends Axes {
  /** Place in the grid. Also `y` and `z`. */
  readonly x: number;
  /** Place in the group. */
  readonly local: Axes;
  /** The group's place among the groups. */
  readonly group: Axes;
  /** Threads in the grid. */
  readonly size: Axes;
  /** Threads in a group; the last group of an axis may have fewer. */
  readonly groupSize: Axes;
  /** Waits until every thread of the group is here. Allowed only where all of them come together. */
  barrier(): void;
  /** An array, all zeros, that the threads of one group share. `length` is a constant. */
  shared<T extends HostArray>(type: new (length: number) => T, length: number): T;
  /** `array[index] += value`, in one step that no other thread can come between. Gives the old value, as all of these do. */
  atomicAdd(array: AtomicArray, index: number, value: number): number;
  atomicSub(array: AtomicArray, index: number, value: number): number;
  atomicMin(array: AtomicArray, index: number, value: number): number;
  atomicMax(array: AtomicArray, index: number, value: number): number;
  atomicAnd(array: AtomicIntegers, index: number, value: number): number;
  atomicOr(array: AtomicIntegers, index: number, value: number): number;
  atomicXor(array: AtomicIntegers, index: number, value: number): number;
  atomicExchange(array: AtomicArray, index: number, value: number): number;
  /** Writes `value` if the element equals `expected`. */
  atomicCompareExchange(array: AtomicIntegers, index: number, expected: number, value: number): number;
  /** The thread's next random number in [0, 1): the same on every backend, and for every number of workers. */
  random(): number;
}
