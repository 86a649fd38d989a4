// Lowest priority number first, and among equals first in, first out. Items leave in another order than they came, so their
// bytes are in chains of blocks, which cannot be fragmented: an item fits when there are enough free blocks. Which item is
// next says a binary heap of entries.
//
// Words  0  first block of the list of free ones + 1, or 0
//        1  how many blocks were ever taken: those above are free as well, and in no list
//        2  blocks in use
//        3  entries in the heap
// Bytes  the number of the next item, 8 bytes; the heap; for each block the next one of its chain + 1; the blocks

import { copyBytes, type ItemStore, type StoreKind, type StorePlace } from "./store.js";

const words = { free: 0, fresh: 1, blocks: 2, entries: 3 } as const;
const blockBytes = 64;
/** Of an entry of the heap, in floats: `before` compares the first two. */
const fields = { priority: 0, number: 1, block: 2, length: 3 } as const;
const entryFloats = 4;

class HeapStore implements ItemStore {
  readonly #ints: Int32Array;
  readonly #word: number;
  readonly #sequence: Float64Array;
  readonly #heap: Float64Array;
  readonly #next: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #capacity: number;

  constructor({ ints, word, memory, offset, maxBytes, maxSize }: StorePlace) {
    const plan = planOf(maxBytes, maxSize);
    this.#ints = ints;
    this.#word = word;
    this.#capacity = plan.blocks;
    this.#sequence = new Float64Array(memory, offset, 1);
    this.#heap = new Float64Array(memory, offset + plan.heap, entryFloats * plan.entries);
    this.#next = new Int32Array(memory, offset + plan.next, plan.blocks);
    this.#bytes = new Uint8Array(memory, offset + plan.bytes, plan.blocks * blockBytes);
  }

  get used(): number {
    return blockBytes * this.#get(words.blocks);
  }

  get isFull(): boolean {
    return this.#get(words.blocks) === this.#capacity;
  }

  put(item: Uint8Array, priority: number): boolean {
    const needed = Math.ceil(item.length / blockBytes);
    const blocks = this.#get(words.blocks);
    if (blocks + needed > this.#capacity || entryFloats * this.#get(words.entries) >= this.#heap.length) return false;
    const first = this.#writeChain(item);
    this.#set(words.blocks, blocks + needed);
    this.#push(priority, first, item.length);
    return true;
  }

  take(): Uint8Array {
    const block = this.#heap[fields.block] as number;
    const item = new Uint8Array(this.#heap[fields.length] as number);
    this.#readChain(block, item);
    this.#set(words.blocks, this.#get(words.blocks) - Math.ceil(item.length / blockBytes));
    this.#pop();
    return item;
  }

  clear(): void {
    for (const word of Object.values(words)) this.#set(word, 0);
  }

  #get(word: number): number {
    return Atomics.load(this.#ints, this.#word + word);
  }

  #set(word: number, value: number): void {
    Atomics.store(this.#ints, this.#word + word, value);
  }

  #writeChain(item: Uint8Array): number {
    const first = this.#takeBlock();
    for (let block = first, at = 0; ; ) {
      copyBytes(item, at, this.#bytes, block * blockBytes, Math.min(blockBytes, item.length - at));
      at += blockBytes;
      if (at >= item.length) {
        this.#next[block] = 0;
        return first;
      }
      const next = this.#takeBlock();
      this.#next[block] = next + 1;
      block = next;
    }
  }

  #takeBlock(): number {
    const free = this.#get(words.free);
    if (free > 0) {
      this.#set(words.free, this.#next[free - 1] as number);
      return free - 1;
    }
    const fresh = this.#get(words.fresh);
    this.#set(words.fresh, fresh + 1);
    return fresh;
  }

  /** The chain becomes the head of the list of free blocks as it is. */
  #readChain(first: number, item: Uint8Array): void {
    let block = first;
    for (let at = 0; ; at += blockBytes) {
      copyBytes(this.#bytes, block * blockBytes, item, at, Math.min(blockBytes, item.length - at));
      if (at + blockBytes >= item.length) break;
      block = (this.#next[block] as number) - 1;
    }
    this.#next[block] = this.#get(words.free);
    this.#set(words.free, first + 1);
  }

  #push(priority: number, block: number, length: number): void {
    const count = this.#get(words.entries);
    const number = (this.#sequence[0] as number) + 1;
    this.#sequence[0] = number;
    let entry = count;
    for (; entry > 0; ) {
      const parent = (entry - 1) >> 1;
      if (!isBefore(priority, number, this.#heap, parent * entryFloats)) break;
      this.#copy(parent, entry);
      entry = parent;
    }
    const at = entry * entryFloats;
    this.#heap[at + fields.priority] = priority;
    this.#heap[at + fields.number] = number;
    this.#heap[at + fields.block] = block;
    this.#heap[at + fields.length] = length;
    this.#set(words.entries, count + 1);
  }

  /** Removes the first entry: the last one sinks down from its place. */
  #pop(): void {
    const last = this.#get(words.entries) - 1;
    this.#set(words.entries, last);
    const priority = this.#heap[last * entryFloats] as number;
    const number = this.#heap[last * entryFloats + fields.number] as number;
    let entry = 0;
    for (let child = 1; child < last; child = 2 * entry + 1) {
      if (child + 1 < last && this.#isBefore(child + 1, child)) child++;
      if (isBefore(priority, number, this.#heap, child * entryFloats)) break;
      this.#copy(child, entry);
      entry = child;
    }
    if (entry !== last) this.#copy(last, entry);
  }

  #isBefore(one: number, other: number): boolean {
    const at = one * entryFloats;
    const priority = this.#heap[at] as number;
    return isBefore(priority, this.#heap[at + fields.number] as number, this.#heap, other * entryFloats);
  }

  #copy(from: number, to: number): void {
    this.#heap.copyWithin(to * entryFloats, from * entryFloats, (from + 1) * entryFloats);
  }
}

function isBefore(priority: number, number: number, heap: Float64Array, at: number): boolean {
  const other = heap[at + fields.priority] as number;
  return priority === other ? number < (heap[at + fields.number] as number) : priority < other;
}

function planOf(maxBytes: number, maxSize: number): Record<"blocks" | "entries" | "heap" | "next" | "bytes", number> {
  const blocks = Math.ceil(maxBytes / blockBytes);
  const entries = maxSize > 0 ? Math.min(maxSize, blocks) : blocks;
  const heap = 8;
  const next = heap + 8 * entryFloats * entries;
  return { blocks, entries, heap, next, bytes: next + 4 * blocks };
}

/** Lowest priority first. */
export const heapStore: StoreKind = {
  bytes: (maxBytes, maxSize) => {
    const { bytes, blocks } = planOf(maxBytes, maxSize);
    return bytes + blocks * blockBytes;
  },
  open: (place) => new HeapStore(place),
};
