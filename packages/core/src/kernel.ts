// The place of kernels in the contract. The language and the compilers live in @everycore/kernel and the backends;
// here is only what an executor, an app and the conformance kit need to agree on.

import type { Future } from "./future.js";

const brand: unique symbol = Symbol.for("everycore.kernel");

/** Element types of kernels and device arrays. */
export type DType =
  | "float32"
  | "float64"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "bool"
  | "float16";

/** The typed arrays that kernels read and write. */
export type HostArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** A function that runs for many elements at once. Made by `kernel`, `vectorize`, `reduction`, `stencil`. */
export interface Kernel<A extends readonly unknown[] = readonly unknown[], R = unknown> {
  readonly [brand]: { readonly args: A; readonly result: R };
  readonly name: string;
}

/** An array that stays on a device between launches. Freed by `using`, `dispose()`, or the collector. */
export interface DeviceArray extends Disposable {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Distance between neighbours of each axis, in elements. */
  readonly strides: readonly number[];
  readonly length: number;
  readonly byteLength: number;
  /** Copies the elements to the host, after every launch that was submitted before. */
  read(): Promise<HostArray>;
  dispose(): void;
}

/** An executor that runs kernels. */
export interface KernelExecutor extends AsyncDisposable {
  submit<A extends readonly unknown[], R>(kernel: Kernel<A, R>, ...args: A): Future<R>;
  /** A device array with a copy of `host`, or `length` zeros of a type. */
  array(host: HostArray): DeviceArray;
  array(dtype: DType, length: number): DeviceArray;
}

/** Whether `value` is a kernel, from whichever copy of the package that made it. */
export function isKernel(value: unknown): value is Kernel {
  return value !== null && (typeof value === "object" || typeof value === "function") && brand in value;
}
