// The short way for a small launch that is to run here and now: nothing is allocated. Each program keeps a frame and a place for
// each of its arrays, with views that fit the lengths of the last launch.

import { type HostArray, lengthOf } from "@everycore/core";
import type { LaunchPlan } from "@everycore/kernel/ir";
import { type ArrayOwner, CpuArray } from "./device-array.js";
import { arrayTypes } from "./element-types.js";
import type { Executable } from "./executable.js";
import { frameSize, readPartial, writeFrame } from "./launch-frame.js";

/** Arrays with more bytes go the long way: what is kept here is kept for good. */
const maxBytes = 2 ** 18;
const maxPartials = 64;

/** An array's place. */
interface Place {
  address: number;
  bytes: number;
  /** A view of as many elements as the last launch had. */
  view: HostArray | undefined;
}

/** One program's frame and places. */
export class DirectRun {
  readonly #owner: ArrayOwner;
  readonly #executable: Executable;
  readonly #places: Place[] = [];
  readonly #placement: { plan: LaunchPlan; frame: number; addresses: number[]; lengths: number[] };
  #scratch = 0;
  #scratchBytes = 0;
  #generation = 0;

  constructor(owner: ArrayOwner, executable: Executable, plan: LaunchPlan) {
    this.#owner = owner;
    this.#executable = executable;
    const frame = owner.heap.allocate(frameSize(plan, maxPartials));
    this.#placement = { plan, frame, addresses: [], lengths: [] };
  }

  /** Whether the launch is one for the short way. */
  static takes({ arrays, result, program }: LaunchPlan, units: number): boolean {
    if ((result.kind === "array" && result.where === "device") || (program.kind === "reduction" && units > maxPartials))
      return false;
    for (let index = 0; index < arrays.length; index++) {
      const planned = arrays[index] as LaunchPlan["arrays"][number];
      if (
        planned.kind === "new"
          ? lengthOf(planned.shape) > maxBytes / 8
          : planned.kind === "host" && planned.array.byteLength > maxBytes
      ) {
        return false;
      }
      if (planned.kind === "host" && sharesBuffer(arrays, index, planned.array)) return false;
    }
    return true;
  }

  /** Runs the whole launch. */
  run(plan: LaunchPlan, units: number): unknown {
    const placement = this.#placement;
    placement.plan = plan;
    this.#place(plan);
    const { heap } = this.#owner;
    writeFrame(heap, placement);
    if (units > 0) {
      const begin = performance.now();
      this.#executable.run(placement, this.#scratch, 0, units);
      this.#executable.observe(units, performance.now() - begin);
    }
    this.#copyOut(plan);
    return this.#result(plan, units);
  }

  #place(plan: LaunchPlan): void {
    const { heap } = this.#owner;
    const scratch = this.#executable.scratchOf(plan);
    if (scratch > this.#scratchBytes) {
      // There may be no memory for more: what is there stays in use until there is.
      const address = heap.allocate(scratch);
      if (this.#scratch > 0) heap.free(this.#scratch);
      this.#scratch = address;
      this.#scratchBytes = scratch;
    }
    const { arrays } = plan;
    // All that allocates comes first: if memory moves, the views are made anew.
    for (let index = 0; index < arrays.length; index++) this.#reserve(plan, index);
    if (this.#generation !== heap.generation) {
      this.#generation = heap.generation;
      for (const place of this.#places) place.view = undefined;
    }
    for (let index = 0; index < arrays.length; index++) {
      const planned = arrays[index] as LaunchPlan["arrays"][number];
      if (planned.kind === "host" && !heap.owns(planned.array.buffer)) this.#viewOf(plan, index).set(planned.array);
    }
  }

  #reserve(plan: LaunchPlan, index: number): void {
    const { heap } = this.#owner;
    const planned = plan.arrays[index] as LaunchPlan["arrays"][number];
    const { addresses, lengths } = this.#placement;
    const length = planned.kind === "new" ? lengthOf(planned.shape) : planned.array.length;
    lengths[index] = length;
    if (planned.kind === "device") addresses[index] = CpuArray.addressOf(planned.array, this.#owner);
    else if (planned.kind === "host" && heap.owns(planned.array.buffer)) {
      CpuArray.checkView(planned.array);
      addresses[index] = planned.array.byteOffset;
    } else {
      const bytes =
        planned.kind === "host" ? planned.array.byteLength : length * arrayTypes[planned.element].BYTES_PER_ELEMENT;
      let place = this.#places[index];
      if (!place || place.bytes < bytes) {
        const address = heap.allocate(bytes);
        if (place) heap.free(place.address);
        place = { address, bytes, view: undefined };
        this.#places[index] = place;
      }
      addresses[index] = place.address;
    }
  }

  #viewOf({ program }: LaunchPlan, index: number): HostArray {
    const place = this.#places[index] as Place;
    const length = this.#placement.lengths[index] as number;
    if (place.view?.length !== length) {
      const element = program.arrays[index]?.element ?? "int8";
      place.view = new arrayTypes[element](this.#owner.heap.memory.buffer, place.address, length);
    }
    return place.view as HostArray;
  }

  #copyOut(plan: LaunchPlan): void {
    const { heap } = this.#owner;
    for (let index = 0; index < plan.arrays.length; index++) {
      const planned = plan.arrays[index] as LaunchPlan["arrays"][number];
      if (planned.kind !== "host" || plan.program.arrays[index]?.access === "read") continue;
      if (!heap.owns(planned.array.buffer)) planned.array.set(this.#viewOf(plan, index));
    }
  }

  #result(plan: LaunchPlan, units: number): unknown {
    const { result, program } = plan;
    if (result.kind === "none") return undefined;
    if (result.kind === "reduced") {
      this.#executable.combine(this.#placement, units);
      const empty = units === 0 && program.kind === "reduction";
      return result.finish(
        empty ? program.identity.value : readPartial(this.#owner.heap, this.#placement),
        plan.grid[0],
      );
    }
    const view = this.#viewOf(plan, result.array);
    if (result.kind === "array") return view.slice();
    return result.element === "bool" ? view[0] !== 0 : view[0];
  }
}

/** Two arrays over one buffer may overlap. */
function sharesBuffer(arrays: LaunchPlan["arrays"], index: number, { buffer }: HostArray): boolean {
  for (let before = 0; before < index; before++) {
    const other = arrays[before];
    if (other?.kind === "host" && other.array.buffer === buffer) return true;
  }
  return false;
}
