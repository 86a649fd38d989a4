// Writes what a launch passes to its program into memory, in the layout of frame.ts, and reads what a reduction gave.

import type { LaunchPlan } from "@everycore/kernel/ir";
import { arrayOffset, frameBytes, frameLayout, scalarOffset } from "./frame.js";
import type { Heap } from "./heap.js";

/** Where the parts of a launch are in memory. */
export interface Placement {
  readonly plan: LaunchPlan;
  frame: number;
  /** For each array: its address, and its number of elements. */
  readonly addresses: number[];
  readonly lengths: number[];
}

/** Bytes of a launch's frame with `partials` partial results behind it. */
export function frameSize(plan: LaunchPlan, partials: number): number {
  return frameBytes(plan.arrays.length, plan.scalars.length) + 8 * partials;
}

/** Fills the frame. */
export function writeFrame(heap: Heap, { plan, frame, addresses, lengths }: Placement): void {
  const { uint32 } = heap;
  const { grid, group, arrays, scalars } = plan;
  const at = frame / 4;
  for (let axis = 0; axis < 3; axis++) {
    const threads = grid[axis] as number;
    const size = group[axis] as number;
    uint32[at + axis] = threads;
    uint32[at + frameLayout.group / 4 + axis] = size;
    uint32[at + frameLayout.groups / 4 + axis] = Math.ceil(threads / size);
  }
  uint32[at + frameLayout.seed / 4] = plan.seed;
  uint32[at + frameLayout.partials / 4] = frame + frameBytes(arrays.length, scalars.length);
  for (let index = 0; index < arrays.length; index++) {
    uint32[at + arrayOffset(index) / 4] = addresses[index] as number;
    uint32[at + arrayOffset(index) / 4 + 1] = lengths[index] as number;
  }
  for (let index = 0; index < scalars.length; index++) writeScalar(heap, plan, frame, index);
}

function writeScalar(heap: Heap, plan: LaunchPlan, frame: number, index: number): void {
  const address = frame + scalarOffset(plan.arrays.length, index);
  const value = plan.scalars[index] as number;
  const type = plan.program.scalars[index]?.type;
  if (type === "float32") heap.float32[address / 4] = value;
  else if (type === "float64") heap.float64[address / 8] = value;
  else heap.uint32[address / 4] = value;
}

/** The first partial result of a reduction, which is the only one after `combine`. */
export function readPartial(heap: Heap, { plan, frame }: Placement): number {
  const address = frame + frameBytes(plan.arrays.length, plan.scalars.length);
  const { program } = plan;
  const type = program.kind === "reduction" ? program.locals[program.value]?.type : undefined;
  if (type === "float64") return heap.float64[address / 8] as number;
  const view = type === "float32" ? heap.float32 : type === "uint32" ? heap.uint32 : heap.int32;
  return view[address / 4] as number;
}
