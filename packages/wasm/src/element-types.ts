// Typed arrays by element type, and back.

import type { DType, HostArray } from "@everycore/core";
import type { ElementType } from "@everycore/kernel/ir";

interface ArrayType {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): HostArray;
}

/** The typed arrays of the element types; bools are bytes. */
export const arrayTypes: Readonly<Record<ElementType, ArrayType>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bool: Uint8Array,
};

/** Whether processors have this type. */
export function isCpuType(dtype: DType): dtype is ElementType {
  return Object.hasOwn(arrayTypes, dtype);
}

/** The element type of a typed array, or `undefined` if it is none that kernels take. */
export function elementOf(value: unknown): ElementType | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  const name = (value as unknown as Record<symbol, string | undefined>)[Symbol.toStringTag];
  const element = name?.slice(0, -"Array".length).toLowerCase() as ElementType;
  return Object.hasOwn(arrayTypes, element ?? "") ? element : undefined;
}
