// A device array whose device is the calling thread: what `simulate` gives where an executor would leave a result on its device.

import type { DType, HostArray, ResidentArray } from "@everycore/core";

/** Elements on the host, with a device array's interface. */
export class HostResident implements ResidentArray {
  readonly view: HostArray;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(view: HostArray, dtype: DType, shape: readonly number[]) {
    this.view = view;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  }

  get length(): number {
    return this.view.length;
  }

  get byteLength(): number {
    return this.view.byteLength;
  }

  async read(): Promise<HostArray> {
    return this.view.slice();
  }

  async write(source: HostArray): Promise<void> {
    this.view.set(source);
  }

  /** Nothing to free: the collector has it. */
  dispose(): void {}

  [Symbol.dispose](): void {}
}
