// Typed arrays for the IR's element types.

import type { HostArray } from "@everycore/core";
import type { ElementType, SharedArray } from "../ir/ir.js";

/** A new array of `length` zeros. */
export function newTypedArray(element: ElementType, length: number): HostArray {
  switch (element) {
    case "float32":
      return new Float32Array(length);
    case "float64":
      return new Float64Array(length);
    case "int8":
      return new Int8Array(length);
    case "uint8":
    case "bool":
      return new Uint8Array(length);
    case "int16":
      return new Int16Array(length);
    case "uint16":
      return new Uint16Array(length);
    case "int32":
      return new Int32Array(length);
    case "uint32":
      return new Uint32Array(length);
  }
}

/** The memory of an array that a group shares. */
export function newSharedArray({ element, length }: SharedArray): HostArray {
  return newTypedArray(element, length);
}
