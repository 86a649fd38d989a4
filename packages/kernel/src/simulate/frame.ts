// The memory of one simulated thread: numbers in a Float64Array, each with a fixed slot. A Float64Array holds every value of
// the IR exactly, and writing to it allocates nothing.
//
//   0 … 20      where the thread is (threadSlot), its linear index, and how many random numbers it has drawn
//   then        lengths of the arrays, scalar parameters, locals, and as the program is lowered: constants and temporaries

import type { Program, Size3, ThreadIndex } from "../ir/ir.js";

/** The registers of one thread. */
export type Frame = Float64Array;

const threadPlaces: Record<ThreadIndex["what"], number> = { global: 0, local: 3, group: 6, gridSize: 9, groupSize: 12 };

/** Slot of one of the thread's coordinates. */
export function threadSlot(what: ThreadIndex["what"], axis: 0 | 1 | 2): number {
  return threadPlaces[what] + axis;
}

/** Slot of x + sizeX * (y + sizeY * z). */
export const linearSlot = 15;
/** Slot of the number of random numbers that were drawn. */
export const drawSlot = 16;

const firstFreeSlot = 17;

/** Where things are in a frame. */
export interface FrameLayout {
  readonly lengths: number;
  readonly scalars: number;
  readonly locals: number;
  readonly end: number;
}

/** The part of the frame that is known before the program is lowered. */
export function layoutOf(program: Program): FrameLayout {
  const scalars = firstFreeSlot + program.arrays.length;
  const locals = scalars + program.scalars.length;
  return { lengths: firstFreeSlot, scalars, locals, end: locals + program.locals.length };
}

/** Writes the sizes of a launch, which all of its threads share. */
export function writeSizes(frame: Frame, grid: Size3, group: Size3): void {
  frame.set(grid, threadSlot("gridSize", 0));
  frame.set(group, threadSlot("groupSize", 0));
}
