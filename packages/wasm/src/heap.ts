// The memory of one executor's kernels: a WebAssembly.Memory that grows, shared with the kernel threads where that is possible.
// Only the host allocates. Without WebAssembly an ArrayBuffer stands in, and behaves the same.
//
// Growth. A shared memory stays where it is: views that somebody holds go on being right. A memory that is not shared moves, and
// old views become empty; so nobody keeps a view across a call that may allocate, and `generation` says when it did.

import { BlockAllocator } from "./block-allocator.js";
import type { EngineMemory, FoundFeatures } from "./engine.js";

const pageBytes = 65536;
const firstPages = 16;
const largestStepPages = 256;
/** What lies below is never handed out, so that no array has address 0. */
const firstAddress = 64;

/** See above. */
export class Heap {
  readonly memory: EngineMemory;
  readonly shared: boolean;
  readonly #label: string;
  readonly #maxPages: number;
  readonly #blocks = new BlockAllocator();
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  /** Grows whenever the memory does. */
  generation = 0;
  // The whole memory as each type. Set by #look.
  bytes!: Uint8Array;
  int32!: Int32Array;
  uint32!: Uint32Array;
  float32!: Float32Array;
  float64!: Float64Array;

  constructor(features: FoundFeatures, label: string) {
    this.#label = label;
    this.shared = features.sharedMemory;
    const { memory, pages } = reserve(features);
    this.memory = memory;
    this.#maxPages = pages;
    this.#look();
    this.#blocks.extend(firstAddress, memory.buffer.byteLength);
  }

  get takenBytes(): number {
    return this.#blocks.takenBytes;
  }

  /** Address of a new block, a multiple of 64. Its content is whatever was there. Throws a `RangeError` when memory is out. */
  allocate(bytes: number): number {
    let address = this.#blocks.allocate(bytes);
    if (address === undefined) {
      this.#grow(bytes);
      address = this.#blocks.allocate(bytes);
    }
    if (address === undefined) throw this.#outOfMemory(bytes);
    return address;
  }

  free(address: number): void {
    this.#blocks.free(address);
  }

  /** Whether a typed array over `buffer` is a view of this memory. */
  owns(buffer: ArrayBufferLike): boolean {
    return this.#buffers.has(buffer);
  }

  #grow(bytes: number): void {
    const size = this.bytes.length;
    const needed = Math.ceil((bytes + 64 - this.#blocks.freeAt(size)) / pageBytes);
    const room = this.#maxPages - size / pageBytes;
    const step = Math.min(room, Math.max(needed, Math.min(largestStepPages, size / pageBytes)));
    if (needed > room || !(this.#tryGrow(step) || this.#tryGrow(needed))) throw this.#outOfMemory(bytes);
    this.#look();
    this.#blocks.extend(size, this.bytes.length);
  }

  #tryGrow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }

  #look(): void {
    const { buffer } = this.memory;
    this.#buffers.add(buffer);
    this.generation++;
    this.bytes = new Uint8Array(buffer);
    this.int32 = new Int32Array(buffer);
    this.uint32 = new Uint32Array(buffer);
    this.float32 = new Float32Array(buffer);
    this.float64 = new Float64Array(buffer);
  }

  #outOfMemory(bytes: number): RangeError {
    const what = `${this.#label} cannot get ${bytes} bytes of memory for kernels`;
    const state = `${this.takenBytes} bytes are in use, and the limit is ${this.#maxPages * pageBytes}`;
    const error = new RangeError(`${what}: ${state}. Dispose arrays that are no longer needed, or use smaller ones.`);
    return Object.assign(error, { code: "EVERYCORE_OUT_OF_RANGE" });
  }
}

/** A platform may not have 4 GiB of addresses to spare: then less. */
function reserve({ engine, sharedMemory, maxPages }: FoundFeatures): { memory: EngineMemory; pages: number } {
  if (!engine) return { memory: new PlainMemory(firstPages), pages: maxPages };
  for (let pages = maxPages; ; pages >>= 1) {
    try {
      const initial = Math.min(firstPages, pages);
      return { memory: new engine.Memory({ initial, maximum: pages, shared: sharedMemory }), pages };
    } catch (error) {
      if (pages <= firstPages) throw error;
    }
  }
}

/** A memory without WebAssembly. As in a real one, growth empties the views of before. */
class PlainMemory implements EngineMemory {
  buffer: ArrayBuffer;

  constructor(pages: number) {
    this.buffer = new ArrayBuffer(pages * pageBytes);
  }

  grow(pages: number): number {
    const before = this.buffer;
    const grown = new ArrayBuffer(before.byteLength + pages * pageBytes);
    new Uint8Array(grown).set(new Uint8Array(before));
    this.buffer = grown;
    structuredClone(before, { transfer: [before] });
    return (grown.byteLength - pages * pageBytes) / pageBytes;
  }
}
