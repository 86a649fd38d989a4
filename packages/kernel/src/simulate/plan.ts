// Runs launch plans: the simulator as a backend. It is also the fallback of the CPU backends where there is no WebAssembly.

import type { DeviceArray, HostArray } from "@everycore/core";
import type { LaunchPlan, PlannedArray } from "../launch-plan.js";
import { runProgram, type SimulationOptions } from "./run.js";
import { newTypedArray } from "./typed-array.js";

/** How a plan is simulated. */
export interface PlanSimulationOptions extends SimulationOptions {
  /** The memory of a device array. Without it, plans with device arrays are refused. */
  readonly view?: ((array: DeviceArray) => HostArray) | undefined;
  /** Makes the array of a result that shall stay on the device; without it, such a result is the typed array itself. */
  readonly keep?: ((array: HostArray, planned: Extract<PlannedArray, { kind: "new" }>) => unknown) | undefined;
}

/**
 * Runs a plan to its end and gives what its future resolves to. Host arrays are written in place.
 *
 * @throws SimulationError at the first issue, if `checks` are on and there is no `onIssue`.
 */
export function simulatePlan(plan: LaunchPlan, options: PlanSimulationOptions = {}): unknown {
  const arrays = plan.arrays.map((planned) => memoryOf(planned, options));
  const value = runProgram({ ...options, ...launchOf(plan), arrays });
  const { result } = plan;
  switch (result.kind) {
    case "none":
      return undefined;
    case "reduced":
      return result.finish(value as number, plan.grid[0]);
    case "element":
      return elementOf(arrays[result.array] as HostArray, result.element === "bool");
    case "array":
      return arrayOf(plan, result.array, arrays[result.array] as HostArray, result.where, options);
  }
}

function launchOf({ program, grid, group, seed, scalars }: LaunchPlan) {
  return { program, grid, group, seed, scalars };
}

function memoryOf(planned: PlannedArray, { view }: PlanSimulationOptions): HostArray {
  switch (planned.kind) {
    case "host":
      return planned.array;
    case "new":
      return newTypedArray(
        planned.element,
        planned.shape.reduce((product, size) => product * size, 1),
      );
    case "device":
      if (view === undefined) {
        throw new TypeError(
          "A device array cannot be simulated: its memory is elsewhere. Pass a typed array, from read().",
        );
      }
      return view(planned.array);
  }
}

function elementOf(array: HostArray, isBool: boolean): number | boolean {
  const value = array[0] as number;
  return isBool ? value !== 0 : value;
}

function arrayOf(
  plan: LaunchPlan,
  index: number,
  array: HostArray,
  where: "host" | "device",
  { keep }: PlanSimulationOptions,
): unknown {
  const planned = plan.arrays[index];
  return where === "device" && planned?.kind === "new" && keep !== undefined ? keep(array, planned) : array;
}
