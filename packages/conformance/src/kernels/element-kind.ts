// The element types of kernels, as the laws walk through them: the arrays that hold them, and values worth trying.

import type { DType, HostArray } from "@everycore/core";

/** Makes the typed arrays of an element type. */
interface ArrayMaker {
  new (length: number): HostArray;
  from(values: ArrayLike<number> | Iterable<number>): HostArray;
  of(...values: number[]): HostArray;
  readonly BYTES_PER_ELEMENT: number;
}

/** An element type that has a typed array of its own. */
export type ArrayType = Exclude<DType, "bool" | "float16">;

/** An element type. */
export interface ElementKind {
  readonly dtype: ArrayType;
  readonly maker: ArrayMaker;
  /** What arithmetic does with a number: wraps, rounds, or leaves it. */
  readonly wrap: (value: number) => number;
  /** What its elements are when they are loaded. */
  readonly value: "int32" | "uint32" | "float32" | "float64";
  /** Values at the edges of the type, and a few in the middle. */
  readonly edges: readonly number[];
}

const floatEdges = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 7, -7, 0.1, 100.25, -12345.678];
const endless = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const beyondInt = [2147483647, 2147483648, -2147483648, 4294967296, 4294967301, -4294967301, 1e10, -1e10, 1e20];
const single = [
  1.401298464324817e-45, 1.1754943508222875e-38, -1.1754942106924411e-38, 3.4028234663852886e38, 16777217,
];
const double = [5e-324, 2.2250738585072014e-308, -2.225073858507201e-308, 1.7976931348623157e308, 2 ** 53 + 1];
const wholeEdges = [0, 1, 2, 3, 5, 7, 31, 32, 33, 100];

const toInt32 = (value: number): number => value | 0;

function kind(
  dtype: ArrayType,
  maker: ArrayMaker,
  value: ElementKind["value"],
  wrap: ElementKind["wrap"],
  edges: readonly number[],
): ElementKind {
  return { dtype, maker, value, wrap, edges };
}

/** Every element type that has a typed array. */
export const elementKinds: readonly ElementKind[] = [
  kind("float32", Float32Array, "float32", Math.fround, [...floatEdges, ...endless, ...beyondInt, ...single]),
  kind("float64", Float64Array, "float64", (value) => value, [...floatEdges, ...endless, ...beyondInt, ...double]),
  kind("int32", Int32Array, "int32", toInt32, [...wholeEdges, -1, -2, -7, -32, 65537, 2147483647, -2147483648]),
  kind("uint32", Uint32Array, "uint32", (value) => value >>> 0, [...wholeEdges, 65537, 2147483648, 4294967295]),
  kind("int8", Int8Array, "int32", toInt32, [...wholeEdges, -1, -7, 127, -128]),
  kind("uint8", Uint8Array, "int32", toInt32, [...wholeEdges, 127, 128, 255]),
  kind("int16", Int16Array, "int32", toInt32, [...wholeEdges, -1, -7, 32767, -32768]),
  kind("uint16", Uint16Array, "int32", toInt32, [...wholeEdges, 255, 32768, 65535]),
];

/** The four that arithmetic knows; the others widen to int32. */
export const arithmeticKinds: readonly ElementKind[] = elementKinds.filter(({ dtype, value }) => dtype === value);

/** An element type by name. */
export function kindOf(dtype: ArrayType): ElementKind {
  return elementKinds.find((entry) => entry.dtype === dtype) as ElementKind;
}

/** Whether the elements are floats. */
export function isFloat({ value }: ElementKind): boolean {
  return value.startsWith("float");
}

/** Every pair of two lists, as two columns of equal length. */
export function pairs(left: readonly number[], right: readonly number[]): readonly [number[], number[]] {
  return [left.flatMap((a) => right.map(() => a)), left.flatMap(() => right)];
}
