// The launch frame: the struct in linear memory through which a launch passes everything to compiled code. The run-time writes
// it, compiled modules read it; both take the layout from here. All numbers are little-endian.
//
// A module exports
//   run(frame, scratch, from, to)  does the units [from, to) of the launch; units may be done in any order, by any worker.
//   combine(frame, count)          reductions only: combines `count` partial results into the first of them.
// and imports `env.memory`, and functions of JavaScript's Math by name from `math` when it needs them.
//
// A unit is
//   "thread"  one thread; number x + gridX * (y + gridY * z).
//   "group"   all threads of one group; number groupX + groupsX * (groupY + groupsY * groupZ). Programs with barriers, or shared arrays.
//   "block"   `reductionBlock` consecutive elements of a reduction (the last may be shorter), whose partial result is written to
//             `partials + 8 * unit`.

export type UnitKind = "thread" | "group" | "block";

/** Elements that a reduction combines into one partial result; fixed, so that sums never depend on the number of workers. */
export const reductionBlock = 4096;

/** Byte offsets in the frame. */
export const frameLayout = {
  /** Three uint32: threads along x, y, z. */
  grid: 0,
  /** Three uint32: threads of a group. */
  group: 12,
  /** Three uint32: groups along x, y, z. */
  groups: 24,
  /** uint32. */
  seed: 36,
  /** Address of the partial results of a reduction, 8 bytes each. */
  partials: 40,
  /** From here, 8 bytes for each array of the program: address and number of elements, two uint32. */
  arrays: 48,
} as const;

/** Address of an array's entry, relative to the frame. */
export function arrayOffset(index: number): number {
  return frameLayout.arrays + 8 * index;
}

/** Address of a scalar (int32, uint32, bool as int32, float32 or float64), relative to the frame; 8 bytes each. */
export function scalarOffset(arrays: number, index: number): number {
  return frameLayout.arrays + 8 * arrays + 8 * index;
}

/** Size of a frame. */
export function frameBytes(arrays: number, scalars: number): number {
  return scalarOffset(arrays, scalars);
}

/** What the compiler makes of a program. Independent of sizes, addresses and the number of workers. */
export interface CompiledProgram {
  /** A WebAssembly module. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly unit: UnitKind;
  /** Scratch memory that a call of `run` needs: `scratchBytes + scratchBytesPerThread * (threads of a group)`, 16-aligned. */
  readonly scratchBytes: number;
  readonly scratchBytesPerThread: number;
  /** Names of the functions that the module imports from `math`: `exp`, `remainder`, … */
  readonly math: readonly string[];
  /** A rough number of machine operations per unit (loops count as if they ran eight times), to judge how much a launch is worth. */
  readonly cost: number;
}

/** What the engine can do. */
export interface WasmFeatures {
  /** The memory that is imported is shared. */
  readonly sharedMemory: boolean;
  readonly relaxedSimd: boolean;
}
