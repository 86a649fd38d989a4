// Places for the arrays of a launch. Device arrays and views of the kernels' memory are used where they are; results get a
// block; any other typed array is copied in, when it is submitted, and what the program wrote is copied out when it is done.
//
// Rules
//   1. Arrays of one launch that overlap in the host's memory overlap in ours: they are copied in as one range.
//   2. A range that a pending launch writes, and that is submitted again, is not copied in again (the host's copy is stale): the
//      later launch uses the same block. If it writes too, it starts only after the earlier result was copied out (`barrier`).
//   3. Arrays that overlap such a range only in part are copied in late, after all earlier launches; and so is everything that is
//      submitted after them, until they have been.

import { type HostArray, lengthOf } from "@everycore/core";
import type { LaunchPlan } from "@everycore/kernel/ir";
import { type ArrayOwner, CpuArray } from "./device-array.js";
import { arrayTypes } from "./element-types.js";
import type { Placement } from "./launch-frame.js";

/** A part of the host's memory that was copied in. */
interface StagedRange {
  readonly buffer: ArrayBufferLike;
  start: number;
  end: number;
  writes: boolean;
  block: number;
  /** Address of the byte at `start`. */
  address: number;
  /** Launches that use it and are not over. */
  users: number;
  /** How many of them write it. */
  writers: number;
}

/** A placement, and what must be undone when its launch is over. */
export interface StagedPlacement extends Placement {
  /** The launch must wait until all earlier ones are over. */
  barrier: boolean;
  /** Nothing is placed yet: see rule 3. */
  late: boolean;
  readonly ranges: StagedRange[];
  /** Those of them that it writes. */
  readonly written: StagedRange[];
  /** Blocks of this launch alone. */
  readonly blocks: number[];
}

/** See above. */
export class Staging {
  readonly #owner: ArrayOwner;
  readonly #pending = new Map<ArrayBufferLike, StagedRange[]>();
  #lateCount = 0;

  constructor(owner: ArrayOwner) {
    this.#owner = owner;
  }

  /** Finds places for the arrays of a new launch. */
  place(launch: StagedPlacement): void {
    const ranges = this.#rangesOf(launch.plan);
    if (ranges.length > 0 && (this.#lateCount > 0 || ranges.some((range) => this.#overlapsInPart(range)))) {
      // Checked now, so that a mistake throws at the call.
      this.#checkDevices(launch.plan);
      launch.late = true;
      launch.barrier = true;
      this.#lateCount++;
    } else this.#placeAll(launch, ranges);
  }

  /** Rule 3: all earlier launches are over. */
  placeLate(launch: StagedPlacement): void {
    this.#endLate(launch);
    this.#placeAll(launch, this.#rangesOf(launch.plan));
  }

  /** Copies out what the launch wrote. */
  copyOut({ plan, addresses, lengths }: Placement): void {
    const { heap } = this.#owner;
    plan.arrays.forEach((planned, index) => {
      if (planned.kind !== "host" || plan.program.arrays[index]?.access === "read") return;
      const { buffer, byteOffset, BYTES_PER_ELEMENT } = planned.array;
      // A buffer that can be resized may have been, since.
      const byteLength = Math.min(planned.array.byteLength, (lengths[index] as number) * BYTES_PER_ELEMENT);
      if (byteLength === 0 || heap.owns(buffer)) return;
      const address = addresses[index] as number;
      new Uint8Array(buffer, byteOffset, byteLength).set(heap.bytes.subarray(address, address + byteLength));
    });
  }

  /** The launch is over. */
  release(launch: StagedPlacement): void {
    const { heap } = this.#owner;
    this.#endLate(launch);
    for (const range of launch.written.splice(0)) if (--range.writers === 0) this.#forget(range);
    for (const range of launch.ranges.splice(0)) if (--range.users === 0) heap.free(range.block);
    for (const block of launch.blocks.splice(0)) heap.free(block);
  }

  #endLate(launch: StagedPlacement): void {
    if (!launch.late) return;
    launch.late = false;
    this.#lateCount--;
  }

