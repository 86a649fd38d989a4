// Arrays on the device. One holds its buffer until it is disposed or collected.

import { type DeviceArray, describeValue, type HostArray, InvalidStateError, rangeError } from "@everycore/core";
import type { HeldBuffer } from "./buffer-pool.js";
import { arrayTypes, type DeviceElement, lengthOf, stridesOf } from "./element-types.js";
import type { UserGpuBuffer } from "./gpu-types.js";

/** What an array needs from its executor. */
export interface ArrayOwner {
  readonly label: string;
  /** Shut down, or lost: why its arrays can no longer be used. */
  readonly end: Error | undefined;
  /** Copies elements to the host, after every launch that was submitted before. */
  read(buffer: HeldBuffer, bytes: number): Promise<ArrayBuffer>;
  /** Copies bytes to the device, after every launch that was submitted before. */
  write(buffer: HeldBuffer, source: HostArray): Promise<void>;
  /** Hands over what was submitted; false if something must wait. */
  flush(): boolean;
  release(buffer: HeldBuffer): void;
}

const unfinished =
  "something was submitted that the device cannot have yet, such as a kernel that is being compiled. Await its future first, or prepare() it.";

const collected = new FinalizationRegistry<{ owner: ArrayOwner; buffer: HeldBuffer }>(({ owner, buffer }) =>
  owner.release(buffer),
);

/** An array in a GPUBuffer. */
export class WebGPUArray<T extends HostArray = HostArray> implements DeviceArray<T> {
  readonly dtype: DeviceElement;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly length: number;
  readonly byteLength: number;
  readonly #owner: ArrayOwner;
  readonly #buffer: HeldBuffer;
  #disposed = false;

  /** Takes over one holding of the buffer. Programs get arrays from `executor.array` and from launches. */
  constructor(owner: ArrayOwner, dtype: DeviceElement, shape: readonly number[], buffer: HeldBuffer) {
    this.#owner = owner;
    this.#buffer = buffer;
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.strides = Object.freeze(stridesOf(shape));
    this.length = lengthOf(shape);
    this.byteLength = this.length * arrayTypes[dtype].BYTES_PER_ELEMENT;
    collected.register(this, { owner, buffer }, this);
  }

  /** The buffer of an array of `owner`. Throws for arrays of others, and for disposed ones. */
  static bufferOf(array: DeviceArray, owner: ArrayOwner): HeldBuffer {
    if (!(#owner in array) || array.#owner !== owner) {
      const whose =
        #owner in array ? `of another executor, ${array.#owner.label}` : `${describeValue(array)} of another device`;
      throw new TypeError(`${owner.label} cannot use a device array ${whose}. Copy it: array(await other.read()).`);
    }
    array.#check("used");
    return array.#buffer;
  }

  /**
   * The buffer itself, for work of your own on the same device. Launches that were submitted before have been handed over to the
   * queue of the device when you get it. It has the usages STORAGE, COPY_SRC and COPY_DST, may be longer than the array, and is
   * reused for others after `dispose`.
   *
   * @throws InvalidStateError while a launch cannot be handed over yet, as a kernel is when it is compiled: await its future, or
   * `prepare` it.
   */
  get buffer(): UserGpuBuffer {
    this.#check("handed out");
    if (!this.#owner.flush()) throw new InvalidStateError(`${this.#name} cannot be handed out yet: ${unfinished}`);
    return this.#buffer.gpu as unknown as UserGpuBuffer;
  }

  async read(): Promise<T> {
    this.#check("read");
    const Type = arrayTypes[this.dtype];
    if (this.length === 0) return new Type(new ArrayBuffer(0), 0, 0) as T;
    return new Type(await this.#owner.read(this.#buffer, this.byteLength), 0, this.length) as T;
  }

  async write(source: T): Promise<void> {
    this.#check("written");
    if (!(source instanceof arrayTypes[this.dtype])) {
      const type = arrayTypes[this.dtype].name;
      throw new TypeError(`${this.#name} can be written from a ${type}, not from ${describeValue(source)}.`);
    }
    if (source.length !== this.length) throw rangeError("source.length", String(this.length), source.length);
    return this.#owner.write(this.#buffer, source);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    collected.unregister(this);
    this.#owner.release(this.#buffer);
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
