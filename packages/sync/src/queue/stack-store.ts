// Last in, first out: a stack of bytes. An item is its bytes, and then its length in four.

import { copyBytes, type ItemStore, type StoreKind, type StorePlace } from "./store.js";

const lengthBytes = 4;

class StackStore implements ItemStore {
  readonly #ints: Int32Array;
  readonly #usedWord: number;
  readonly #bytes: Uint8Array;

  constructor({ ints, word, memory, offset, maxBytes }: StorePlace) {
    this.#ints = ints;
    this.#usedWord = word;
    this.#bytes = new Uint8Array(memory, offset, maxBytes + lengthBytes);
  }

  get used(): number {
    return Atomics.load(this.#ints, this.#usedWord);
  }

  get isFull(): boolean {
    return this.used + lengthBytes >= this.#bytes.length;
  }

  put(item: Uint8Array): boolean {
    const { used } = this;
    const end = used + item.length;
    if (end + lengthBytes > this.#bytes.length) return false;
    copyBytes(item, 0, this.#bytes, used, item.length);
    for (let index = 0; index < lengthBytes; index++) this.#bytes[end + index] = item.length >>> (8 * index);
    Atomics.store(this.#ints, this.#usedWord, end + lengthBytes);
    return true;
  }

  take(): Uint8Array {
    const end = this.used - lengthBytes;
    let length = 0;
    for (let index = 0; index < lengthBytes; index++) length |= (this.#bytes[end + index] as number) << (8 * index);
    const item = new Uint8Array(length);
    copyBytes(this.#bytes, end - length, item, 0, length);
    Atomics.store(this.#ints, this.#usedWord, end - length);
    return item;
  }

  clear(): void {
    Atomics.store(this.#ints, this.#usedWord, 0);
  }
}

/** Last in, first out. */
export const stackStore: StoreKind = {
  bytes: (maxBytes) => maxBytes + lengthBytes,
  open: (place) => new StackStore(place),
};
