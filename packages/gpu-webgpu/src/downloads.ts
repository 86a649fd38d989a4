// Copies from the device to the host. Those of a batch lie side by side in a few staging buffers, each of which is mapped once; the
// buffers are reused.

import type { GpuBuffer, GpuDevice, GpuEncoder } from "./gpu-types.js";
import { mapRead, usage } from "./gpu-types.js";

const leastBytes = 2 ** 16;
const keptBytes = 2 ** 26;
const alignment = 8;

interface StagingBuffer {
  readonly gpu: GpuBuffer;
  readonly bytes: number;
  used: number;
  mapped: ArrayBuffer | undefined;
}

/** A part of a staging buffer. */
export class Download {
  readonly #staging: StagingBuffer;
  readonly #offset: number;
  readonly #bytes: number;

  constructor(staging: StagingBuffer, offset: number, bytes: number) {
    this.#staging = staging;
    this.#offset = offset;
    this.#bytes = bytes;
  }

  /** The bytes, while the batch settles. */
  get bytes(): Uint8Array {
    if (!this.#staging.mapped) throw new Error("A download was read before it was there.");
    return new Uint8Array(this.#staging.mapped, this.#offset, this.#bytes);
  }
}

/** The staging buffers of one device that are free. */
export class StagingPool {
  readonly #device: GpuDevice;
  readonly #free: StagingBuffer[] = [];
  #freeBytes = 0;
  /** How many there are, free or not. */
  count = 0;

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  take(bytes: number): StagingBuffer {
    const index = this.#free.findIndex(
      (buffer) => buffer.bytes >= bytes && buffer.bytes <= 4 * Math.max(bytes, leastBytes),
    );
    if (index >= 0) {
      const [buffer] = this.#free.splice(index, 1) as [StagingBuffer];
      this.#freeBytes -= buffer.bytes;
      return buffer;
    }
    const size = Math.max(leastBytes, 2 ** Math.ceil(Math.log2(bytes)));
    const limited = Math.max(bytes, Math.min(size, this.#device.limits.maxBufferSize));
    this.count++;
    const gpu = this.#device.createBuffer({ size: limited, usage: usage.mapRead | usage.copyTarget });
    return { gpu, bytes: limited, used: 0, mapped: undefined };
  }

  /** Takes a buffer back, whether it was mapped or not. */
  release(buffer: StagingBuffer): void {
    if (buffer.mapped) buffer.gpu.unmap();
    buffer.mapped = undefined;
    buffer.used = 0;
    if (this.#freeBytes + buffer.bytes > keptBytes) return this.#destroy(buffer);
    this.#freeBytes += buffer.bytes;
    this.#free.push(buffer);
  }

  clear(): void {
    for (const buffer of this.#free.splice(0)) this.#destroy(buffer);
    this.#freeBytes = 0;
  }

  #destroy(buffer: StagingBuffer): void {
    buffer.gpu.destroy();
    this.count--;
  }
}

/** The downloads of one batch. */
export class Downloads {
  readonly #pool: StagingPool;
  readonly #buffers: StagingBuffer[] = [];

  constructor(pool: StagingPool) {
    this.#pool = pool;
  }

  get any(): boolean {
    return this.#buffers.length > 0;
  }

  /** Records a copy of bytes `from` to `to` of a buffer. */
  add(encoder: GpuEncoder, source: GpuBuffer, from: number, to: number): Download {
    // Copies begin and end at multiples of four.
    const first = from & ~3;
    const bytes = Math.min(Math.ceil((to - first) / 4) * 4, source.size - first);
    const staging = this.#roomFor(bytes);
    const offset = staging.used;
    staging.used += Math.ceil(bytes / alignment) * alignment;
    encoder.copyBufferToBuffer(source, first, staging.gpu, offset, bytes);
    return new Download(staging, offset + from - first, to - from);
  }

  /** Resolves when the bytes are there. */
  async map(): Promise<void> {
    await Promise.all(
      this.#buffers.map(async (buffer) => {
        await buffer.gpu.mapAsync(mapRead, 0, buffer.used);
        buffer.mapped = buffer.gpu.getMappedRange(0, buffer.used);
      }),
    );
  }

  /** Gives the staging buffers back. */
  end(): void {
    for (const buffer of this.#buffers.splice(0)) this.#pool.release(buffer);
  }

  #roomFor(bytes: number): StagingBuffer {
    const last = this.#buffers.at(-1);
    if (last && last.used + bytes <= last.bytes) return last;
    const buffer = this.#pool.take(bytes);
    this.#buffers.push(buffer);
    return buffer;
  }
}
