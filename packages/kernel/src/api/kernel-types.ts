// What the compiler infers about kernels from the functions that they are made of: the types of their arguments.

import type { DeviceArray, DType, Elementwise, HostArray, Kernel } from "@everycore/core";
import type { ElementType } from "../ir/ir.js";
import type { KernelThread } from "./thread.js";

/** Names what a function captures: `() => ({ G, softening, distance })`. Called at each launch. */
export type Captures = () => Readonly<Record<string, unknown>>;

/** A function that is run once for each thread of a grid. */
export type GridFunction = (thread: KernelThread, ...parameters: never[]) => unknown;

/** A function from elements to an element. */
export type ElementFunction = (...elements: never[]) => number | boolean;

/** A stencil's array parameter: gives the element at a distance from the thread's own. */
export type StencilInput = (dx: number, dy?: number, dz?: number) => number;

/** A function from the neighbourhoods of elements to an element. */
export type StencilFunction = (first: StencilInput, ...more: never[]) => number | boolean;

/** What a kernel is called with for a parameter of type `P`: an array may stay on the device. */
export type KernelArgument<P> = P extends HostArray
  ? P | DeviceArray<P>
  : P extends number
    ? number
    : P extends boolean
      ? boolean
      : never;

// The tuples are readonly, because the executors infer the arguments of a call as a readonly tuple.

/** What a grid kernel is called with. */
export type GridArguments<F extends GridFunction> =
  Parameters<F> extends readonly [unknown, ...infer P] ? GridArgumentsOf<P> : readonly [];

type GridArgumentsOf<P extends readonly unknown[]> = { readonly [I in keyof P]: KernelArgument<P[I]> };

/** What an elementwise kernel or a reduction takes for one parameter of its function: an array, or one value for all elements. */
export type ElementArgument<P> = (P extends boolean ? boolean : number) | HostArray | DeviceArray;

/** What an elementwise kernel or a reduction is called with. */
export type ElementArguments<F extends ElementFunction> = ElementArgumentsOf<Parameters<F>>;

type ElementArgumentsOf<P extends readonly unknown[]> = { readonly [I in keyof P]: ElementArgument<P[I]> };

/** What a stencil is called with. */
export type StencilArguments<F extends StencilFunction> = StencilArgumentsOf<Parameters<F>>;

type StencilArgumentsOf<P extends readonly unknown[]> = { readonly [I in keyof P]: StencilArgument<P[I]> };

type StencilArgument<P> = P extends number ? number : P extends boolean ? boolean : HostArray | DeviceArray;

/** What a function returns, without the literal: `number` or `boolean`. */
export type ElementOf<F extends ElementFunction | StencilFunction> = ReturnType<F> extends boolean ? boolean : number;

/** The text of what the compiler makes of a kernel, in one of the formats that are loaded. */
export interface Inspectable<A extends readonly unknown[]> {
  /**
   * What is generated for arguments of these types; nothing is run. "ir" is always there; backends bring others: "wat",
   * "wgsl", "gpu.js".
   *
   * @throws KernelError, TypeError, RangeError as `submit` does; RangeError for a format that nothing loaded knows.
   */
  inspect(format: string, ...args: A): string;
}

/** Threads along each axis: `n` is `[n]`. */
export type GridSize =
  | number
  | readonly [x: number]
  | readonly [x: number, y: number]
  | readonly [x: number, y: number, z: number];

/** How a grid is run. */
export interface LaunchOptions {
  /** Threads of a group along each axis. Default `[64]`, `[8, 8]` or `[4, 4, 4]`. At most 1024 in all. */
  readonly group?: GridSize | undefined;
  /** For `thread.random()`, a whole number from 0 to 2^32 − 1. Default 0. */
  readonly seed?: number | undefined;
}

/** A kernel with a grid, ready to be submitted. */
export interface GridLaunch<A extends readonly unknown[]> extends Kernel<A, undefined>, Inspectable<A> {}

/** What {@link kernel} gives. To be submitted it needs a grid: `step.over(n)`. */
export interface GridKernel<A extends readonly unknown[]> extends Inspectable<A> {
  readonly name: string;
  /**
   * The kernel on a grid of `n` threads, or of `[width, height]`, or `[width, height, depth]`.
   *
   * @throws TypeError, RangeError for a size or group that is no whole number or too large.
   */
  over(size: GridSize, options?: LaunchOptions): GridLaunch<A>;
}

/** What {@link vectorize} gives. */
export interface ElementwiseKernel<A extends readonly unknown[], T extends number | boolean | DType>
  extends Kernel<A, Elementwise<T>>,
    Inspectable<A> {}

/** What {@link reduction} gives. */
export interface ReductionKernel<A extends readonly unknown[]> extends Kernel<A, number>, Inspectable<A> {}

/** What {@link stencil} gives. Without `over`, arrays have one dimension, or a `DeviceArray`'s own. */
export interface StencilKernel<A extends readonly unknown[], T extends number | boolean | DType>
  extends ElementwiseKernel<A, T> {
  /**
   * The stencil on arrays of `width * height` (`* depth`) elements, x fastest.
   *
   * @throws TypeError, RangeError for a size that is no whole number or too large.
   */
  over(size: GridSize): ElementwiseKernel<A, T>;
}

/** Options of every kernel. */
export interface KernelOptions {
  /** Name for messages; default is the function's own. */
  readonly name?: string | undefined;
  /** Operations may be fused and regrouped, and NaN and infinities may be assumed not to occur. Default false. */
  readonly fastMath?: boolean | undefined;
}

/** Options of kernels whose result is an array. */
export interface ElementwiseOptions<D extends ElementType = ElementType> extends KernelOptions {
  /** Type of the result's elements. Default: what the function returns for these arguments. */
  readonly dtype?: D | undefined;
}