  #checkDevices({ arrays }: LaunchPlan): void {
    for (const planned of arrays) {
      if (planned.kind === "device") CpuArray.addressOf(planned.array, this.#owner);
      else if (planned.kind === "host" && this.#owner.heap.owns(planned.array.buffer))
        CpuArray.checkView(planned.array);
    }
  }

  #placeAll(launch: StagedPlacement, ranges: StagedRange[]): void {
    try {
      this.#checkDevices(launch.plan);
      const used = ranges.map((range) => this.#stage(launch, range));
      launch.plan.arrays.forEach((planned, index) => {
        if (planned.kind === "host") {
          launch.lengths[index] = planned.array.length;
          launch.addresses[index] = this.#addressIn(used, planned.array);
        } else if (planned.kind === "device") {
          launch.lengths[index] = planned.array.length;
          launch.addresses[index] = CpuArray.addressOf(planned.array, this.#owner);
        } else {
          const length = lengthOf(planned.shape);
          launch.lengths[index] = length;
          launch.addresses[index] = this.#owner.heap.allocate(length * arrayTypes[planned.element].BYTES_PER_ELEMENT);
          launch.blocks.push(launch.addresses[index] as number);
        }
      });
    } catch (error) {
      this.release(launch);
      throw error;
    }
  }

  #addressIn(ranges: readonly StagedRange[], { buffer, byteOffset, byteLength }: HostArray): number {
    if (byteLength === 0 || this.#owner.heap.owns(buffer)) return byteOffset;
    const range = ranges.find((candidate) =>
      contains(candidate, buffer, byteOffset, byteOffset + byteLength),
    ) as StagedRange;
    return range.address + byteOffset - range.start;
  }

  /** Rule 1. */
  #rangesOf({ arrays, program }: LaunchPlan): StagedRange[] {
    const ranges: StagedRange[] = [];
    arrays.forEach((planned, index) => {
      if (planned.kind !== "host") return;
      const { buffer, byteOffset: start, byteLength } = planned.array;
      if (byteLength === 0 || this.#owner.heap.owns(buffer)) return;
      const writes = program.arrays[index]?.access !== "read";
      const range = { buffer, start, end: start + byteLength, writes, block: 0, address: 0, users: 0, writers: 0 };
      addRange(ranges, range);
    });
    return ranges;
  }

  #overlapsInPart({ buffer, start, end }: StagedRange): boolean {
    const pending = this.#pending.get(buffer) ?? [];
    return pending.some((other) => overlaps(other, buffer, start, end) && !contains(other, buffer, start, end));
  }

  /** Rule 2, or copies in. */
  #stage(launch: StagedPlacement, range: StagedRange): StagedRange {
    const { buffer, start, end, writes } = range;
    let staged = this.#pending.get(buffer)?.find((other) => contains(other, buffer, start, end));
    if (!staged) {
      staged = range;
      this.#copyIn(range);
    } else if (writes) launch.barrier = true;
    staged.users++;
    launch.ranges.push(staged);
    if (writes) {
      if (staged.writers++ === 0) this.#pending.set(buffer, [...(this.#pending.get(buffer) ?? []), staged]);
      launch.written.push(staged);
    }
    return staged;
  }

  #copyIn(range: StagedRange): void {
    const { heap } = this.#owner;
    const { buffer, start, end } = range;
    // The same place modulo 8 keeps every element aligned.
    range.block = heap.allocate(end - start + (start & 7));
    range.address = range.block + (start & 7);
    heap.bytes.set(new Uint8Array(buffer, start, end - start), range.address);
  }

  #forget(range: StagedRange): void {
    const others = (this.#pending.get(range.buffer) ?? []).filter((other) => other !== range);
    if (others.length > 0) this.#pending.set(range.buffer, others);
    else this.#pending.delete(range.buffer);
  }
}

/** Adds a range, as one with those that it overlaps. */
function addRange(ranges: StagedRange[], range: StagedRange): void {
  for (;;) {
    const index = ranges.findIndex((other) => overlaps(other, range.buffer, range.start, range.end));
    if (index < 0) break;
    const [other] = ranges.splice(index, 1) as [StagedRange];
    range.start = Math.min(range.start, other.start);
    range.end = Math.max(range.end, other.end);
    range.writes ||= other.writes;
  }
  ranges.push(range);
}

function overlaps(range: StagedRange, buffer: ArrayBufferLike, start: number, end: number): boolean {
  return range.buffer === buffer && start < range.end && range.start < end;
}

function contains(range: StagedRange, buffer: ArrayBufferLike, start: number, end: number): boolean {
  return range.buffer === buffer && range.start <= start && end <= range.end;
}
