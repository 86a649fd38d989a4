// Arrays that stay in the kernels' memory between launches. The host sees the same memory: `view` is no copy.
//
// Lifetime: the memory goes back to the heap when the array is disposed, or collected, and every launch that was submitted before
// is over. As long as somebody holds the view, the array is not collected.

import {
  type DeviceArray,
  describeValue,
  type HostArray,
  InvalidStateError,
  lengthOf,
  type ResidentArray,
  rangeError,
  stridesOf,
} from "@everycore/core";
import type { ElementType } from "@everycore/kernel/ir";
import { arrayTypes } from "./element-types.js";
import type { Heap } from "./heap.js";

/** What an array needs from its executor's kernels. */
export interface ArrayOwner {
  readonly label: string;
  readonly heap: Heap;
  /** Runs `step` after every launch that was submitted before, and before every later one. */
  inOrder<T>(step: () => T): Promise<T>;
  /** Frees a block after every launch that was submitted before. */
  retire(address: number): void;
  /** The owner is shut down: its arrays can no longer be used. */
  readonly closed: boolean;
}

/** Keeps an array alive as long as its view. */
const owners = new WeakMap<HostArray, CpuArray>();
const collected = new FinalizationRegistry<{ owner: ArrayOwner; address: number }>(({ owner, address }) =>
  owner.retire(address),
);

/** See above. */
export class CpuArray<T extends HostArray = HostArray> implements ResidentArray<T> {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly length: number;
  readonly byteLength: number;
  readonly #owner: ArrayOwner;
  readonly #address: number;
  #view: T | undefined;
  #generation = 0;
  #disposed = false;

  /** Takes over the block at `address`. */
  constructor(owner: ArrayOwner, dtype: ElementType, shape: readonly number[], address: number) {
    this.#owner = owner;
    this.#address = address;
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.strides = Object.freeze(stridesOf(shape));
    this.length = lengthOf(shape);
    this.byteLength = this.length * arrayTypes[dtype].BYTES_PER_ELEMENT;
    collected.register(this, { owner, address }, this);
  }

  /** The address of an array of `owner`. Throws for arrays of others, and for disposed ones. */
  static addressOf(array: DeviceArray, owner: ArrayOwner): number {
    if (!(#owner in array) || array.#owner !== owner) {
      const whose =
        #owner in array ? `of another executor, ${array.#owner.label}` : `${describeValue(array)} of another device`;
      throw new TypeError(`${owner.label} cannot use a device array ${whose}. Copy it: array(await other.read()).`);
    }
    array.#check("used");
    return array.#address;
  }

  /** Throws for the view of an array that was disposed: others may have its memory by now. A part of a view is not known. */
  static checkView(view: HostArray): void {
    const array = owners.get(view);
    if (array) array.#check("used");
  }

  get view(): T {
    this.#check("viewed");
    return this.#elements();
  }

  async read(): Promise<T> {
    this.#check("read");
    return this.#owner.inOrder(() => this.#elements().slice() as T);
  }

  async write(source: T): Promise<void> {
    this.#check("written");
    if (!(source instanceof arrayTypes[this.dtype])) {
      const type = arrayTypes[this.dtype].name;
      throw new TypeError(`${this.#name} can be written from a ${type}, not from ${describeValue(source)}.`);
    }
    if (source.length !== this.length) throw rangeError("source.length", String(this.length), source.length);
    const copy = source.slice();
    return this.#owner.inOrder(() => this.#elements().set(copy));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    collected.unregister(this);
    this.#owner.retire(this.#address);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Also of an array that was disposed: its memory is there until everything that was submitted before is over. */
  #elements(): T {
    const { heap } = this.#owner;
    if (!this.#view || (!heap.shared && this.#generation !== heap.generation)) {
      this.#view = new arrayTypes[this.dtype](heap.memory.buffer, this.#address, this.length) as T;
      this.#generation = heap.generation;
      owners.set(this.#view, this as unknown as CpuArray);
    }
    return this.#view;
  }

  get #name(): string {
    return `The device array (${this.dtype}, ${this.length} elements) of ${this.#owner.label}`;
  }

  #check(what: string): void {
    if (!this.#disposed && !this.#owner.closed) return;
    const why = this.#disposed ? "it was disposed" : "its executor has been shut down";
    throw new InvalidStateError(`${this.#name} cannot be ${what}: ${why}. Make a new one.`);
  }
}
