// How a grid is cut into workgroups. A dispatch may have 65,535 of them along an axis; more are folded into rows of a plane.

import type { Size3 } from "@everycore/kernel/ir";
import { reductionBlock } from "./emit/thread-places.js";
import type { Tiling } from "./frames.js";

/** The tiles of a launch in workgroups of this size. @throws RangeError for more than a plane has. */
export function tilingOf(grid: Size3, size: Size3, most: number): Tiling {
  // Axis by axis, in plain words: this runs for every launch.
  return foldedTiling(
    [Math.ceil(grid[0] / size[0]), Math.ceil(grid[1] / size[1]), Math.ceil(grid[2] / size[2])],
    most,
    grid,
  );
}

/** The tiles of a pass of a reduction over so many values. */
export function reductionTiling(count: number, most: number): Tiling {
  return foldedTiling([Math.ceil(count / reductionBlock), 1, 1], most, [count, 1, 1]);
}

function foldedTiling(tiles: Size3, most: number, grid: Size3): Tiling {
  if (tiles[0] <= most && tiles[1] <= most && tiles[2] <= most) return { tiles, fold: 0 };
  const total = tiles[0] * tiles[1] * tiles[2];
  if (Math.ceil(total / most) > most || total > 0xffffffff)
    throw new RangeError(
      `A grid of ${grid.join(" × ")} threads is too large: it has ${total} groups, and a device can number ${most} × ${most}.`,
    );
  return { tiles, fold: most };
}
