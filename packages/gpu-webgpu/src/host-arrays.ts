// Host arrays of launches on the device: copied to it when a launch is submitted; what the program wrote is copied back when it is done.
//
// Rules
//   1. Arrays of one launch that overlap in the host's memory overlap on the device: they are one range in one buffer.
//   2. A range that a pending launch writes, and that is submitted again, is not copied again (the host's copy is stale): the later
//      launch uses the same buffer.
//   3. What overlaps such a range only in part is copied late, after all earlier launches (`isLate`).
//   4. Ranges begin at multiples of four bytes, so that every array in them begins at one of its elements.

import type { HostArray } from "@everycore/core";
import type { BufferPool, HeldBuffer } from "./buffer-pool.js";
import type { GpuDevice } from "./gpu-types.js";

/** A part of the host's memory that is on the device. */
export interface HostRange {
  readonly memory: ArrayBufferLike;
  start: number;
  end: number;
  writes: boolean;
  held: HeldBuffer | undefined;
  /** Pending launches that write it. */
  writers: number;
}

/** See above. */
export class HostArrays {
  readonly #device: GpuDevice;
  readonly #pool: BufferPool;
  /** Those that pending launches write. */
  readonly #pending = new Map<ArrayBufferLike, HostRange[]>();

  constructor(device: GpuDevice, pool: BufferPool) {
    this.#device = device;
    this.#pool = pool;
  }

  /** Rule 3. */
  isLate(ranges: readonly HostRange[]): boolean {
    return ranges.some((range) =>
      this.#pending.get(range.memory)?.some((other) => overlaps(other, range) && !contains(other, range)),
    );
  }

  /** Puts a range on the device, with one holding of its buffer; gives the one that it is part of. */
  place(range: HostRange): HostRange {
    const pending = this.#pending.get(range.memory)?.find((other) => contains(other, range));
    const placed = pending ?? range;
    if (pending) this.#pool.hold(pending.held as HeldBuffer);
    else range.held = this.#copy(range);
    if (range.writes && placed.writers++ === 0) {
      this.#pending.set(range.memory, [...(this.#pending.get(range.memory) ?? []), placed]);
    }
    return placed;
  }

  /** A launch that wrote the range is over. */
  written(range: HostRange): void {
    if (--range.writers > 0) return;
    const others = (this.#pending.get(range.memory) ?? []).filter((other) => other !== range);
    if (others.length > 0) this.#pending.set(range.memory, others);
    else this.#pending.delete(range.memory);
  }

  #copy({ memory, start, end }: HostRange): HeldBuffer {
    const held = this.#pool.take(end - start);
    writeBytes(this.#device, held, new Uint8Array(memory, start, end - start));
    return held;
  }
}

/** Copies bytes to the beginning of a buffer, now. WebGPU takes whole words, and not from shared memory everywhere. */
export function writeBytes(device: GpuDevice, { gpu, checking }: HeldBuffer, bytes: Uint8Array): void {
  // A buffer without memory refuses: whoever uses it is told.
  if (checking) device.pushErrorScope("validation");
  device.queue.writeBuffer(gpu, 0, wholeWords(bytes));
  if (checking) device.popErrorScope().catch(() => {});
}

/** The bytes themselves, or a copy of them that ends with a whole word and that nobody shares. */
export function wholeWords(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength % 4 === 0 && bytes.buffer instanceof ArrayBuffer) return bytes;
  const copy = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4);
  copy.set(bytes);
  return copy;
}

/** Rule 1: adds an array to the ranges of a launch. */
export function addToRanges(ranges: HostRange[], { buffer, byteOffset, byteLength }: HostArray, writes: boolean): void {
  const range = {
    memory: buffer,
    start: byteOffset & ~3,
    end: byteOffset + byteLength,
    writes,
    held: undefined,
    writers: 0,
  };
  for (;;) {
    const index = ranges.findIndex((other) => overlaps(other, range));
    if (index < 0) break;
    const [other] = ranges.splice(index, 1) as [HostRange];
    range.start = Math.min(range.start, other.start);
    range.end = Math.max(range.end, other.end);
    range.writes ||= other.writes;
  }
  ranges.push(range);
}

/** Whether an array is in a range. */
export function isIn(range: HostRange, { buffer, byteOffset, byteLength }: HostArray): boolean {
  return range.memory === buffer && range.start <= byteOffset && byteOffset + byteLength <= range.end;
}

function overlaps(range: HostRange, { memory, start, end }: HostRange): boolean {
  return range.memory === memory && start < range.end && range.start < end;
}

function contains(range: HostRange, { memory, start, end }: HostRange): boolean {
  return range.memory === memory && range.start <= start && end <= range.end;
}
