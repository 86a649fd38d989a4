// How the items of a queue lie in its memory. A store is only ever used by the thread that holds the queue's mutex. It counts
// in the words that the queue gives it, so that all threads see the same, and keeps nothing of its own.

/** The order of items, and the bytes they take. */
export interface ItemStore {
  /** Adds an item; false if it does not fit now. */
  put(item: Uint8Array, priority: number): boolean;
  /** Removes the next item, of which there must be one; a copy of it. */
  take(): Uint8Array;
  /** Removes all items. */
  clear(): void;
  /** Bytes in use. */
  readonly used: number;
  /** Whether there is no room for even the smallest item. */
  readonly isFull: boolean;
}

/** Where a store's memory is. */
export interface StorePlace {
  readonly ints: Int32Array;
  /** The first of its words, which are 0 at the start. */
  readonly word: number;
  /** Its bytes: as many as its kind asked for, 8-byte aligned. */
  readonly memory: SharedArrayBuffer;
  readonly offset: number;
  /** As the queue's options say. */
  readonly maxBytes: number;
  readonly maxSize: number;
}

/** How many words of its own a store has. */
export const storeWords = 4;

/** A kind of store: how much memory it needs, and how it is made. */
export interface StoreKind {
  bytes(maxBytes: number, maxSize: number): number;
  open(place: StorePlace): ItemStore;
}

/** Short copies are faster byte by byte. */
const loopBytes = 48;

/** Copies `length` bytes. */
export function copyBytes(from: Uint8Array, start: number, to: Uint8Array, at: number, length: number): void {
  if (length > loopBytes) return to.set(from.subarray(start, start + length), at);
  for (let index = 0; index < length; index++) to[at + index] = from[start + index] as number;
}
