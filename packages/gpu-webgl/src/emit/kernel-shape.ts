// What a kernel's text depends on besides the program: which arrays are in the same memory, and what the kernel gives.

import type { Program } from "@everycore/kernel/ir";

/** See above. A gpu.js kernel gives one array: a launch that writes several runs one kernel for each. */
export interface KernelShape {
  /** `memories[i]` is the number of the memory that `program.arrays[i]` is in; arrays that are the same have the same. */
  readonly memories: readonly number[];
  /** The memory that the kernel gives anew; of a reduction, what its first or its later passes give. */
  readonly gives: number | "first" | "again";
  /** Whether that memory is new: nothing was there before, and every element is written. */
  readonly fresh: boolean;
}

/** The shape in which each array has a memory of its own. */
export function separateShape(program: Program): KernelShape {
  const written = program.arrays.findIndex(({ access }) => access !== "read");
  const gives = program.kind === "reduction" ? "first" : Math.max(written, 0);
  const fresh = program.arrays[written]?.binding.from === "result";
  return { memories: program.arrays.map((_, index) => index), gives, fresh };
}
