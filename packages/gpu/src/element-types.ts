// Typed arrays by element type, and back: the types that shading languages can work with.

import type { DType, HostArray } from "@everycore/core";
import type { ElementType } from "@everycore/kernel/ir";

interface ArrayType {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): HostArray;
}

/** Element types of the device. Neither WGSL nor GLSL ES has float64. */
export type DeviceElement = Exclude<ElementType, "float64">;

/** The typed arrays of the element types; bools are bytes. */
export const arrayTypes: Readonly<Record<DeviceElement, ArrayType>> = {
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  bool: Uint8Array,
};

/** The names of the types. */
export const deviceElements: readonly string[] = Object.keys(arrayTypes);

/** Whether the device has this type. */
export function isDeviceElement(dtype: DType): dtype is DeviceElement {
  return Object.hasOwn(arrayTypes, dtype);
}

/** The element type of a typed array, or `undefined` if kernels take none such. */
export function elementOf(value: unknown): ElementType | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  const name = (value as unknown as Record<symbol, string | undefined>)[Symbol.toStringTag];
  const element = name?.slice(0, -"Array".length).toLowerCase();
  return element === "float64" || Object.hasOwn(arrayTypes, element ?? "") ? (element as ElementType) : undefined;
}
