// Which thread an element belongs to. A fragment of WebGL writes one element and no other, so a launch runs backwards: for each
// element, the thread whose own it is.
//
// The index of a thread's element is base + Σ stride · place, over the axes of the grid. From the longest stride to the shortest,
// a division gives the place along one axis, and the rest goes on. That finds every thread, and is right, if each stride is
// longer than all that the shorter ones can add up to; otherwise two threads may have the same element.

import type { Size3 } from "@everycore/kernel/ir";
import type { Coordinate, LaunchNumbers, LinearForm } from "./linear-form.js";

/** How an element finds its thread. */
export interface ThreadMap {
  /** The index of the least element that a thread has. */
  readonly base: number;
  /** From the longest stride to the shortest. `flip`: the place counts from the end. */
  readonly levels: readonly ThreadLevel[];
  /** The other direction: index = start + Σ steps[axis] · place. */
  readonly start: number;
  readonly steps: Size3;
}

/** One axis of the grid. */
interface ThreadLevel {
  readonly axis: 0 | 1 | 2;
  readonly stride: number;
  readonly extent: number;
  readonly flip: boolean;
}

const axes = [0, 1, 2] as const;
const furthest = 2 ** 31 - 1;

/** The map of a form, or `undefined` if several threads may have the same element. */
export function threadMap(form: LinearForm, launch: LaunchNumbers): ThreadMap | undefined {
  const steps = axes.map((axis) => stepOf(form, axis, launch));
  if (steps.includes(undefined)) return undefined;
  const start = form.base(launch);
  const levels = axes.flatMap((axis) => levelOf(axis, steps[axis] as number, launch.grid[axis]));
  levels.sort((a, b) => b.stride - a.stride);
  let [reach, base] = [0, start];
  for (const level of [...levels].reverse()) {
    if (level.stride <= reach) return undefined;
    reach += level.stride * (level.extent - 1);
    if (level.flip) base -= level.stride * (level.extent - 1);
  }
  if (base < -furthest || base + reach > furthest) return undefined;
  return { base, levels, start, steps: steps as unknown as Size3 };
}

/** Whether two maps are the same. */
export function isSameMap(a: ThreadMap, b: ThreadMap): boolean {
  return a.start === b.start && a.steps.every((step, axis) => step === b.steps[axis]);
}

/** An axis with one place is none. */
function levelOf(axis: 0 | 1 | 2, step: number, extent: number): ThreadLevel[] {
  return extent === 1 ? [] : [{ axis, stride: Math.abs(step), extent, flip: step < 0 }];
}

/** How far neighbours along an axis are apart. The place in the group and that of the group must add up to the place in the grid. */
function stepOf(form: LinearForm, axis: 0 | 1 | 2, launch: LaunchNumbers): number | undefined {
  const factor = (what: "global" | "local" | "group"): number =>
    form.coefficients.get(`${what}${axis}` satisfies Coordinate)?.(launch) ?? 0;
  const [extent, size] = [launch.grid[axis], launch.group[axis]];
  if (extent <= 1) return 0;
  const [global, local, group] = [factor("global"), factor("local"), factor("group")];
  if (extent > size && group !== local * size) return undefined;
  return global + local;
}
