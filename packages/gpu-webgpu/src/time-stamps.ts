// How long launches took on the device, by time stamps that it writes before and after. Only on request: each launch needs a pass of its own then.

import type { Download, Downloads } from "./downloads.js";
import type { GpuBuffer, GpuDevice, GpuEncoder } from "./gpu-types.js";
import { usage } from "./gpu-types.js";

/** Launches of a batch that can be timed. */
const mostTimed = 512;

/** The time stamps of one batch. */
export class TimeStamps {
  readonly #set: { destroy(): void };
  readonly #buffer: GpuBuffer;
  #count = 0;
  #download: Download | undefined;

  constructor(device: GpuDevice) {
    this.#set = device.createQuerySet({ type: "timestamp", count: 2 * mostTimed });
    this.#buffer = device.createBuffer({ size: 16 * mostTimed, usage: usage.queryResolve | usage.copySource });
  }

  get isFull(): boolean {
    return this.#count === mostTimed;
  }

  /** The descriptor of the pass of the next launch; its place is `place`. */
  next(): { readonly descriptor: object; readonly place: number } {
    const place = this.#count++;
    const timestampWrites = {
      querySet: this.#set,
      beginningOfPassWriteIndex: 2 * place,
      endOfPassWriteIndex: 2 * place + 1,
    };
    return { descriptor: { timestampWrites }, place };
  }

  /** Records that they are copied to the host. */
  resolve(encoder: GpuEncoder, downloads: Downloads): void {
    if (this.#count === 0) return;
    encoder.resolveQuerySet(this.#set, 0, 2 * this.#count, this.#buffer, 0);
    this.#download = downloads.add(encoder, this.#buffer, 0, 16 * this.#count);
  }

  /** Milliseconds of the launch at `place`, while the batch settles. */
  ms(place: number): number {
    const { buffer, byteOffset } = (this.#download as Download).bytes;
    const [begin = 0n, end = 0n] = new BigUint64Array(buffer, byteOffset + 16 * place, 2);
    return Number(end - begin) / 1e6;
  }

  destroy(): void {
    this.#set.destroy();
    this.#buffer.destroy();
  }
}
