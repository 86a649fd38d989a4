// Reads and writes of device arrays, in the order of the queue.

import type { HostArray } from "@everycore/core";
import type { Download, Downloads } from "./downloads.js";
import type { QueueItem } from "./launch-queue.js";
import type { Memory, Textures } from "./textures.js";

abstract class Copy<T> implements QueueItem {
  readonly isLate = false;
  readonly done: Promise<T>;
  protected readonly memory: Memory;
  readonly #textures: Textures;
  #resolve: (value: T) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(memory: Memory, textures: Textures) {
    this.#textures = textures;
    this.memory = textures.hold(memory);
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  abstract record(): void;
  protected abstract result(): T;

  settle(): void {
    this.#textures.release(this.memory);
    try {
      this.#resolve(this.result());
    } catch (error) {
      this.#reject(error);
    }
  }

  fail(error: unknown): void {
    this.#textures.release(this.memory);
    this.#reject(error);
  }
}

/** A copy to the host. */
export class ReadCopy extends Copy<HostArray> {
  readonly #downloads: Downloads;
  #download: Download | undefined;

  constructor(memory: Memory, textures: Textures, downloads: Downloads) {
    super(memory, textures);
    this.#downloads = downloads;
  }

  record(): void {
    this.#download = this.#downloads.start(this.memory);
  }

  protected result(): HostArray {
    return (this.#download as Download).elements();
  }
}

/** A copy to the device. The elements are there already, in a memory of their own, which takes the place of the other. */
export class WriteCopy extends Copy<void> {
  readonly #textures: Textures;
  readonly #source: Memory;

  constructor(memory: Memory, textures: Textures, source: HostArray) {
    super(memory, textures);
    this.#textures = textures;
    this.#source = textures.upload(source, memory.element);
  }

  record(): void {
    this.#textures.move(this.#source, this.memory);
  }

  override fail(error: unknown): void {
    this.#textures.release(this.#source);
    super.fail(error);
  }

  protected result(): void {}
}
