// First in, first out: a ring of bytes. An item is its length, as a varint, and its bytes; both may go over the ring's end.

import { copyBytes, type ItemStore, type StoreKind, type StorePlace } from "./store.js";

const words = { head: 0, used: 1 } as const;
/** A length's varint; with it a single item of `maxBytes` fits. */
const longestLength = 5;

class RingStore implements ItemStore {
  readonly #ints: Int32Array;
  readonly #word: number;
  readonly #bytes: Uint8Array;

  constructor({ ints, word, memory, offset, maxBytes }: StorePlace) {
    this.#ints = ints;
    this.#word = word;
    this.#bytes = new Uint8Array(memory, offset, maxBytes + longestLength);
  }

  get used(): number {
    return Atomics.load(this.#ints, this.#word + words.used);
  }

  get isFull(): boolean {
    return this.used + 2 > this.#bytes.length;
  }

  put(item: Uint8Array): boolean {
    const { used } = this;
    const lengthBytes = varintBytes(item.length);
    if (used + lengthBytes + item.length > this.#bytes.length) return false;
    let at = this.#wrap(this.#head + used);
    let rest = item.length;
    for (let left = lengthBytes; left > 0; left--, rest >>>= 7) {
      this.#bytes[at] = left > 1 ? (rest & 0x7f) | 0x80 : rest;
      at = this.#wrap(at + 1);
    }
    this.#write(item, at);
    Atomics.store(this.#ints, this.#word + words.used, used + lengthBytes + item.length);
    return true;
  }

  take(): Uint8Array {
    let at = this.#head;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[at] as number;
      at = this.#wrap(at + 1);
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const item = new Uint8Array(length);
    this.#read(item, at);
    Atomics.store(this.#ints, this.#word + words.used, this.used - varintBytes(length) - length);
    Atomics.store(this.#ints, this.#word + words.head, this.#wrap(at + length));
    return item;
  }

  clear(): void {
    Atomics.store(this.#ints, this.#word + words.head, 0);
    Atomics.store(this.#ints, this.#word + words.used, 0);
  }

  get #head(): number {
    return Atomics.load(this.#ints, this.#word + words.head);
  }

  #wrap(at: number): number {
    return at >= this.#bytes.length ? at - this.#bytes.length : at;
  }

  #write(item: Uint8Array, at: number): void {
    const first = Math.min(item.length, this.#bytes.length - at);
    copyBytes(item, 0, this.#bytes, at, first);
    copyBytes(item, first, this.#bytes, 0, item.length - first);
  }

  #read(item: Uint8Array, at: number): void {
    const first = Math.min(item.length, this.#bytes.length - at);
    copyBytes(this.#bytes, at, item, 0, first);
    copyBytes(this.#bytes, 0, item, first, item.length - first);
  }
}

function varintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

/** First in, first out. */
export const ringStore: StoreKind = {
  bytes: (maxBytes) => maxBytes + longestLength,
  open: (place) => new RingStore(place),
};
