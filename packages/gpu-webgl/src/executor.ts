// Kernels on a GPU through WebGL, as an executor: what programs see.

import {
  AbortError,
  type AnyKernel,
  type ArrayOf,
  type Capabilities,
  checkCount,
  checkMs,
  checkOptions,
  type DType,
  defineCapabilities,
  describeValue,
  ExecutorShutdownError,
  Future,
  type HostArray,
  isKernel,
  type Kernel,
  type KernelExecutor,
  type KernelResult,
  rangeError,
  type ShutdownOptions,
  SignalWatch,
  setCancelled,
  type TaskOptions,
  typeError,
  UnsupportedError,
} from "@everycore/core";
import { definitionOf } from "@everycore/kernel/ir";
import { WebGLArray } from "./device-array.js";
import { DeviceRuntime } from "./device-runtime.js";
import { type DeviceElement, deviceElements, elementOf, isDeviceElement, lengthOf } from "./element-types.js";
import type { GlCanvas, UserCanvas, UserContext } from "./gl-types.js";
import { float64Advice } from "./refusals.js";
import { findContext } from "./webgl-source.js";

/** Options of {@link WebGLExecutor.create}. */
export interface WebGLExecutorOptions {
  /** What messages call the executor. Default `"webgl"`. */
  readonly name?: string | undefined;
  /** A canvas to open the context on, which must have none yet. Default: one of its own, off screen. */
  readonly canvas?: UserCanvas | undefined;
}

/** Options of {@link WebGLExecutor.with}. */
export type LaunchOptions = Pick<TaskOptions, "signal" | "timeoutMs">;

/** What every WebGL 2 device can do. `maxBufferBytes` here is what none exceeds; an executor's own says what its device has. */
export const webglCapabilities: Capabilities = defineCapabilities({
  kernels: true,
  parallel: true,
  dtypes: deviceElements,
  maxBufferBytes: 2 ** 32,
});

/**
 * Runs kernels on a GPU through WebGL 2 and gpu.js: in pages and their workers, where there is no WebGPU. Threads write their own elements
 * only; there are no atomics, barriers and shared memory, and no float64.
 *
 * Launches are handed to the device together, at the end of the microtask in which they were submitted. One that was handed over
 * cannot be stopped: `cancel()` is false then, and `abort` only gives it up.
 *
 * @example
 * ```ts
 * await using webgl = await WebGLExecutor.create();
 * const square = vectorize((x: number) => x ** 2);
 * await webgl.submit(square, Float32Array.of(1, 2, 3)); // Float32Array [1, 4, 9]
 * ```
 */
export class WebGLExecutor implements KernelExecutor {
  readonly label: string;
  readonly capabilities: Capabilities;
  /** What kernels run on, in words. */
  readonly support: string;
  readonly #runtime: DeviceRuntime;
  readonly #options: LaunchOptions;
  readonly #shared: { readonly signals: SignalWatch; closing: Promise<void> | undefined };

  private constructor(runtime: DeviceRuntime, support: string, options: LaunchOptions, shared?: WebGLExecutor) {
    this.label = runtime.label;
    this.support = support;
    this.#runtime = runtime;
    this.#options = options;
    this.#shared = shared ? shared.#shared : { signals: new SignalWatch(), closing: undefined };
    this.capabilities = shared?.capabilities ?? capabilitiesOf(runtime);
  }

  /**
   * Opens a context.
   *
   * @throws UnsupportedError where there is no WebGL 2, or none that can draw to textures of floats; the message says what would help.
   */
  static async create(options: WebGLExecutorOptions = {}): Promise<WebGLExecutor> {
    checkExecutorOptions(options);
    const { name = "webgl", canvas } = options;
    const label = `WebGLExecutor ${JSON.stringify(name)}`;
    const found = await findContext(canvas as unknown as GlCanvas | undefined);
    if ("reason" in found) throw new UnsupportedError("WebGL", label, found.reason);
    const { gl, gpuJs, details } = found;
    const runtime = new DeviceRuntime({ label, gl, gpuJs, owned: canvas === undefined });
    return new WebGLExecutor(runtime, `kernels in GLSL, ${details}`, {});
  }

  /** The context, for looking at it. What is changed in it, the executor does not know. */
  get context(): UserContext {
    return this.#runtime.gl as unknown as UserContext;
  }

  /** Textures that arrays and launches have now, and their bytes. */
  get textures(): { readonly count: number; readonly bytes: number } {
    return this.#runtime.textures.usage;
  }

  submit<A extends readonly unknown[], R, G extends A>(kernel: Kernel<A, R>, ...args: G): Future<KernelResult<R, G>> {
    this.#checkOpen("submit");
    if (!isKernel(kernel)) {
      if (typeof kernel !== "function") throw typeError("kernel", "a kernel", kernel);
      throw new UnsupportedError("tasks", this.label, "WebGL runs kernels only: use kernel(…), or a pool of threads.");
    }
    return this.#launch(kernel, args) as Future<KernelResult<R, G>>;
  }

