// What a launch that is done gives.

import type { LaunchPlan } from "@everycore/kernel/ir";
import { type ArrayOwner, CpuArray } from "./device-array.js";
import { arrayTypes } from "./element-types.js";
import type { Launch } from "./launch.js";
import { readPartial } from "./launch-frame.js";

/** The value of the launch's future. A result that stays takes its block with it. */
export function resultOf(owner: ArrayOwner, launch: Launch): unknown {
  const { plan } = launch;
  const { result } = plan;
  switch (result.kind) {
    case "none":
      return undefined;
    case "reduced":
      return result.finish(reduced(owner, launch), plan.grid[0]);
    case "element": {
      const value = newArray(owner, launch, result.array)[0] as number;
      return result.element === "bool" ? value !== 0 : value;
    }
    case "array":
      return result.where === "host"
        ? newArray(owner, launch, result.array).slice()
        : keep(owner, launch, result.array);
  }
}

function reduced({ heap }: ArrayOwner, launch: Launch): number {
  const { program } = launch.plan;
  if (launch.units === 0) return program.kind === "reduction" ? program.identity.value : 0;
  launch.executable?.combine(launch, launch.units);
  return readPartial(heap, launch);
}

function newArray(
  { heap }: ArrayOwner,
  { plan, addresses, lengths }: Launch,
  index: number,
): InstanceType<(typeof arrayTypes)["int8"]> {
  const { element } = plannedNew(plan, index);
  return new arrayTypes[element](heap.memory.buffer, addresses[index] as number, lengths[index] as number);
}

function keep(owner: ArrayOwner, { plan, addresses, blocks }: Launch, index: number): CpuArray {
  const { element, shape } = plannedNew(plan, index);
  const address = addresses[index] as number;
  blocks.splice(blocks.indexOf(address), 1);
  return new CpuArray(owner, element, shape, address);
}

function plannedNew(plan: LaunchPlan, index: number): Extract<LaunchPlan["arrays"][number], { kind: "new" }> {
  const planned = plan.arrays[index];
  if (planned?.kind !== "new") throw new Error(`Array ${index} of the launch is not new.`);
  return planned;
}
