// Arrays on the device. One holds its memory, a texture, until it is disposed or collected.

import { type DeviceArray, describeValue, type HostArray, InvalidStateError, rangeError } from "@everycore/core";
import { arrayTypes, type DeviceElement, lengthOf, stridesOf } from "./element-types.js";
import type { Memory } from "./textures.js";

/** What an array needs from its executor. */
export interface ArrayOwner {
  readonly label: string;
  /** Shut down, or lost: why its arrays can no longer be used. */
  readonly end: Error | undefined;
  /** Copies elements to the host, after every launch that was submitted before. */
  read(memory: Memory): Promise<HostArray>;
  /** Copies elements to the device, after every launch that was submitted before. */
  write(memory: Memory, source: HostArray): Promise<void>;
  release(memory: Memory): void;
}

const collected = new FinalizationRegistry<{ owner: ArrayOwner; memory: Memory }>(({ owner, memory }) =>
  owner.release(memory),
);

/** An array in a texture. */
export class WebGLArray<T extends HostArray = HostArray> implements DeviceArray<T> {
  readonly dtype: DeviceElement;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly length: number;
  readonly byteLength: number;
  readonly #owner: ArrayOwner;
  readonly #memory: Memory;
  #disposed = false;

  /** Takes over one holding of the memory. Programs get arrays from `executor.array` and from launches. */
  constructor(owner: ArrayOwner, dtype: DeviceElement, shape: readonly number[], memory: Memory) {
    this.#owner = owner;
    this.#memory = memory;
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.strides = Object.freeze(stridesOf(shape));
    this.length = lengthOf(shape);
    this.byteLength = this.length * arrayTypes[dtype].BYTES_PER_ELEMENT;
    collected.register(this, { owner, memory }, this);
  }

  /** The memory of an array of `owner`. Throws for arrays of others, and for disposed ones. */
  static memoryOf(array: DeviceArray, owner: ArrayOwner): Memory {
    if (!(#owner in array) || array.#owner !== owner) {
      const whose =
        #owner in array ? `of another executor, ${array.#owner.label}` : `${describeValue(array)} of another device`;
      throw new TypeError(`${owner.label} cannot use a device array ${whose}. Copy it: array(await other.read()).`);
    }
    array.#check("used");
    return array.#memory;
  }

  async read(): Promise<T> {
    this.#check("read");
    return (await this.#owner.read(this.#memory)) as T;
  }

  async write(source: T): Promise<void> {
    this.#check("written");
    if (!(source instanceof arrayTypes[this.dtype])) {
      const type = arrayTypes[this.dtype].name;
      throw new TypeError(`${this.#name} can be written from a ${type}, not from ${describeValue(source)}.`);
    }
    if (source.length !== this.length) throw rangeError("source.length", String(this.length), source.length);
    return this.#owner.write(this.#memory, source);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    collected.unregister(this);
    this.#owner.release(this.#memory);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #name(): string {
    return `The device array (${this.dtype}, ${this.length} elements) of ${this.#owner.label}`;
  }

  #check(what: string): void {
    if (this.#disposed)
      throw new InvalidStateError(`${this.#name} cannot be ${what}: it was disposed. Make a new one.`);
    if (this.#owner.end) throw this.#owner.end;
  }
}
