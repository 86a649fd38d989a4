// Kernels on a GPU through WebGL, as an executor: what programs see.

import {
  type ArrayOf,
  type Capabilities,
  checkOptions,
  type DType,
  defineCapabilities,
  type HostArray,
  type KernelExecutor,
  lengthOf,
  typeError,
  UnsupportedError,
} from "@everycore/core";
import { type DeviceElement, deviceElements, GpuExecutor, type LaunchOptions } from "@everycore/gpu";
import { WebGLArray } from "./device-array.js";
import { DeviceRuntime } from "./device-runtime.js";
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
export class WebGLExecutor extends GpuExecutor<DeviceRuntime> implements KernelExecutor {
  readonly capabilities: Capabilities;
  /** What kernels run on, in words. */
  readonly support: string;
  protected readonly float64Advice: string = float64Advice;

  private constructor(runtime: DeviceRuntime, support: string, options: LaunchOptions, of?: WebGLExecutor) {
    super(runtime, options, of);
    this.support = support;
    this.capabilities = of?.capabilities ?? capabilitiesOf(runtime);
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
    return this.runtime.gl as unknown as UserContext;
  }

  /** Textures that arrays and launches have now, and their bytes. */
  get textures(): { readonly count: number; readonly bytes: number } {
    return this.runtime.textures.usage;
  }

  array<T extends HostArray>(host: T, shape?: readonly number[]): WebGLArray<T>;
  array<D extends DType>(dtype: D, shape: number | readonly number[]): WebGLArray<ArrayOf<D>>;
  array(source: HostArray | DType, shape?: number | readonly number[]): WebGLArray {
    return this.makeArray(source, shape) as WebGLArray;
  }

  /** A view of the same executor whose launches have these options. A launch that is on the device cannot be stopped, only given up. */
  with(options: LaunchOptions): WebGLExecutor {
    return new WebGLExecutor(this.runtime, this.support, this.optionsWith(options), this);
  }

  protected newArray(dtype: DeviceElement, shape: readonly number[], host?: HostArray): WebGLArray {
    const { textures } = this.runtime;
    const length = lengthOf(shape);
    if (length > textures.mostElements) {
      throw new UnsupportedError(
        `an array of ${length} elements`,
        this.label,
        `This device has at most ${textures.mostElements} for one: use several.`,
      );
    }
    const memory = host ? textures.upload(host, dtype) : textures.zeros(dtype, length);
    return new WebGLArray(this.runtime, dtype, shape, memory);
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
