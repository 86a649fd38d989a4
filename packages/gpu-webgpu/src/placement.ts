// Where the arrays of one launch are: in which buffers, from which element on, how long; and the shape of the shader that follows from it.
// This runs for every launch, so what is usual, arrays on the device that are apart, is found out on the way.

import { type HostArray, lengthOf } from "@everycore/core";
import { arrayTypes, type DeviceElement, GpuArray } from "@everycore/gpu";
import type { LaunchPlan } from "@everycore/kernel/ir";
import type { BufferPool, HeldBuffer } from "./buffer-pool.js";
import type { Owner } from "./device-array.js";
import { type ShaderShape, separateShape } from "./emit/shader-shape.js";
import { addToRanges, type HostArrays, type HostRange, isIn } from "./host-arrays.js";
import type { ArrayShapes } from "./pipelines.js";

/** Who has the arrays. */
export interface PlacementParts {
  readonly owner: Owner;
  readonly pool: BufferPool;
  readonly hosts: HostArrays;
}

/** See above. Holds its buffers until `release`. */
export class Placement implements ArrayShapes {
  /** One for each binding. */
  readonly buffers: readonly HeldBuffer[];
  readonly lengths: number[];
  /** In elements. */
  readonly offsets: number[];
  readonly apart: boolean;
  /** The buffer of the array that the launch makes. */
  result: HeldBuffer | undefined;
  readonly #parts: PlacementParts;
  /** The buffer of each array. */
  readonly #all: HeldBuffer[];
  #held: HeldBuffer[] | undefined;
  #written: HostRange[] | undefined;

  /** Puts all arrays on the device. @throws what `GpuArray.memoryOf` throws; RangeError */
  constructor(plan: LaunchPlan, ranges: readonly HostRange[], parts: PlacementParts) {
    this.#parts = parts;
    // As long as they get: launches are many, and an array that grows takes room for more than it holds.
    const { arrays } = plan;
    const all = new Array<HeldBuffer>(arrays.length);
    this.lengths = new Array<number>(arrays.length);
    this.offsets = new Array<number>(arrays.length);
    this.#all = all;
    let apart = true;
    try {
      const placed = ranges.length > 0 ? ranges.map((range) => this.#placeRange(range)) : ranges;
      for (let i = 0; i < arrays.length; i++) {
        const buffer = this.#place(i, arrays[i] as LaunchPlan["arrays"][number], placed);
        all[i] = buffer;
        if (this.offsets[i] !== 0 || all.indexOf(buffer) < i) apart = false;
      }
    } catch (error) {
      this.abandon();
      throw error;
    }
    this.apart = apart;
    this.buffers = apart ? all : [...new Set(all)];
  }

  shapeOf({ program, group }: LaunchPlan): ShaderShape {
    if (this.apart) return separateShape(program, group);
    const { buffers, offsets } = this;
    const places = this.#all.map((buffer, index) => ({
      binding: buffers.indexOf(buffer),
      shifted: offsets[index] !== 0,
    }));
    return { places, group };
  }

  /** Everything was handed over to the device: what comes later comes behind it. Keeps the result. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    for (const buffer of held ?? []) this.#parts.pool.release(buffer);
  }

  /** The launch is over. */
  settle(): void {
    const written = this.#written;
    this.#written = undefined;
    for (const range of written ?? []) {
      this.#parts.hosts.written(range);
      this.#parts.pool.release(range.held as HeldBuffer);
    }
  }

  /** Gives everything back. */
  abandon(): void {
    this.release();
    this.settle();
    const result = this.takeResult();
    if (result) this.#parts.pool.release(result);
  }

  /** The result, with its holding. */
  takeResult(): HeldBuffer | undefined {
    const { result } = this;
    this.result = undefined;
    return result;
  }

  #placeRange(range: HostRange): HostRange {
    const placed = this.#parts.hosts.place(range);
    if (range.writes) {
      // Also beyond the launch, until the host has what it wrote.
      this.#written ??= [];
      this.#written.push(placed);
    } else this.#holdUntilRelease(placed.held as HeldBuffer);
    return placed;
  }

  #holdUntilRelease(buffer: HeldBuffer): HeldBuffer {
    if (this.#held) this.#held.push(buffer);
    else this.#held = [buffer];
    return buffer;
  }

  /** The buffer of an array. */
  #place(index: number, planned: LaunchPlan["arrays"][number], ranges: readonly HostRange[]): HeldBuffer {
    const { pool, owner } = this.#parts;
    this.offsets[index] = 0;
    if (planned.kind === "device") {
      this.lengths[index] = planned.array.length;
      return this.#holdUntilRelease(pool.hold(GpuArray.memoryOf(planned.array, owner)));
    }
    if (planned.kind === "host") {
      this.lengths[index] = planned.array.length;
      return this.#hostBuffer(index, planned.array, ranges);
    }
    const length = lengthOf(planned.shape);
    this.lengths[index] = length;
    this.result = pool.take(length * arrayTypes[planned.element as DeviceElement].BYTES_PER_ELEMENT);
    return this.result;
  }

  #hostBuffer(index: number, array: HostArray, ranges: readonly HostRange[]): HeldBuffer {
    const range = ranges.find((candidate) => isIn(candidate, array));
    if (array.length > 0 && range) {
      this.offsets[index] = (array.byteOffset - range.start) / array.BYTES_PER_ELEMENT;
      return range.held as HeldBuffer;
    }
    return this.#holdUntilRelease(this.#parts.pool.take(4));
  }
}

const noRanges: readonly HostRange[] = [];

/** The host's memory that a launch uses. */
export function rangesOf({ arrays, program }: LaunchPlan): readonly HostRange[] {
  let ranges: HostRange[] | undefined;
  for (let i = 0; i < arrays.length; i++) {
    const planned = arrays[i] as LaunchPlan["arrays"][number];
    if (planned.kind === "host" && planned.array.length > 0) {
      ranges ??= [];
      addToRanges(ranges, planned.array, program.arrays[i]?.access !== "read");
    }
  }
  return ranges ?? noRanges;
}
