// Where a thread is: names of its places in the shader, and how they come from what WGSL knows.
//
// Where threads do not meet (no barriers, no shared memory), groups are only numbers: workgroups have the size that suits the device,
// and a thread's place in its group is worked out from its place in the grid. So groups of any size can be had.

import { hasBarrier } from "@everycore/gpu";
import type { Program, Size3, Statement, ThreadIndex } from "@everycore/kernel/ir";

const axes = ["x", "y", "z"] as const;

/** Workgroups of programs whose threads do not meet, by the number of axes: 256 threads, which every device can do. */
const freeGroups: Readonly<Record<1 | 2 | 3, Size3>> = { 1: [256, 1, 1], 2: [16, 16, 1], 3: [8, 8, 4] };

/** Elements that a workgroup of a reduction makes one. */
export const reductionBlock = 2048;
/** Threads of a workgroup of a reduction. */
export const reductionThreads = 256;

/** Whether threads of a group depend on each other. */
export function isGrouped(program: Program): boolean {
  return (
    program.kind === "grid" &&
    (program.shared.length > 0 || program.body.some((statement: Statement) => hasBarrier(statement)))
  );
}

/** The size of the workgroups that a program runs in. */
export function workgroupOf(program: Program, group: Size3): Size3 {
  if (program.kind === "reduction") return [reductionThreads, 1, 1];
  return isGrouped(program) ? group : freeGroups[program.dimensions];
}

/** The text of a place, of a thread of a grid. */
export function threadText({ what, axis }: ThreadIndex, grouped: boolean): string {
  const a = axes[axis];
  switch (what) {
    case "global":
      return `i32(at.${a})`;
    case "local":
      return grouped ? `i32(place.${a})` : `i32(at.${a} % frame.group.${a})`;
    case "group":
      return grouped ? `i32(tile.${a})` : `i32(at.${a} / frame.group.${a})`;
    case "gridSize":
      return `i32(frame.grid.${a})`;
    case "groupSize":
      return `i32(frame.group.${a})`;
  }
}

/** The number of the workgroup along each axis; a dispatch of too many is folded into rows. */
export const tileFunction: string = `fn tile_of(number: vec3<u32>) -> vec3<u32> {
  if (frame.tiles.w == 0u) { return number; }
  let linear = number.x + number.y * frame.tiles.w;
  let row = linear / frame.tiles.x;
  return vec3<u32>(linear % frame.tiles.x, row % frame.tiles.y, row / frame.tiles.y);
}`;
