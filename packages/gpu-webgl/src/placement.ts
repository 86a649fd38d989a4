// The memories of one launch.

import { lengthOf } from "@everycore/core";
import { type DeviceElement, GpuArray } from "@everycore/gpu";
import type { LaunchPlan } from "@everycore/kernel/ir";
import type { Owner } from "./device-array.js";
import type { HostArrays, HostPlace } from "./host-arrays.js";
import type { LaunchShape } from "./launch-shape.js";
import type { Memory, Textures } from "./textures.js";

/** Who has the arrays. */
export interface PlacementParts {
  readonly owner: Owner;
  readonly textures: Textures;
  readonly hosts: HostArrays;
}

type Planned = LaunchPlan["arrays"][number];

/** See above. Holds its memories until `abandon`. */
export class Placement {
  /** By number. */
  readonly memories: Memory[] = [];
  /** Host arrays that the program writes. */
  written: HostPlace[] | undefined;
  readonly #parts: PlacementParts;
  #result: Memory | undefined;

  /** Puts all arrays on the device. */
  constructor(plan: LaunchPlan, shape: LaunchShape, parts: PlacementParts) {
    this.#parts = parts;
    const { arrays } = plan;
    try {
      for (let index = 0; index < arrays.length; index++) {
        const memory = shape.memories[index] as number;
        if (memory === this.memories.length) this.memories.push(this.#place(plan, shape, index, memory));
      }
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
    const { memories, written } = this;
    this.written = undefined;
    if (written) for (const place of written) hosts.written(place);
    for (let number = 0; number < memories.length; number++) textures.release(memories[number] as Memory);
    memories.length = 0;
  }

  #place({ program, arrays }: LaunchPlan, shape: LaunchShape, index: number, memory: number): Memory {
    const { textures, owner, hosts } = this.#parts;
    const planned = arrays[index] as Planned;
    switch (planned.kind) {
      case "device":
        return textures.hold(GpuArray.memoryOf(planned.array, owner));
      case "new":
        this.#result = textures.empty(planned.element as DeviceElement, lengthOf(planned.shape));
        return this.#result;
      case "host": {
        const same = program.arrays.filter((_, other) => shape.memories[other] === memory);
        const writes = same.some(({ access }) => access !== "read");
        const place = hosts.place(planned.array, same[0]?.element as DeviceElement, writes);
        if (writes) {
          this.written ??= [];
          this.written.push(place);
        }
        return place.memory;
      }
    }
  }
}
