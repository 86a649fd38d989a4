// What a kernel's text depends on besides the program: which arrays are in the same memory, what the kernel gives, and how an element finds
// its thread.

import type { Program } from "@everycore/kernel/ir";

/** See above. */
export interface KernelShape {
  /** `memories[i]` is the number of the memory that `program.arrays[i]` is in; arrays that are the same have the same. */
  readonly memories: readonly number[];
  /** The memories that the kernel gives anew, all with the same own elements of threads; or which pass of a reduction it is. */
  readonly gives: readonly number[] | "first pass" | "later pass";
  /** Those among them that are new: nothing was there before, and every element is written. */
  readonly fresh: readonly number[];
  /** The axes of the grid that have more than one place, from the longest stride to the shortest; see thread-map.ts. */
  readonly levels: readonly LevelShape[];
}

/** See above. */
export interface LevelShape {
  readonly axis: 0 | 1 | 2;
  /** The stride is 1. */
  readonly unit: boolean;
  /** Places count from the end. */
  readonly flip: boolean;
}

/** A text that is the same for equal shapes only. */
export function shapeKey({ memories, gives, fresh, levels }: KernelShape): string {
  const axes = levels.map(({ axis, unit, flip }) => `${axis}${unit ? "" : "s"}${flip ? "f" : ""}`);
  return [memories, gives, fresh, axes].join(" ");
}

/** The shape in which each array has a memory of its own. */
export function separateShape({ arrays, kind, dimensions }: Program): KernelShape {
  const written = arrays.flatMap(({ access }, index) => (access === "read" ? [] : [index]));
  const axes = ([2, 1, 0] as const).slice(3 - dimensions);
  return {
    memories: arrays.map((_, index) => index),
    gives: kind === "reduction" ? "first pass" : written,
    fresh: written.filter((index) => arrays[index]?.binding.from === "result"),
    levels: axes.map((axis) => ({ axis, unit: axis === 0, flip: false })),
  };
}
