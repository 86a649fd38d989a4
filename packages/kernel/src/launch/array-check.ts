// Arrays that have the right type but cannot be used: their memory is gone, or lies in another order than kernels read.

import { type DeviceArray, type HostArray, typeError } from "@everycore/core";

/** Throws for an empty array whose buffer was transferred away: that it is empty is not what the caller meant. */
export function checkArray(array: HostArray, name: string): void {
  try {
    new Uint8Array(array.buffer);
  } catch {
    throw typeError(`"${name}"`, "an array with memory (its buffer was transferred or detached)", array);
  }
}

/** Whether a device array's elements lie one after the other, the last axis fastest. */
export function isContiguous(array: DeviceArray): boolean {
  let stride = 1;
  for (let axis = array.shape.length - 1; axis >= 0; axis--) {
    const length = array.shape[axis] as number;
    if (length > 1 && array.strides[axis] !== stride) return false;
    stride *= length;
  }
  return true;
}
