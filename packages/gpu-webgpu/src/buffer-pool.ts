// Buffers of one device, reused. A buffer is free when nobody holds it; what was submitted before may still use it then, because the
// device works in order, and whoever gets it next is behind.
//
// Whether the device has memory for a large buffer is known a moment later (`checking`). Nothing is recorded that uses it before, because one
// command that the device refuses takes all others of its batch with it; if there was none, what would use it fails (`failure`).
//
// Sizes are rounded up to classes, eight to each power of two, so that arrays of nearly one size share. Of free buffers at most
// `keptBytes` are kept, the most recently used ones.

import type { GpuBuffer, GpuDevice } from "./gpu-types.js";
import { usage } from "./gpu-types.js";

const keptBytes = 128 * 2 ** 20;
const leastBytes = 256;
/** From here on it is worth to ask whether there was memory. */
const checkedBytes = 2 ** 22;

/** A buffer with its holders. */
export interface HeldBuffer {
  readonly id: number;
  readonly gpu: GpuBuffer;
  readonly bytes: number;
  /** Arrays and launches that hold it. */
  holders: number;
  /** Whether it is all zeros, as new ones are. */
  clean: boolean;
  /** Whether it is to become all zeros before anything else is handed over. */
  mustClear: boolean;
  /** The device had no memory for it. */
  failure: Error | undefined;
  /** Whether that is not known yet. */
  checking: Promise<void> | undefined;
  /** Whether it belongs to the program, which wrapped it. */
  readonly foreign: boolean;
}

/** See above. */
export class BufferPool {
  readonly #device: GpuDevice;
  readonly #label: string;
  readonly #limit: number;
  readonly #free = new Map<number, HeldBuffer[]>();
  #freeBytes = 0;
  #ids = 0;
  /** Bytes and number of all buffers that are there, free or not. */
  bytes = 0;
  count = 0;

  constructor(device: GpuDevice, label: string) {
    this.#device = device;
    this.#label = label;
    this.#limit = maxBytes(device);
  }

  /** A buffer of at least `bytes`, with one holder. Its content is whatever was there. */
  take(bytes: number): HeldBuffer {
    const size = classOf(bytes, this.#limit);
    const buffer = this.#free.get(size)?.pop();
    if (!buffer) return this.#make(size);
    this.#freeBytes -= size;
    buffer.holders = 1;
    buffer.clean = false;
    buffer.mustClear = false;
    return buffer;
  }

  /** A buffer of the program, with one holder. */
  wrap(gpu: GpuBuffer): HeldBuffer {
    return this.#held(gpu, gpu.size, true);
  }

  hold(buffer: HeldBuffer): HeldBuffer {
    buffer.holders++;
    return buffer;
  }

  release(buffer: HeldBuffer): void {
    if (--buffer.holders > 0 || buffer.foreign) return;
    if (buffer.failure || buffer.bytes > keptBytes / 2) return this.#destroy(buffer);
    const list = this.#free.get(buffer.bytes) ?? [];
    this.#free.set(buffer.bytes, list);
    list.push(buffer);
    this.#freeBytes += buffer.bytes;
    this.#trim(list);
  }

  /** Destroys what is free; the rest goes with the device. */
  clear(): void {
    for (const list of this.#free.values()) for (const buffer of list.splice(0)) this.#destroy(buffer);
    this.#free.clear();
    this.#freeBytes = 0;
  }

  /** Other sizes first: they are the ones that nobody has asked for just now. */
  #trim(latest: HeldBuffer[]): void {
    for (const list of [...this.#free.values(), latest]) {
      if (list === latest && list.length <= 1) continue;
      while (this.#freeBytes > keptBytes && list.length > (list === latest ? 1 : 0)) {
        const buffer = list.shift() as HeldBuffer;
        this.#freeBytes -= buffer.bytes;
        this.#destroy(buffer);
      }
      if (this.#freeBytes <= keptBytes) return;
    }
  }

  #make(bytes: number): HeldBuffer {
    const isChecked = bytes >= checkedBytes;
    if (isChecked) this.#device.pushErrorScope("out-of-memory");
    const gpu = this.#device.createBuffer({ size: bytes, usage: usage.storage | usage.copySource | usage.copyTarget });
    const buffer = this.#held(gpu, bytes, false);
    if (isChecked) buffer.checking = this.#check(buffer);
    this.bytes += bytes;
    this.count++;
    return buffer;
  }

  async #check(buffer: HeldBuffer): Promise<void> {
    const error = await this.#device.popErrorScope().catch(() => null);
    buffer.checking = undefined;
    if (error) {
      const megabytes = Math.ceil(buffer.bytes / 2 ** 20);
      buffer.failure = new RangeError(
        `${this.#label} has no memory for ${megabytes} MB more (${error.message.trim()}). Dispose of arrays that are done with.`,
      );
    }
  }

  #held(gpu: GpuBuffer, bytes: number, foreign: boolean): HeldBuffer {
    const id = this.#ids++;
    return {
      id,
      gpu,
      bytes,
      holders: 1,
      clean: !foreign,
      mustClear: false,
      failure: undefined,
      checking: undefined,
      foreign,
    };
  }

  #destroy(buffer: HeldBuffer): void {
    buffer.gpu.destroy();
    this.bytes -= buffer.bytes;
    this.count--;
  }
}

/** @throws why there is no memory behind a buffer */
export function checkMemory({ failure }: HeldBuffer): void {
  if (failure) throw failure;
}

/** The largest array. */
export function maxBytes({ limits }: GpuDevice): number {
  return Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
}

function classOf(bytes: number, limit: number): number {
  if (bytes <= leastBytes) return leastBytes;
  const step = 2 ** (Math.floor(Math.log2(bytes)) - 3);
  return Math.min(Math.ceil((Math.ceil(bytes / step) * step) / 16) * 16, Math.floor(limit / 4) * 4);
}
