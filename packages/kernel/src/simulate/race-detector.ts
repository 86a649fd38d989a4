// Finds races: two threads use one element, at least one writes, not both atomically, and nothing orders them. Threads of one
// group are ordered by the barriers between them; threads of different groups are never ordered.
//
// Groups run one after another, and a group's threads advance from barrier to barrier, a segment at a time. So time is a number, the
// count of segments so far, and an earlier access by another thread is unordered with one now if it was
//   - in this segment, or
//   - before this group began (not for shared memory, which is the group's own).
// Of all accesses to an element it is enough to remember, for reads, writes and atomics each, the latest one, the latest one by
// another thread of the same group, and one of an earlier group: if any access is unordered with the one now, one of these is.
//
// Arrays that the program never writes are not watched. Parameters that are bound to the same memory share their records:
// records belong to the buffer's bytes, in cells of the smallest element that any array of the buffer has.

import type { HostArray } from "@everycore/core";
import type { ArrayRef, Program } from "../ir/ir.js";

/** How a thread uses an element. */
export type Access = "read" | "write" | "atomic";

/** An earlier access that nothing orders with the one now. */
export interface Conflict {
  readonly thread: number;
  readonly access: Access;
}

/** Records of one buffer: 3 kinds of access × 3 remembered ones × (thread + 1, time), in pages that are made when they are used. */
interface Watch {
  readonly cellBytes: number;
  readonly pages: Map<number, Float64Array>;
  readonly ownedByGroup: boolean;
}

interface WatchedArray {
  readonly watch: Watch;
  readonly firstCell: number;
  readonly cells: number;
}

const kinds: readonly Access[] = ["read", "write", "atomic"];
const recordLength = 6;
const cellLength = recordLength * kinds.length;
const pageCells = 1024;

/** Remembers who used what in one launch. */
export class RaceDetector {
  readonly #parameters: readonly (WatchedArray | undefined)[];
  readonly #shared: readonly WatchedArray[];
  #time = 0;
  #groupBegan = 0;

  constructor(program: Program, arrays: readonly HostArray[], shared: readonly HostArray[]) {
    this.#parameters = watchWritten(program, arrays);
    this.#shared = shared.map((array) => watched(array, newWatch(array.BYTES_PER_ELEMENT, true)));
  }

  beginGroup(): void {
    this.#groupBegan = ++this.#time;
  }

  passBarrier(): void {
    this.#time++;
  }

  /** Remembers an access of a thread, and gives an earlier one that races with it, if there is one. */
  record(access: Access, { space, index: array }: ArrayRef, index: number, thread: number): Conflict | undefined {
    const target = (space === "shared" ? this.#shared : this.#parameters)[array];
    if (target === undefined) return undefined;
    let conflict: Conflict | undefined;
    for (let i = 0; i < target.cells; i++) {
      const cell = target.firstCell + index * target.cells + i;
      conflict ??= this.#recordCell(target.watch, cell, access, thread);
    }
    return conflict;
  }

  #recordCell(watch: Watch, cell: number, access: Access, thread: number): Conflict | undefined {
    const page = pageOf(watch, cell);
    const start = (cell % pageCells) * cellLength;
    const conflict = this.#findConflict(watch, page, start, access, thread);
    this.#remember(page, start + recordLength * kinds.indexOf(access), thread);
    return conflict;
  }

  #findConflict(watch: Watch, page: Float64Array, start: number, access: Access, thread: number): Conflict | undefined {
    for (const [i, other] of kinds.entries()) {
      if (!canRace(access, other)) continue;
      const found = this.#unordered(watch, page, start + recordLength * i, thread);
      if (found >= 0) return { thread: found, access: other };
    }
    return undefined;
  }

  /** The thread of a remembered access that is unordered with one of `thread` now, or −1. */
  #unordered(watch: Watch, page: Float64Array, start: number, thread: number): number {
    for (let i = start; i < start + recordLength; i += 2) {
      const other = (page[i] as number) - 1;
      const time = page[i + 1] as number;
      if (other < 0 || other === thread) continue;
      if (time === this.#time || (time < this.#groupBegan && !watch.ownedByGroup)) return other;
    }
    return -1;
  }

  /** Layout of a record: latest; latest of another thread of the same group; one of an earlier group. */
  #remember(page: Float64Array, start: number, thread: number): void {
    const latest = page[start] as number;
    if (latest !== 0 && latest !== thread + 1) {
      const isEarlierGroup = (page[start + 1] as number) < this.#groupBegan;
      page.copyWithin(isEarlierGroup ? start + 4 : start + 2, start, start + 2);
      if (isEarlierGroup) page.fill(0, start + 2, start + 4);
    }
    page[start] = thread + 1;
    page[start + 1] = this.#time;
  }
}

function canRace(access: Access, other: Access): boolean {
  if (access === other) return access === "write";
  return access !== "read" || other !== "read";
}

function pageOf(watch: Watch, cell: number): Float64Array {
  const number = Math.floor(cell / pageCells);
  let page = watch.pages.get(number);
  if (page === undefined) {
    page = new Float64Array(pageCells * cellLength);
    watch.pages.set(number, page);
  }
  return page;
}

function newWatch(cellBytes: number, ownedByGroup: boolean): Watch {
  return { cellBytes, pages: new Map(), ownedByGroup };
}

function watched(array: HostArray, watch: Watch, firstByte = 0): WatchedArray {
  return { watch, firstCell: firstByte / watch.cellBytes, cells: array.BYTES_PER_ELEMENT / watch.cellBytes };
}

function watchWritten(program: Program, arrays: readonly HostArray[]): (WatchedArray | undefined)[] {
  const written = new Set(arrays.filter((_, i) => program.arrays[i]?.access !== "read").map(({ buffer }) => buffer));
  const watches = new Map<ArrayBufferLike, Watch>();
  for (const buffer of written) watches.set(buffer, newWatch(smallestElement(arrays, buffer), false));
  return arrays.map((array) => {
    const watch = watches.get(array.buffer);
    return watch && watched(array, watch, array.byteOffset);
  });
}

function smallestElement(arrays: readonly HostArray[], buffer: ArrayBufferLike): number {
  return Math.min(...arrays.filter((array) => array.buffer === buffer).map((array) => array.BYTES_PER_ELEMENT));
}
