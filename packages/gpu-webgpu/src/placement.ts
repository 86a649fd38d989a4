// Where the arrays of one launch are: in which buffers, from which element on, how long; and the shape of the shader that follows from it.

import type { HostArray } from "@everycore/core";
import { arrayTypes, type DeviceElement, GpuArray, lengthOf } from "@everycore/gpu";
import type { LaunchPlan, Program } from "@everycore/kernel/ir";
import type { BufferPool, HeldBuffer } from "./buffer-pool.js";
import type { Owner } from "./device-array.js";
import { type ShaderShape, separateShape } from "./emit/shader-shape.js";
import { isGrouped } from "./emit/thread-places.js";
import { addToRanges, type HostArrays, type HostRange, isIn } from "./host-arrays.js";

/** Who has the arrays. */
export interface PlacementParts {
  readonly owner: Owner;
  readonly pool: BufferPool;
  readonly hosts: HostArrays;
}

/** See above. Holds its buffers until `release`. */
export class Placement {
  /** One for each binding. */
  readonly buffers: HeldBuffer[] = [];
  readonly lengths: number[] = [];
  /** In elements. */
  readonly offsets: number[] = [];
  readonly shape: ShaderShape;
  /** The buffer of the array that the launch makes. */
  result: HeldBuffer | undefined;
  readonly #parts: PlacementParts;
  readonly #held: HeldBuffer[] = [];
  readonly #written: HostRange[] = [];

  /** Puts all arrays on the device. @throws what `GpuArray.memoryOf` throws; RangeError */
  constructor(plan: LaunchPlan, ranges: readonly HostRange[], parts: PlacementParts) {
    this.#parts = parts;
    try {
      const placed = ranges.map((range) => this.#placeRange(range));
      const places = plan.arrays.map((planned, index) => this.#place(index, planned, placed));
      this.shape = this.#shapeOf(plan, places);
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Everything was handed over to the device: what comes later comes behind it. Keeps the result. */
  release(): void {
    for (const buffer of this.#held.splice(0)) this.#parts.pool.release(buffer);
  }

  /** The launch is over. */
  settle(): void {
    for (const range of this.#written.splice(0)) {
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
      this.#written.push(placed);
    } else this.#held.push(placed.held as HeldBuffer);
    return placed;
  }

  /** The binding of an array. */
  #place(index: number, planned: LaunchPlan["arrays"][number], ranges: readonly HostRange[]): number {
    const { pool, owner } = this.#parts;
    let buffer: HeldBuffer;
    this.offsets[index] = 0;
    if (planned.kind === "device") {
      buffer = pool.hold(GpuArray.memoryOf(planned.array, owner));
      this.#held.push(buffer);
      this.lengths[index] = planned.array.length;
    } else if (planned.kind === "new") {
      this.lengths[index] = lengthOf(planned.shape);
      buffer = pool.take(
        (this.lengths[index] as number) * arrayTypes[planned.element as DeviceElement].BYTES_PER_ELEMENT,
      );
      this.result = buffer;
    } else {
      this.lengths[index] = planned.array.length;
      buffer = this.#hostBuffer(index, planned.array, ranges);
    }
    const binding = this.buffers.indexOf(buffer);
    return binding >= 0 ? binding : this.buffers.push(buffer) - 1;
  }

  #hostBuffer(index: number, array: HostArray, ranges: readonly HostRange[]): HeldBuffer {
    const range = ranges.find((candidate) => isIn(candidate, array));
    if (array.length > 0 && range) {
      this.offsets[index] = (array.byteOffset - range.start) / array.BYTES_PER_ELEMENT;
      return range.held as HeldBuffer;
    }
    const empty = this.#parts.pool.take(4);
    this.#held.push(empty);
    return empty;
  }

  #shapeOf({ program, group }: LaunchPlan, bindings: readonly number[]): ShaderShape {
    const apart = this.buffers.length === bindings.length && this.offsets.every((offset) => offset === 0);
    if (apart) return isGrouped(program) ? separateShape(program, group) : plainShape(program);
    return { places: bindings.map((binding, index) => ({ binding, shifted: this.offsets[index] !== 0 })), group };
  }
}

const plainShapes = new WeakMap<Program, ShaderShape>();

function plainShape(program: Program): ShaderShape {
  let shape = plainShapes.get(program);
  if (!shape) {
    shape = separateShape(program);
    plainShapes.set(program, shape);
  }
  return shape;
}

/** The host's memory that a launch uses. */
export function rangesOf({ arrays, program }: LaunchPlan): HostRange[] {
  const ranges: HostRange[] = [];
  for (let i = 0; i < arrays.length; i++) {
    const planned = arrays[i] as LaunchPlan["arrays"][number];
    if (planned.kind === "host" && planned.array.length > 0) {
      addToRanges(ranges, planned.array, program.arrays[i]?.access !== "read");
    }
  }
  return ranges;
}
