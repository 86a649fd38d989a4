// Kernels on a GPU, as an executor: what programs see.

import {
  AbortError,
  type AnyKernel,
  type ArrayOf,
  type Capabilities,
  checkCount,
  checkMs,
  checkOneOf,
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
import { maxBytes } from "./buffer-pool.js";
import { WebGPUArray } from "./device-array.js";
import { DeviceRuntime } from "./device-runtime.js";
import {
  arrayTypes,
  type DeviceElement,
  deviceElements,
  elementOf,
  isDeviceElement,
  lengthOf,
} from "./element-types.js";
import { describeAdapter, findAdapter, openDevice, type PowerPreference } from "./gpu-source.js";
import type { GpuAdapterInfo, GpuBuffer, GpuDevice, UserGpuBuffer, UserGpuDevice } from "./gpu-types.js";
import { usage } from "./gpu-types.js";
import { float64Advice } from "./refusals.js";

/** Options of {@link WebGPUExecutor.create}. */
export interface WebGPUExecutorOptions {
  /** What messages call the executor. Default `"gpu"`. */
  readonly name?: string | undefined;
  /** Which of several GPUs. Default: the browser's or driver's choice. */
  readonly powerPreference?: PowerPreference | undefined;
  /** A device that the program has already. It is not destroyed at shutdown. */
  readonly device?: UserGpuDevice | undefined;
  /** Whether launches are timed on the device; see {@link WebGPUExecutor.gpuTimeMs}. They cost more then. Default false. */
  readonly timestamps?: boolean | undefined;
}

/** Options of {@link WebGPUExecutor.with}. */
export type LaunchOptions = Pick<TaskOptions, "signal" | "timeoutMs">;

/** What every WebGPU device can do. `maxBufferBytes` here is what none exceeds; an executor's own says what its device has. */
export const webgpuCapabilities: Capabilities = defineCapabilities({
  kernels: true,
  parallel: true,
  scatter: true,
  atomics: true,
  barriers: true,
  dtypes: deviceElements,
  maxBufferBytes: 2 ** 32,
});

/**
 * Runs kernels on a GPU, through WebGPU: in browsers, and in Node with the optional package `webgpu`.
 *
 * Launches are handed to the device together, at the end of the microtask in which they were submitted. One that was handed over
 * cannot be stopped: `cancel()` is false then, and `abort` only gives it up.
 *
 * @example
 * ```ts
 * await using gpu = await WebGPUExecutor.create();
 * const square = vectorize((x: number) => x ** 2);
 * await gpu.submit(square, Float32Array.of(1, 2, 3)); // Float32Array [1, 4, 9]
 * ```
 */
export class WebGPUExecutor implements KernelExecutor {
  readonly label: string;
  readonly capabilities: Capabilities;
  /** What the adapter says of itself. */
  readonly adapterInfo: GpuAdapterInfo;
  readonly #runtime: DeviceRuntime;
  readonly #options: LaunchOptions;
  readonly #shared: { readonly signals: SignalWatch; closing: Promise<void> | undefined };

  private constructor(runtime: DeviceRuntime, info: GpuAdapterInfo, options: LaunchOptions, shared?: WebGPUExecutor) {
    this.label = runtime.label;
    this.adapterInfo = info;
    this.#runtime = runtime;
    this.#options = options;
    this.#shared = shared ? shared.#shared : { signals: new SignalWatch(), closing: undefined };
    this.capabilities = shared?.capabilities ?? capabilitiesOf(runtime.device);
  }

  /**
   * Opens a device, with all the limits that its adapter has.
   *
   * @throws UnsupportedError where there is no WebGPU, or no adapter; the message says what would help.
   */
  static async create(options: WebGPUExecutorOptions = {}): Promise<WebGPUExecutor> {
    checkExecutorOptions(options);
    const { name = "gpu", device, timestamps = false, powerPreference } = options;
    const label = `WebGPUExecutor ${JSON.stringify(name)}`;
    if (device) {
      const own = device as unknown as GpuDevice;
      if (timestamps && !own.features.has("timestamp-query")) {
        throw new UnsupportedError("timestamps", label, 'Request the device with the feature "timestamp-query".');
      }
      const info = own.adapterInfo ?? {};
      const { architecture } = info;
      return new WebGPUExecutor(
        new DeviceRuntime({ label, device: own, owned: false, timestamps, architecture }),
        info,
        {},
      );
    }
    const found = await findAdapter(powerPreference);
    if ("reason" in found) throw new UnsupportedError("WebGPU", label, found.reason);
    const opened = await openDevice(found.adapter, timestamps);
    const info = found.adapter.info ?? {};
    const { architecture } = info;
    return new WebGPUExecutor(
      new DeviceRuntime({ label, device: opened, owned: true, timestamps, architecture }),
      info,
      {},
    );
  }

  /** The device, for work of your own. Arrays of this executor are buffers of it: {@link WebGPUArray.buffer}. */
  get device(): UserGpuDevice {
    return this.#runtime.device as unknown as UserGpuDevice;
  }

  /** The adapter, in words. */
  get support(): string {
    return `kernels in WGSL, on ${describeAdapter(this.adapterInfo)}`;
  }

  /** Buffers that the executor has on the device, and bytes of those that hold arrays or are kept for reuse. */
  get buffers(): { readonly count: number; readonly bytes: number } {
    return this.#runtime.buffers;
  }

  submit<A extends readonly unknown[], R, G extends A>(kernel: Kernel<A, R>, ...args: G): Future<KernelResult<R, G>> {
    this.#checkOpen("submit");
    if (!isKernel(kernel)) {
      if (typeof kernel !== "function") throw typeError("kernel", "a kernel", kernel);
      throw new UnsupportedError("tasks", this.label, "A GPU runs kernels only: use kernel(…), or a pool of threads.");
    }
    return this.#launch(kernel, args) as Future<KernelResult<R, G>>;
  }

  /** Compiles a kernel for arguments like these, so that its first launch need not wait. Runs nothing. */
  async prepare<A extends readonly unknown[], R, G extends A>(kernel: Kernel<A, R>, ...args: G): Promise<void> {
    this.#checkOpen("prepare");
    await this.#runtime.prepare(definitionOf(kernel as unknown as AnyKernel).plan(args));
  }

  array<T extends HostArray>(host: T, shape?: readonly number[]): WebGPUArray<T>;
  array<D extends DType>(dtype: D, shape: number | readonly number[]): WebGPUArray<ArrayOf<D>>;
  array(source: HostArray | DType, shape?: number | readonly number[]): WebGPUArray {
    this.#checkOpen("make an array");
    if (this.#runtime.end) throw this.#runtime.end;
    return typeof source === "string" ? this.#zeros(source, shape) : this.#copyOf(source, shape);
  }

  /**
   * An array in a buffer of yours, on the same device. The buffer stays yours: disposing of the array does not destroy it.
   *
   * @throws TypeError when it lacks the usages STORAGE, COPY_SRC and COPY_DST; RangeError when it is too small
   */
  wrap<D extends DType>(buffer: UserGpuBuffer, dtype: D, shape?: number | readonly number[]): WebGPUArray<ArrayOf<D>> {
    this.#checkOpen("wrap a buffer");
    const element = this.#checkElement(dtype);
    const gpu = buffer as unknown as GpuBuffer;
    const needed = usage.storage | usage.copySource | usage.copyTarget;
    if (typeof gpu?.size !== "number") throw typeError("buffer", "a GPUBuffer", gpu);
    if ((gpu.usage & needed) !== needed)
      throw new TypeError("wrap() takes a buffer with the usages STORAGE, COPY_SRC and COPY_DST.");
    const width = arrayTypes[element].BYTES_PER_ELEMENT;
    const axes = shapeOf(shape ?? Math.floor(gpu.size / width));
    if (lengthOf(axes) * width > gpu.size)
      throw rangeError("shape", `at most ${gpu.size} bytes, as the buffer has`, axes.join(" × "));
    return new WebGPUArray(this.#runtime, element, axes, this.#runtime.pool.wrap(gpu));
  }

  /** A view of the same executor whose launches have these options. A launch that is on the device cannot be stopped, only given up. */
  with(options: LaunchOptions): WebGPUExecutor {
    checkOptions("options", options, ["signal", "timeoutMs"]);
    if (options.timeoutMs !== undefined) checkMs("timeoutMs", options.timeoutMs);
    return new WebGPUExecutor(this.#runtime, this.adapterInfo, { ...this.#options, ...options }, this);
  }

  /**
   * Milliseconds that a launch took on the device, by the device's own clock; `undefined` before its future has settled, and without
   * the option `timestamps`.
   */
  gpuTimeMs(future: Future<unknown>): number | undefined {
    return this.#runtime.gpuTimeMs(future);
  }

  /** Takes no more launches, finishes what there is, then gives the device back. Idempotent; `await using` does the same. */
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

  #zeros(dtype: DType, shape: number | readonly number[] | undefined): WebGPUArray {
    const element = this.#checkElement(dtype);
    return this.#newArray(element, shapeOf(shape));
  }

  #copyOf(host: HostArray, shape: number | readonly number[] = [host.length]): WebGPUArray {
    const element = elementOf(host);
    if (!element)
      throw new TypeError(`array() takes a typed array, or a dtype and a length, not ${describeValue(host)}.`);
    const axes = shapeOf(shape);
    if (lengthOf(axes) !== host.length)
      throw rangeError("shape", `that of ${host.length} elements, as the array has`, axes.join(" × "));
    return this.#newArray(this.#checkElement(element), axes, host);
  }

  #newArray(dtype: DeviceElement, shape: readonly number[], host?: HostArray): WebGPUArray {
    const bytes = lengthOf(shape) * arrayTypes[dtype].BYTES_PER_ELEMENT;
    const most = this.capabilities.maxBufferBytes;
    if (bytes > most) {
      throw new UnsupportedError(
        `an array of ${bytes} bytes`,
        this.label,
        `This device has at most ${most} for one: use several.`,
      );
    }
    const buffer = this.#runtime.pool.take(bytes);
    if (host) this.#runtime.fill(buffer, host);
    else this.#runtime.clear(buffer);
    return new WebGPUArray(this.#runtime, dtype, shape, buffer);
  }
}

function capabilitiesOf(device: GpuDevice): Capabilities {
  return defineCapabilities({ ...webgpuCapabilities, maxBufferBytes: maxBytes(device) });
}

function checkExecutorOptions(options: WebGPUExecutorOptions): void {
  checkOptions("options", options);
  const { name, powerPreference, device, timestamps } = options;
  if (name !== undefined && typeof name !== "string") throw typeError("name", "a string", name);
  if (powerPreference !== undefined) checkOneOf("powerPreference", powerPreference, ["low-power", "high-performance"]);
  if (timestamps !== undefined && typeof timestamps !== "boolean")
    throw typeError("timestamps", "a boolean", timestamps);
  if (device !== undefined && typeof (device as unknown as GpuDevice | null)?.createBuffer !== "function") {
    throw typeError("device", "a GPUDevice", device);
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
