// The types of numbers that shared memory holds, by the names that kernels use for them.

import { checkOneOf } from "@everycore/core";

/** Constructors of the views, by type. */
export const viewTypes: {
  readonly int8: typeof Int8Array;
  readonly uint8: typeof Uint8Array;
  readonly int16: typeof Int16Array;
  readonly uint16: typeof Uint16Array;
  readonly int32: typeof Int32Array;
  readonly uint32: typeof Uint32Array;
  readonly float32: typeof Float32Array;
  readonly float64: typeof Float64Array;
  readonly bigint64: typeof BigInt64Array;
  readonly biguint64: typeof BigUint64Array;
} = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  bigint64: BigInt64Array,
  biguint64: BigUint64Array,
};

/** `"int8"` … `"float64"`, `"bigint64"`, `"biguint64"`. */
export type SharedType = keyof typeof viewTypes;
/** The types whose values are bigints. */
export type BigSharedType = "bigint64" | "biguint64";
/** The types with a fraction. */
export type FloatSharedType = "float32" | "float64";
/** What a value of the type is in JavaScript. */
export type ValueOf<T extends SharedType> = T extends BigSharedType ? bigint : number;
/** The typed array of the type. */
export type ViewOf<T extends SharedType> = InstanceType<(typeof viewTypes)[T]>;

/** Throws unless `type` is one of the names. */
export function checkSharedType(type: string): void {
  checkOneOf("type", type, Object.keys(viewTypes));
}

/** A typed array over shared memory. */
export function viewOver<T extends SharedType>(
  type: T,
  memory: SharedArrayBuffer,
  byteOffset: number,
  length: number,
): ViewOf<T> {
  type Make = new (memory: SharedArrayBuffer, byteOffset: number, length: number) => ViewOf<T>;
  return new (viewTypes[type] as unknown as Make)(memory, byteOffset, length);
}
