// What stands between a kernel and a backend: one launch, with everything decided that does not depend on the device.
// A backend asks the kernel for a plan, gives each array a place on its device, runs the program, and delivers the result.

import type { DeviceArray, DType, HostArray, Kernel } from "@everycore/core";
import type { ElementType, Program, Size3 } from "./ir/ir.js";

/** One array of a launch; `plan.arrays[i]` is for `plan.program.arrays[i]`. */
export type PlannedArray =
  /** An array of the caller. If the program writes it, it is updated in place when the launch is done. */
  | { readonly kind: "host"; readonly array: HostArray }
  /** An array of the device. The backend checks that it is its own and not disposed. */
  | { readonly kind: "device"; readonly array: DeviceArray }
  /** An array that the launch creates: the result. The program writes every element. */
  | { readonly kind: "new"; readonly element: ElementType; readonly shape: readonly number[] };

/** What the future of a launch resolves to. */
export type PlannedResult =
  | { readonly kind: "none" }
  /** The new array `plan.arrays[array]`: as a host array, or left on the device. */
  | { readonly kind: "array"; readonly array: number; readonly where: "host" | "device" }
  /** The element of the new array `plan.arrays[array]`, of length 1: an elementwise kernel called with scalars only. */
  | { readonly kind: "element"; readonly array: number; readonly element: ElementType }
  /** What the reduction gave, passed through `finish` (a plain function, on the host). */
  | { readonly kind: "reduced"; readonly finish: (value: number, length: number) => number };

/** One launch of a program. */
export interface LaunchPlan {
  readonly program: Program;
  /** Equal for programs that do the same, and only for them; a backend's cache is keyed by it. */
  readonly hash: string;
  /** Threads along x, y, z; each at least 0. A reduction's is [elements, 1, 1]. */
  readonly grid: Size3;
  /** Threads of a group along x, y, z; each at least 1. */
  readonly group: Size3;
  /** A uint32. */
  readonly seed: number;
  readonly arrays: readonly PlannedArray[];
  /** `scalars[i]` is for `program.scalars[i]`: already of its type (integers in range, bools 0 or 1, float32 rounded). */
  readonly scalars: readonly number[];
  readonly result: PlannedResult;
}

/** What a backend finds behind a kernel's brand, `kernel[Symbol.for("everycore.kernel")]`. */
export interface KernelDefinition {
  /** Version of this interface. */
  readonly version: 1;
  /**
   * Checks the arguments, specialises the kernel for their types (cached), and works out grid, broadcasting and result.
   * Knows nothing of devices: a {@link DeviceArray} is whatever has a dtype, a shape and a length.
   *
   * @throws KernelError when the function is not in the language or does not fit the arguments; TypeError, RangeError when
   * an argument is wrong.
   */
  plan(args: readonly unknown[]): LaunchPlan;
}

/** What the simulator finds there besides. */
export interface WrittenDefinition extends KernelDefinition {
  /** The same launch with the program as it was written, before simplification. */
  planAsWritten(args: readonly unknown[]): LaunchPlan;
  /** The function whose text the offsets in that program lead into. */
  readonly source: (...args: never[]) => unknown;
}

/** The definition behind a kernel, whichever copy of the package made it. */
export function definitionOf(kernel: Kernel<never[], unknown>): KernelDefinition {
  return (kernel as unknown as Record<symbol, KernelDefinition>)[Symbol.for("everycore.kernel")] as KernelDefinition;
}

/** Element types are those dtypes that every CPU has. */
export function isElementType(dtype: DType): dtype is ElementType {
  return dtype !== "float16";
}