  /** Compiles a kernel for arguments like these, so that its first launch need not wait. Runs nothing. */
  async prepare<A extends readonly unknown[], R, G extends A>(kernel: Kernel<A, R>, ...args: G): Promise<void> {
    this.#checkOpen("prepare");
    this.#runtime.prepare(definitionOf(kernel as unknown as AnyKernel).plan(args));
  }

  array<T extends HostArray>(host: T, shape?: readonly number[]): WebGLArray<T>;
  array<D extends DType>(dtype: D, shape: number | readonly number[]): WebGLArray<ArrayOf<D>>;
  array(source: HostArray | DType, shape?: number | readonly number[]): WebGLArray {
    this.#checkOpen("make an array");
    this.#runtime.checkAlive();
    return typeof source === "string" ? this.#zeros(source, shape) : this.#copyOf(source, shape);
  }

  /** A view of the same executor whose launches have these options. A launch that is on the device cannot be stopped, only given up. */
  with(options: LaunchOptions): WebGLExecutor {
    checkOptions("options", options, ["signal", "timeoutMs"]);
    if (options.timeoutMs !== undefined) checkMs("timeoutMs", options.timeoutMs);
    return new WebGLExecutor(this.#runtime, this.support, { ...this.#options, ...options }, this);
  }

  /** Takes no more launches, finishes what there is, then gives the context back. Idempotent; `await using` does the same. */
  shutdown({ wait = true, cancelFutures = false }: ShutdownOptions = {}): Promise<void> {
    this.#shared.closing ??= this.#runtime.close();
    if (cancelFutures) this.#runtime.cancelAll();
    return wait ? this.#shared.closing : Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #launch(kernel: AnyKernel, args: readonly unknown[]): Future<unknown> {
    const { signal, timeoutMs } = this.#options;
    const plan = definitionOf(kernel).plan(args);
    if (signal?.aborted) {
      const future = new Future<unknown>();
      setCancelled(future, new AbortError(signal.reason));
      return future;
    }
    const launch = this.#runtime.launch(plan, timeoutMs);
    if (signal) launch.addCleanup(this.#shared.signals.add(signal, () => launch.stop(signal.reason)));
    return launch.future;
  }

  #checkOpen(operation: string): void {
    if (this.#shared.closing) throw new ExecutorShutdownError(operation, this.label);
  }

  #checkElement(dtype: DType): DeviceElement {
    if (isDeviceElement(dtype)) return dtype;
    const advice = dtype === "float64" ? float64Advice : `It has ${deviceElements.join(", ")}.`;
    throw new UnsupportedError(`arrays of ${dtype}`, this.label, advice);
  }

  #zeros(dtype: DType, shape: number | readonly number[] | undefined): WebGLArray {
    const element = this.#checkElement(dtype);
    return this.#newArray(element, shapeOf(shape));
  }

  #copyOf(host: HostArray, shape: number | readonly number[] = [host.length]): WebGLArray {
    const element = elementOf(host);
    if (!element)
      throw new TypeError(`array() takes a typed array, or a dtype and a length, not ${describeValue(host)}.`);
    const axes = shapeOf(shape);
    if (lengthOf(axes) !== host.length)
      throw rangeError("shape", `that of ${host.length} elements, as the array has`, axes.join(" × "));
    return this.#newArray(this.#checkElement(element), axes, host);
  }

  #newArray(dtype: DeviceElement, shape: readonly number[], host?: HostArray): WebGLArray {
    const { textures } = this.#runtime;
    const length = lengthOf(shape);
    if (length > textures.mostElements) {
      throw new UnsupportedError(
        `an array of ${length} elements`,
        this.label,
        `This device has at most ${textures.mostElements} for one: use several.`,
      );
    }
    const memory = host ? textures.upload(host, dtype) : textures.zeros(dtype, length);
    return new WebGLArray(this.#runtime, dtype, shape, memory);
  }
}

/** A texel has at least four bytes, whatever its elements have on the host. */
function capabilitiesOf({ textures }: DeviceRuntime): Capabilities {
  return defineCapabilities({ ...webglCapabilities, maxBufferBytes: 4 * textures.mostElements });
}

function checkExecutorOptions(options: WebGLExecutorOptions): void {
  checkOptions("options", options, ["name", "canvas"]);
  const { name, canvas } = options;
  if (name !== undefined && typeof name !== "string") throw typeError("name", "a string", name);
  if (canvas !== undefined && typeof (canvas as unknown as GlCanvas | null)?.getContext !== "function") {
    throw typeError("canvas", "a canvas", canvas);
  }
}

/** The lengths of the axes; a number is the length of the only one. */
function shapeOf(shape: unknown): readonly number[] {
  if (!Array.isArray(shape)) {
    checkCount("length", shape, 0);
    return [shape];
  }
  for (const [axis, length] of shape.entries()) checkCount(`shape[${axis}]`, length, 0);
  return shape;
}
