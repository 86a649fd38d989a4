// The place of kernels in the contract. The language and the compilers live in @everycore/kernel and the backends;
// here is only what an executor, an app and the conformance kit need to agree on.

import type { ShutdownOptions, TaskOptions } from "./executor.js";
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

/** The typed array that holds elements of a type; bools are bytes, 0 or 1. */
export type ArrayOf<D extends DType> = D extends "float32"
  ? Float32Array
  : D extends "float64"
    ? Float64Array
    : D extends "int8"
      ? Int8Array
      : D extends "uint8" | "bool"
        ? Uint8Array
        : D extends "int16"
          ? Int16Array
          : D extends "uint16" | "float16"
            ? Uint16Array
            : D extends "int32"
              ? Int32Array
              : Uint32Array;

/**
 * A function that runs for many elements at once, called with `A`, which gives `R`. Made by `kernel(…).over(…)`, `vectorize`,
 * `reduction` and `stencil` of @everycore/kernel.
 */
export interface Kernel<A extends readonly unknown[] = never[], R = unknown> {
  readonly [brand]: KernelBrand<A, R>;
  readonly name: string;
}

/** What is behind the brand is between @everycore/kernel and the backends. */
export interface KernelBrand<A extends readonly unknown[], R> {
  readonly version: number;
  /** Never there; carries the types. */
  readonly types?: (...args: A) => R;
}

/** Any kernel, whatever it is called with. */
export type AnyKernel = Kernel<never[], unknown>;

/** Stands, as a kernel's result, for "an array like the arguments, of what the function returns". See {@link KernelResult}. */
export interface Elementwise<T extends number | boolean | DType> {
  readonly elementwise: T;
}

/**
 * What a kernel gives for arguments `G`. Elementwise kernels give a {@link DeviceArray} if any argument is one, else a typed
 * array; a single value if all arguments are.
 */
export type KernelResult<R, G extends readonly unknown[]> =
  R extends Elementwise<infer T> ? ElementwiseResult<T, G> : R;

type ElementwiseResult<T, G extends readonly unknown[]> =
  Extract<G[number], DeviceArray> extends never
    ? Extract<G[number], HostArray> extends never
      ? T extends boolean | "bool"
        ? boolean
        : number
      : Unshared<ResultArray<T, G>>
    : DeviceArray<ResultArray<T, G>>;

type ResultArray<T, G extends readonly unknown[]> = T extends DType
  ? ArrayOf<T>
  : T extends boolean
    ? Uint8Array
    : [Extract<HostOf<G[number]>, Float64Array>] extends [never]
      ? [Extract<HostOf<G[number]>, Float32Array>] extends [never]
        ? Int32Array | Uint32Array | Float32Array
        : Float32Array
      : Float64Array;

/** A result that was made for the caller: its memory is nobody else's. */
type Unshared<T> = T extends Float32Array
  ? Float32Array<ArrayBuffer>
  : T extends Float64Array
    ? Float64Array<ArrayBuffer>
    : T extends Int32Array
      ? Int32Array<ArrayBuffer>
      : T extends Uint32Array
        ? Uint32Array<ArrayBuffer>
        : T extends Uint8Array
          ? Uint8Array<ArrayBuffer>
          : T extends Int8Array
            ? Int8Array<ArrayBuffer>
            : T extends Uint16Array
              ? Uint16Array<ArrayBuffer>
              : T extends Int16Array
                ? Int16Array<ArrayBuffer>
                : T;

/** A kernel's result where device arrays are in memory that the host sees. */
export type ResidentResult<T> = T & (T extends DeviceArray<infer H> ? ResidentArray<H> : unknown);

type HostOf<T> = T extends HostArray ? T : T extends DeviceArray<infer H> ? H : never;

