// Host arrays of launches: copied to a texture when a launch is submitted; what the program wrote is copied back when it is done.
//
// Rules
//   1. An array that a pending launch writes, and that is submitted again, is not copied again (the host's copy is stale): the later
//      launch uses the same memory.
//   2. What shares only a part of its elements with such an array is copied late, after all earlier launches (`isLate`); so are the arrays
//      of all launches behind that one, until it is handed over.
//   3. Arrays of one launch of which one is written are the same, or apart: a texture cannot show a part of another.

import { type HostArray, UnsupportedError } from "@everycore/core";
import type { DeviceElement } from "@everycore/gpu";
import type { LaunchPlan } from "@everycore/kernel/ir";
import type { Memory, Textures } from "./textures.js";

/** A host array with its memory. */
export interface HostPlace {
  readonly array: HostArray;
  readonly memory: Memory;
  /** Pending launches that write it. */
  writers: number;
}

/** See above. */
export class HostArrays {
  readonly #textures: Textures;
  /** Those that pending launches write. */
  readonly #pending = new Map<ArrayBufferLike, HostPlace[]>();

  constructor(textures: Textures) {
    this.#textures = textures;
  }

  /** Rule 2. */
  isLate(array: HostArray): boolean {
    return this.#pendingAround(array).some((place) => overlaps(place.array, array) && !isSame(place.array, array));
  }

  /** Puts an array on the device, with one holding of its memory. */
  place(array: HostArray, element: DeviceElement, writes: boolean): HostPlace {
    const pending = this.#pendingAround(array).find((place) => isSame(place.array, array));
    if (pending) this.#textures.hold(pending.memory);
    const place = pending ?? { array, memory: this.#textures.upload(array, element), writers: 0 };
    if (writes && place.writers++ === 0) this.#pending.set(array.buffer, [...this.#pendingAround(array), place]);
    return place;
  }

  /** A launch that wrote the array is over. */
  written(place: HostPlace): void {
    if (--place.writers > 0) return;
    const others = this.#pendingAround(place.array).filter((other) => other !== place);
    if (others.length > 0) this.#pending.set(place.array.buffer, others);
    else this.#pending.delete(place.array.buffer);
  }

  #pendingAround({ buffer }: HostArray): readonly HostPlace[] {
    return this.#pending.get(buffer) ?? [];
  }
}

/** The host arrays of a launch. */
export function hostArrays({ arrays, program }: LaunchPlan): Array<{ array: HostArray; writes: boolean }> {
  return arrays.flatMap((planned, index) =>
    planned.kind === "host" ? [{ array: planned.array, writes: program.arrays[index]?.access !== "read" }] : [],
  );
}

/** Rule 3. @throws UnsupportedError */
export function checkOverlaps(arrays: ReadonlyArray<{ array: HostArray; writes: boolean }>, label: string): void {
  for (const [index, first] of arrays.entries()) {
    for (const second of arrays.slice(index + 1)) {
      if (!first.writes && !second.writes) continue;
      if (!overlaps(first.array, second.array) || isSame(first.array, second.array)) continue;
      throw new UnsupportedError(
        "a launch that writes an array which overlaps another of its arrays in part",
        label,
        "In WebGL each array is a texture of its own: give arrays that are the same, or apart, or copies.",
      );
    }
  }
}

/** Whether two arrays are one: the same elements of the same type. */
export function isSame(a: HostArray, b: HostArray): boolean {
  return (
    a.buffer === b.buffer &&
    a.byteOffset === b.byteOffset &&
    a.length === b.length &&
    a[Symbol.toStringTag] === b[Symbol.toStringTag]
  );
}

function overlaps(a: HostArray, b: HostArray): boolean {
  if (a.buffer !== b.buffer) return false;
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}
