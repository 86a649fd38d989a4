// `simulate`: a kernel in plain JavaScript, thread by thread, with checks. It is the definition of what kernels mean.

import {
  type DeviceArray,
  type HostArray,
  isKernel,
  type Kernel,
  type KernelError,
  type KernelResult,
  type ResidentArray,
  typeError,
} from "@everycore/core";
import { constructAt } from "../diagnostics/construct.js";
import { kernelErrorOf } from "../diagnostics/kernel-error.js";
import type { AnyFunction } from "../front-end.js";
import { plainTypeError } from "../launch/argument-errors.js";
import { HostResident } from "../launch/host-resident.js";
import { definitionOf, type PlannedArray, type WrittenDefinition } from "../launch-plan.js";
import { SimulationError, type SimulationIssue, simulatePlan } from "../simulate/index.js";

/** Runs a kernel and gives what `submit`'s future resolves to. */
export type Simulate = <A extends readonly unknown[], R, G extends A>(
  kernel: Kernel<A, R>,
  ...args: G
) => KernelResult<R, G>;

/** How a kernel is simulated. */
export interface SimulationSettings {
  /** Look for accesses outside of arrays, races and divergent barriers. Default true; without, it is faster. */
  readonly checks?: boolean | undefined;
  /** Is told of each mistake, and the simulation goes on. Without it the first mistake is thrown. */
  readonly onMistake?: ((mistake: KernelError) => void) | undefined;
  /** Whether subnormal float32 numbers are kept. Default true; false is a device that takes them for zeros. */
  readonly subnormals?: boolean | undefined;
}

const hints: Readonly<Record<SimulationIssue["reason"], string>> = {
  "out-of-bounds": "Compare the index with the array's length first, `if (i < a.length)`, or run fewer threads.",
  race: "Give each thread elements of its own, use `thread.atomicAdd` or another atomic, or, within a group, put `thread.barrier()` between the two.",
  "divergent-barrier": "Move the barrier to a place that all threads of a group reach, out of the `if` or the loop.",
};

/**
 * Runs a kernel in plain JavaScript, thread by thread, and looks for mistakes: accesses outside of arrays, races, and barriers that
 * not all threads of a group reach. Numba's CUDA simulator, with checks. Slow: made for tests and for finding mistakes.
 * Host arrays that the kernel writes are updated in place; a `DeviceArray` must be one whose memory the host sees.
 *
 * @throws KernelError for the first mistake, and what `submit` throws.
 * @example
 * const position = Float32Array.of(0, 1);
 * simulate(step.over(2), 1e-3, position, Float32Array.of(1, 1));
 */
export const simulate: Simulate = simulation();

/** {@link simulate} with settings of your own: `simulation({ checks: false })(kernel, ...args)`. */
export function simulation(settings: SimulationSettings = {}): Simulate {
  const { checks = true, onMistake, subnormals = true } = settings;
  return (kernel, ...args) => {
    if (!isKernel(kernel)) throw typeError("What is simulated", "a kernel, as submit() takes", kernel);
    const definition = definitionOf(kernel) as WrittenDefinition;
    const plan = definition.planAsWritten(args);
    const onIssue = onMistake && ((issue: SimulationIssue) => onMistake(mistakeOf(issue, definition.source)));
    try {
      return simulatePlan(plan, { checks, onIssue, subnormals, view: memoryOf, keep: resident }) as never;
    } catch (error) {
      throw error instanceof SimulationError ? mistakeOf(error.issue, definition.source) : error;
    }
  };
}

function mistakeOf(issue: SimulationIssue, fn: AnyFunction): KernelError {
  const { reason, message, at = 0 } = issue;
  const span = constructAt(Function.prototype.toString.call(fn), at);
  return kernelErrorOf({ reason, message, hint: hints[reason], fn, ...span }, fn);
}

function memoryOf(array: DeviceArray): HostArray {
  const { view } = array as Partial<ResidentArray>;
  if (view !== undefined && ArrayBuffer.isView(view)) return view;
  throw plainTypeError(
    "A DeviceArray whose memory the host cannot see cannot be simulated. Simulate with a copy: await array.read().",
  );
}

function resident(array: HostArray, planned: Extract<PlannedArray, { kind: "new" }>): DeviceArray {
  return new HostResident(array, planned.element, planned.shape);
}
