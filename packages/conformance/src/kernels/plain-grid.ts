// A grid kernel's function as what it also is: a plain JavaScript function. For kernels of which JavaScript means the same,
// such as those that reckon with small whole numbers, this is an oracle that shares nothing with the compiler.

/** A place in the grid, the groups, or a group. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Sizes along x, y and z; what is left out is 1. */
export type Sizes = readonly [x: number, y?: number, z?: number];

type GridFunction = (thread: never, ...args: never[]) => void;

/** Calls `fn` for each thread of a grid, one after the other. Kernels with barriers, atomics or random numbers cannot be run so. */
export function runPlain(fn: GridFunction, grid: Sizes, group: Sizes, args: readonly unknown[]): void {
  const [size, groupSize] = [placeOf(grid), placeOf(group)];
  const call = fn as unknown as (thread: unknown, ...args: readonly unknown[]) => void;
  for (let z = 0; z < size.z; z++) {
    for (let y = 0; y < size.y; y++) {
      for (let x = 0; x < size.x; x++) {
        call({ x, y, z, size, groupSize, ...divide({ x, y, z }, groupSize) }, ...args);
      }
    }
  }
}

function placeOf([x, y = 1, z = 1]: Sizes): Place {
  return { x, y, z };
}

function divide(at: Place, by: Place): { local: Place; group: Place } {
  return {
    local: { x: at.x % by.x, y: at.y % by.y, z: at.z % by.z },
    group: { x: Math.floor(at.x / by.x), y: Math.floor(at.y / by.y), z: Math.floor(at.z / by.z) },
  };
}
