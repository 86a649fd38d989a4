// Reads and writes of device arrays, each at its place among the launches.

import type { Batch } from "./batch.js";
import { type BufferPool, checkMemory, type HeldBuffer } from "./buffer-pool.js";
import type { Download } from "./downloads.js";
import type { QueueItem } from "./launch-queue.js";

/** Copies the beginning of a buffer to the host. */
export class ReadCopy implements QueueItem {
  readonly isLate = false;
  readonly done: Promise<ArrayBuffer>;
  readonly #buffer: HeldBuffer;
  readonly #bytes: number;
  readonly #pool: BufferPool;
  #download: Download | undefined;
  #resolve!: (bytes: ArrayBuffer) => void;
  #reject!: (error: unknown) => void;

  constructor(buffer: HeldBuffer, bytes: number, pool: BufferPool) {
    this.#buffer = pool.hold(buffer);
    this.#bytes = bytes;
    this.#pool = pool;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get waitsFor(): Promise<void> | undefined {
    return this.#buffer.checking;
  }

  place(): void {}

  hasRoom(): boolean {
    return true;
  }

  record(batch: Batch<QueueItem>): void {
    checkMemory(this.#buffer);
    this.#download = batch.download(this.#buffer, 0, this.#bytes);
  }

  settle(): void {
    this.#resolve((this.#download as Download).bytes.slice().buffer as ArrayBuffer);
    this.#pool.release(this.#buffer);
  }

  fail(error: unknown): void {
    this.#pool.release(this.#buffer);
    this.#reject(error);
  }
}

/** Copies bytes of the host to the beginning of a buffer. They come before everything else in their batch. */
export class WriteCopy implements QueueItem {
  readonly isLate = false;
  readonly done: Promise<void>;
  readonly startsBatch = true;
  readonly #write: () => void;
  readonly #buffer: HeldBuffer;
  readonly #pool: BufferPool;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor(buffer: HeldBuffer, pool: BufferPool, write: () => void) {
    this.#buffer = pool.hold(buffer);
    this.#pool = pool;
    this.#write = write;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get waitsFor(): Promise<void> | undefined {
    return this.#buffer.checking;
  }

  place(): void {}

  hasRoom(): boolean {
    return true;
  }

  record(): void {
    checkMemory(this.#buffer);
    this.#write();
  }

  settle(): void {
    this.#pool.release(this.#buffer);
    this.#resolve();
  }

  fail(error: unknown): void {
    this.#pool.release(this.#buffer);
    this.#reject(error);
  }
}
