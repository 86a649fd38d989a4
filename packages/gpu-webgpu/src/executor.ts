// Kernels on a GPU, as an executor: what programs see.

import {
  type ArrayOf,
  type Capabilities,
  checkOneOf,
  checkOptions,
  type DType,
  defineCapabilities,
  type Future,
  type HostArray,
  type KernelExecutor,
  lengthOf,
  rangeError,
  typeError,
  UnsupportedError,
} from "@everycore/core";
import {
  arrayTypes,
  type DeviceElement,
  deviceElements,
  GpuExecutor,
  type LaunchOptions,
  shapeOf,
} from "@everycore/gpu";
import { maxBytes } from "./buffer-pool.js";
import { WebGPUArray } from "./device-array.js";
import { DeviceRuntime, type RuntimeOptions } from "./device-runtime.js";
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
export class WebGPUExecutor extends GpuExecutor<DeviceRuntime> implements KernelExecutor {
  readonly capabilities: Capabilities;
  /** What the adapter says of itself. */
  readonly adapterInfo: GpuAdapterInfo;
  protected readonly float64Advice: string = float64Advice;

  private constructor(runtime: DeviceRuntime, info: GpuAdapterInfo, options: LaunchOptions, of?: WebGPUExecutor) {
    super(runtime, options, of);
    this.adapterInfo = info;
    this.capabilities = of?.capabilities ?? capabilitiesOf(runtime.device);
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
      return WebGPUExecutor.#on({ label, device: own, adapterInfo: own.adapterInfo ?? {}, owned: false, timestamps });
    }
    const found = await findAdapter(powerPreference);
    if ("reason" in found) throw new UnsupportedError("WebGPU", label, found.reason);
    const opened = await openDevice(found.adapter, timestamps);
    const adapterInfo = found.adapter.info ?? {};
    return WebGPUExecutor.#on({ label, device: opened, adapterInfo, owned: true, timestamps });
  }

  static #on(options: RuntimeOptions): WebGPUExecutor {
    return new WebGPUExecutor(new DeviceRuntime(options), options.adapterInfo, {});
  }

  /** The device, for work of your own. Arrays of this executor are buffers of it: {@link WebGPUArray.buffer}. */
  get device(): UserGpuDevice {
    return this.runtime.device as unknown as UserGpuDevice;
  }

  /** The adapter, in words. */
  get support(): string {
    return `kernels in WGSL, on ${describeAdapter(this.adapterInfo)}`;
  }

  /** Buffers that the executor has on the device, and bytes of those that hold arrays or are kept for reuse. */
  get buffers(): { readonly count: number; readonly bytes: number } {
    return this.runtime.buffers;
  }

  array<T extends HostArray>(host: T, shape?: readonly number[]): WebGPUArray<T>;
  array<D extends DType>(dtype: D, shape: number | readonly number[]): WebGPUArray<ArrayOf<D>>;
  array(source: HostArray | DType, shape?: number | readonly number[]): WebGPUArray {
    return this.makeArray(source, shape) as WebGPUArray;
  }

  /**
   * An array in a buffer of yours, on the same device. The buffer stays yours: disposing of the array does not destroy it.
   *
   * @throws TypeError when it lacks the usages STORAGE, COPY_SRC and COPY_DST; RangeError when it is too small
   */
  wrap<D extends DType>(buffer: UserGpuBuffer, dtype: D, shape?: number | readonly number[]): WebGPUArray<ArrayOf<D>> {
    this.checkOpen("wrap a buffer");
    const element = this.checkElement(dtype);
    const gpu = buffer as unknown as GpuBuffer;
    const needed = usage.storage | usage.copySource | usage.copyTarget;
    if (typeof gpu?.size !== "number") throw typeError("buffer", "a GPUBuffer", gpu);
    if ((gpu.usage & needed) !== needed)
      throw new TypeError("wrap() takes a buffer with the usages STORAGE, COPY_SRC and COPY_DST.");
    const width = arrayTypes[element].BYTES_PER_ELEMENT;
    const axes = shapeOf(shape ?? Math.floor(gpu.size / width));
    if (lengthOf(axes) * width > gpu.size)
      throw rangeError("shape", `at most ${gpu.size} bytes, as the buffer has`, axes.join(" × "));
    return new WebGPUArray(this.runtime, element, axes, this.runtime.pool.wrap(gpu));
  }

  /** A view of the same executor whose launches have these options. A launch that is on the device cannot be stopped, only given up. */
  with(options: LaunchOptions): WebGPUExecutor {
    return new WebGPUExecutor(this.runtime, this.adapterInfo, this.optionsWith(options), this);
  }

  /**
   * Milliseconds that a launch took on the device, by the device's own clock; `undefined` before its future has settled, and without
   * the option `timestamps`.
   */
  gpuTimeMs(future: Future<unknown>): number | undefined {
    return this.runtime.gpuTimeMs(future);
  }

  protected newArray(dtype: DeviceElement, shape: readonly number[], host?: HostArray): WebGPUArray {
    const bytes = lengthOf(shape) * arrayTypes[dtype].BYTES_PER_ELEMENT;
    const most = this.capabilities.maxBufferBytes;
    if (bytes > most) {
      throw new UnsupportedError(
        `an array of ${bytes} bytes`,
        this.label,
        `This device has at most ${most} for one: use several.`,
      );
    }
    const buffer = this.runtime.pool.take(bytes);
    if (host) this.runtime.fill(buffer, host);
    else this.runtime.clear(buffer);
    return new WebGPUArray(this.runtime, dtype, shape, buffer);
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
