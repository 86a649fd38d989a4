// Arrays on a GPU. One holds its memory, a buffer or a texture, until it is disposed or collected.

import {
  type DeviceArray,
  describeValue,
  type HostArray,
  InvalidStateError,
  lengthOf,
  rangeError,
  stridesOf,
} from "@everycore/core";
import { arrayTypes, type DeviceElement } from "./element-types.js";

/** What an array needs from its executor; `M` is the memory of an array. */
export interface ArrayOwner<M> {
  readonly label: string;
  /** Shut down, or lost: why its arrays can no longer be used. */
  readonly end: Error | undefined;
  /** Copies elements to the host, after every launch that was submitted before. */
  read(memory: M, dtype: DeviceElement, length: number): Promise<HostArray>;
  /** Copies elements to the device, after every launch that was submitted before. */
  write(memory: M, source: HostArray): Promise<void>;
  release(memory: M): void;
}

const collected = new FinalizationRegistry<() => void>((release) => release());

/** An array on a GPU. Each backend has a class of its own for them. */
export abstract class GpuArray<T extends HostArray, M extends object, O extends ArrayOwner<M>>
  implements DeviceArray<T>
{
  readonly dtype: DeviceElement;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly length: number;
  readonly byteLength: number;
  protected readonly owner: O;
  protected readonly memory: M;
  #disposed = false;

  /** Takes over one holding of the memory. Programs get arrays from `executor.array` and from launches. */
  constructor(owner: O, dtype: DeviceElement, shape: readonly number[], memory: M) {
    this.owner = owner;
    this.memory = memory;
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.strides = Object.freeze(stridesOf(shape));
    this.length = lengthOf(shape);
    this.byteLength = this.length * arrayTypes[dtype].BYTES_PER_ELEMENT;
    collected.register(this, () => owner.release(memory), this);
  }

  /** The memory of an array of `owner`. Throws for arrays of others, and for disposed ones. */
  static memoryOf<M extends object>(array: DeviceArray, owner: ArrayOwner<M>): M {
    const isOurs = array instanceof GpuArray;
    if (!isOurs || array.owner !== owner) {
      const whose = isOurs ? `of another executor, ${array.owner.label}` : `${describeValue(array)} of another device`;
      throw new TypeError(`${owner.label} cannot use a device array ${whose}. Copy it: array(await other.read()).`);
    }
    array.check("used");
    return array.memory as M;
  }

  async read(): Promise<T> {
    this.check("read");
    return (await this.owner.read(this.memory, this.dtype, this.length)) as T;
  }

  async write(source: T): Promise<void> {
    this.check("written");
    if (!(source instanceof arrayTypes[this.dtype])) {
      const type = arrayTypes[this.dtype].name;
      throw new TypeError(`${this.name} can be written from a ${type}, not from ${describeValue(source)}.`);
    }
    if (source.length !== this.length) throw rangeError("source.length", String(this.length), source.length);
    return this.owner.write(this.memory, source);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    collected.unregister(this);
    this.owner.release(this.memory);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** For messages. */
  protected get name(): string {
    return `The device array (${this.dtype}, ${this.length} elements) of ${this.owner.label}`;
  }

  /** Throws where the array can no longer be used. */
  protected check(what: string): void {
    if (this.#disposed) throw new InvalidStateError(`${this.name} cannot be ${what}: it was disposed. Make a new one.`);
    if (this.owner.end) throw this.owner.end;
  }
}