/** An array that stays on a device between launches. Freed by `using`, `dispose()`, or the collector. */
export interface DeviceArray<T extends HostArray = HostArray> extends Disposable {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Distance between neighbours of each axis, in elements. */
  readonly strides: readonly number[];
  readonly length: number;
  readonly byteLength: number;
  /** Copies the elements to the host, after every launch that was submitted before. */
  read(): Promise<T>;
  /** Copies `source`, of the same type and length, to the device, after every launch that was submitted before. */
  write(source: T): Promise<void>;
  dispose(): void;
}

/** A {@link DeviceArray} in memory that the host sees too. */
export interface ResidentArray<T extends HostArray = HostArray> extends DeviceArray<T> {
  /** The elements themselves, not a copy: look at them when no launch that uses them is under way. */
  readonly view: T;
}

/** An executor that runs kernels. */
export interface KernelExecutor extends AsyncDisposable {
  /**
   * Launches a kernel. Launches run in the order in which they were submitted. Host arrays that the kernel writes are updated
   * when the future settles.
   *
   * @throws KernelError when the kernel cannot be compiled for these arguments; TypeError, RangeError; UnsupportedError when the
   * backend lacks what the kernel uses; InvalidStateError when a device array was disposed.
   */
  submit<A extends readonly unknown[], R, G extends A>(kernel: Kernel<A, R>, ...args: G): Future<KernelResult<R, G>>;
  /** A device array with a copy of `host`, or zeros of a type. `shape`: lengths of the axes, the last one is the fastest. */
  array<T extends HostArray>(host: T, shape?: readonly number[]): DeviceArray<T>;
  array<D extends DType>(dtype: D, shape: number | readonly number[]): DeviceArray<ArrayOf<D>>;
}

/** A kernel executor on the processor itself, which can also run kernels synchronously. */
export interface SynchronousKernelExecutor extends KernelExecutor {
  submit<A extends readonly unknown[], R, G extends A>(
    kernel: Kernel<A, R>,
    ...args: G
  ): Future<ResidentResult<KernelResult<R, G>>>;
  /**
   * Makes everything ready that the first launch would otherwise wait for: the compiler and the threads; with a kernel and
   * arguments also compiles it for them. `run` needs one `prepare` or `submit` of a kernel before it, because the compiler is
   * loaded only when it is used.
   */
  prepare<A extends readonly unknown[], R, G extends A>(kernel?: Kernel<A, R>, ...args: G): Promise<void>;
  /**
   * Launches a kernel and returns when it is done; the calling thread takes part. Waits for launches that were submitted before.
   *
   * @throws what `submit` throws; InvalidStateError before the compiler was loaded.
   */
  run<A extends readonly unknown[], R, G extends A>(
    kernel: Kernel<A, R>,
    ...args: G
  ): ResidentResult<KernelResult<R, G>>;
  array<T extends HostArray>(host: T, shape?: readonly number[]): ResidentArray<T>;
  array<D extends DType>(dtype: D, shape: number | readonly number[]): ResidentArray<ArrayOf<D>>;
}

/** What an executor needs to run kernels: the half of a backend that tasks know nothing of. */
export interface KernelRuntime {
  /** What kernels run on here, in words. */
  readonly support: string;
  submit(kernel: AnyKernel, args: readonly unknown[], options: TaskOptions): Future<unknown>;
  run(kernel: AnyKernel, args: readonly unknown[]): unknown;
  prepare(kernel: AnyKernel | undefined, args: readonly unknown[]): Promise<void>;
  array(source: HostArray | DType, shape?: number | readonly number[]): ResidentArray;
  /** Finishes (or cancels) what was submitted, then ends threads and frees memory. Idempotent. */
  shutdown(options: ShutdownOptions): Promise<void>;
  /** Ends threads now: a launch that runs in them fails with `WorkerLostError`. */
  terminate(): void;
}

/** Whether `value` is a kernel, from whichever copy of the package that made it. */
export function isKernel(value: unknown): value is AnyKernel {
  return value !== null && (typeof value === "object" || typeof value === "function") && brand in value;
}
