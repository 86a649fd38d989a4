// Grids and groups: what `over` accepts, checked once, before anything is launched.

import { checkCount, checkOptions, rangeError, typeError } from "@everycore/core";
import type { GridSize, LaunchOptions } from "../api/kernel-types.js";
import type { Size3 } from "../ir/ir.js";

const maxAxis = 2 ** 31 - 1;
const maxThreads = 2 ** 32 - 1;
const maxGroup = 1024;
const axes = ["x", "y", "z"] as const;
const defaultGroups: readonly Size3[] = [
  [64, 1, 1],
  [8, 8, 1],
  [4, 4, 4],
];

/** A grid with everything decided. */
export interface LaunchSize {
  readonly grid: Size3;
  readonly group: Size3;
  readonly seed: number;
}

/** The group of a grid of `dimensions` axes, if the caller names none. */
export function defaultGroup(dimensions: number): Size3 {
  return defaultGroups[dimensions - 1] as Size3;
}

/** Checks what `over` was given. @throws TypeError, RangeError */
export function launchSize(size: GridSize, options: LaunchOptions | undefined): LaunchSize {
  const grid = checkSize(size);
  if (options === undefined) return { grid, group: defaultGroup(dimensionsOf(size)), seed: 0 };
  checkOptions("The options of over()", options, ["group", "seed"]);
  const { group, seed = 0 } = options;
  return {
    grid,
    group: group === undefined ? defaultGroup(dimensionsOf(size)) : checkGroup(group),
    seed: checkSeed(seed),
  };
}

/** Checks threads along each axis, and their number. */
export function checkSize(size: GridSize): Size3 {
  const grid = sizes("The size of the grid", size, 0);
  const threads = grid[0] * grid[1] * grid[2];
  if (threads > maxThreads) throw rangeError("The number of threads", `at most ${maxThreads} (2^32 - 1)`, threads);
  return grid;
}

function dimensionsOf(size: GridSize): number {
  return typeof size === "number" ? 1 : size.length;
}

function checkGroup(group: GridSize): Size3 {
  const checked = sizes("The size of the group", group, 1);
  const threads = checked[0] * checked[1] * checked[2];
  if (threads > maxGroup) throw rangeError("The number of threads of a group", `at most ${maxGroup}`, threads);
  return checked;
}

function sizes(name: string, size: unknown, min: number): Size3 {
  if (typeof size === "number") return [checkAxis(name, size, min), 1, 1];
  if (!Array.isArray(size) || size.length < 1 || size.length > 3)
    throw typeError(name, "a number, or an array of one to three numbers", size);
  // `map` would skip what is missing in `[, 2]`.
  const [x, y, z] = Array.from(size, (length, axis) => checkAxis(`${name} along ${axes[axis]}`, length, min));
  return [x as number, y ?? 1, z ?? 1];
}

function checkAxis(name: string, length: unknown, min: number): number {
  checkCount(name, length, min);
  if (length > maxAxis) throw rangeError(name, `at most ${maxAxis} (2^31 - 1)`, length);
  // Turns -0 into 0.
  return length + 0;
}

function checkSeed(seed: unknown): number {
  checkCount("seed", seed, 0);
  if (seed > maxThreads) throw rangeError("seed", `at most ${maxThreads} (2^32 - 1)`, seed);
  return seed + 0;
}
