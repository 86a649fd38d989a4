// The memories of one launch, and everything that its kernels are called with.

import { type HostArray, lengthOf } from "@everycore/core";
import { type DeviceElement, GpuArray } from "@everycore/gpu";
import type { LaunchPlan } from "@everycore/kernel/ir";
import type { Owner } from "./device-array.js";
import type { LaunchNumbers } from "./emit/linear-form.js";
import type { ThreadMap } from "./emit/thread-map.js";
import { checkOverlaps, type HostArrays, type HostPlace, isSame } from "./host-arrays.js";
import { checkMemories, ownElements } from "./refusals.js";
import type { Memory, Textures } from "./textures.js";

/** Who has the arrays. */
export interface PlacementParts {
  readonly owner: Owner;
  readonly textures: Textures;
  readonly hosts: HostArrays;
}

/** What can be said of a launch without its memories. */
export interface LaunchShape {
  /** `memories[i]` is the number of the memory of the array i: arrays that are the same have the same. */
  readonly memories: readonly number[];
  readonly numbers: LaunchNumbers;
  /** By memory: where the threads' own elements are in it. */
  readonly maps: ReadonlyMap<number, ThreadMap>;
}

/** The shape of a launch. @throws UnsupportedError for what WebGL cannot do with these arguments; what `GpuArray.memoryOf` throws */
export function shapeOf(plan: LaunchPlan, owner: Owner): LaunchShape {
  const { program, arrays, grid, group, scalars } = plan;
  checkOverlaps(hostArrays(plan), owner.label);
  const identities: unknown[] = [];
  const memories = arrays.map((planned) => {
    const identity = planned.kind === "device" ? GpuArray.memoryOf(planned.array, owner) : planned;
    const known = identities.findIndex((other) => isSamePlanned(other, identity));
    return known >= 0 ? known : identities.push(identity) - 1;
  });
  checkMemories(identities.length, program.name, owner.label);
  const lengths = arrays.map((planned) => (planned.kind === "new" ? lengthOf(planned.shape) : planned.array.length));
  const numbers = { grid, group, lengths, scalars };
  const maps = grid.includes(0) ? new Map<number, ThreadMap>() : ownElements(plan, memories, numbers, owner.label);
  return { memories, numbers, maps };
}

type Planned = LaunchPlan["arrays"][number];

function isSamePlanned(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [first, second] = [a as Planned, b as Planned];
  return first.kind === "host" && second.kind === "host" && isSame(first.array, second.array);
}

/** The host arrays of a launch. */
export function hostArrays({ arrays, program }: LaunchPlan): Array<{ array: HostArray; writes: boolean }> {
  return arrays.flatMap((planned, index) =>
    planned.kind === "host" ? [{ array: planned.array, writes: program.arrays[index]?.access !== "read" }] : [],
  );
}

/** See above. Holds its memories until `release`. */
export class Placement {
  /** By number. */
  readonly memories: Memory[] = [];
  /** Host arrays that the program writes, and the number of their memory. */
  readonly written: Array<{ readonly place: HostPlace; readonly memory: number }> = [];
  readonly #parts: PlacementParts;
  #result: Memory | undefined;

  /** Puts all arrays on the device. */
  constructor(plan: LaunchPlan, shape: LaunchShape, parts: PlacementParts) {
    this.#parts = parts;
    try {
      plan.arrays.forEach((planned, index) => {
        const memory = shape.memories[index] as number;
        if (memory === this.memories.length) this.memories.push(this.#place(plan, shape, planned, memory));
      });
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** The memory of the result, with its holding. */
  takeResult(): Memory {
    const result = this.#result as Memory;
    this.#result = undefined;
    this.memories.splice(this.memories.indexOf(result), 1);
    return result;
  }

  /** Gives everything back. */
  abandon(): void {
    const { hosts, textures } = this.#parts;
    for (const { place } of this.written.splice(0)) hosts.written(place);
    for (const memory of this.memories.splice(0)) textures.release(memory);
  }

  #place({ program }: LaunchPlan, shape: LaunchShape, planned: Planned, memory: number): Memory {
    const { textures, owner, hosts } = this.#parts;
    switch (planned.kind) {
      case "device":
        return textures.hold(GpuArray.memoryOf(planned.array, owner));
      case "new":
        this.#result = textures.empty(planned.element as DeviceElement, lengthOf(planned.shape));
        return this.#result;
      case "host": {
        const same = program.arrays.filter((_, index) => shape.memories[index] === memory);
        const writes = same.some(({ access }) => access !== "read");
        const place = hosts.place(planned.array, same[0]?.element as DeviceElement, writes);
        if (writes) this.written.push({ place, memory });
        return place.memory;
      }
    }
  }
}
