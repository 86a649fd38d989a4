// An executor of kernels on a GPU, as far as that is the same whatever speaks to the GPU: what it takes, checks and refuses.

import {
  AbortError,
  type AnyKernel,
  type Capabilities,
  checkCount,
  checkMs,
  checkOptions,
  type DType,
  describeValue,
  ExecutorShutdownError,
  Future,
  type HostArray,
  isKernel,
  type Kernel,
  type KernelResult,
  lengthOf,
  rangeError,
  type ShutdownOptions,
  SignalWatch,
  setCancelled,
  type TaskOptions,
  typeError,
  UnsupportedError,
} from "@everycore/core";
import { definitionOf, type LaunchPlan } from "@everycore/kernel/ir";
import { type DeviceElement, deviceElements, elementOf, isDeviceElement } from "./element-types.js";
import type { GpuLaunch, LaunchPlacement } from "./launch.js";

/** Options of an executor's `with`. */
export type LaunchOptions = Pick<TaskOptions, "signal" | "timeoutMs">;

/** What drives a device. */
export interface GpuRuntime {
  readonly label: string;
  launch(plan: LaunchPlan, timeoutMs: number | undefined): GpuLaunch<LaunchPlacement>;
  /** Compiles for a launch like this one. */
  prepare(plan: LaunchPlan): Promise<void> | void;
  /** Cancels what was not handed over. */
  cancelAll(): void;
  /** Finishes what was submitted, then frees everything. */
  close(): Promise<void>;
  /** @throws why nothing can be done here any more */
  checkAlive(): void;
}

/** What all views of an executor have in common. */
interface Shared {
  readonly signals: SignalWatch;
  closing: Promise<void> | undefined;
}

/** See above. Backends extend it: `create`, `array` and `with` are theirs. */
export abstract class GpuExecutor<R extends GpuRuntime> {
  readonly label: string;
  abstract readonly capabilities: Capabilities;
  protected readonly runtime: R;
  readonly #options: LaunchOptions;
  readonly #shared: Shared;

  /** With `of`, a view of that executor. */
  protected constructor(runtime: R, options: LaunchOptions, of?: GpuExecutor<R>) {
    this.label = runtime.label;
    this.runtime = runtime;
    this.#options = options;
    this.#shared = of ? of.#shared : { signals: new SignalWatch(), closing: undefined };
  }

  /** Why there is no float64, and what there is instead. */
  protected abstract readonly float64Advice: string;
  /** Makes an array: a copy of `host`, or zeros. */
  protected abstract newArray(dtype: DeviceElement, shape: readonly number[], host?: HostArray): unknown;

  submit<A extends readonly unknown[], T, G extends A>(kernel: Kernel<A, T>, ...args: G): Future<KernelResult<T, G>> {
    this.checkOpen("submit");
    if (!isKernel(kernel)) {
      if (typeof kernel !== "function") throw typeError("kernel", "a kernel", kernel);
      throw new UnsupportedError("tasks", this.label, "A GPU runs kernels only: use kernel(…), or a pool of threads.");
    }
    return this.#launch(kernel, args) as Future<KernelResult<T, G>>;
  }

  /** Compiles a kernel for arguments like these, so that its first launch need not wait. Runs nothing. */
  async prepare<A extends readonly unknown[], T, G extends A>(kernel: Kernel<A, T>, ...args: G): Promise<void> {
    this.checkOpen("prepare");
    await this.runtime.prepare(definitionOf(kernel as unknown as AnyKernel).plan(args));
  }

  /** Takes no more launches, finishes what there is, then gives the device back. Idempotent; `await using` does the same. */
  shutdown({ wait = true, cancelFutures = false }: ShutdownOptions = {}): Promise<void> {
    this.#shared.closing ??= this.runtime.close();
    if (cancelFutures) this.runtime.cancelAll();
    return wait ? this.#shared.closing : Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  protected checkOpen(operation: string): void {
    if (this.#shared.closing) throw new ExecutorShutdownError(operation, this.label);
  }

  /** The options of a view with these options. */
  protected optionsWith(options: LaunchOptions): LaunchOptions {
    checkOptions("options", options, ["signal", "timeoutMs"]);
    if (options.timeoutMs !== undefined) checkMs("timeoutMs", options.timeoutMs);
    return { ...this.#options, ...options };
  }

  /** What `array` does. */
  protected makeArray(source: HostArray | DType, shape?: number | readonly number[]): unknown {
    this.checkOpen("make an array");
    this.runtime.checkAlive();
    return typeof source === "string"
      ? this.newArray(this.checkElement(source), shapeOf(shape))
      : this.#copyOf(source, shape);
  }

  protected checkElement(dtype: DType): DeviceElement {
    if (isDeviceElement(dtype)) return dtype;
    const advice = dtype === "float64" ? this.float64Advice : `It has ${deviceElements.join(", ")}.`;
    throw new UnsupportedError(`arrays of ${dtype}`, this.label, advice);
  }

  #launch(kernel: AnyKernel, args: readonly unknown[]): Future<unknown> {
    const { signal, timeoutMs } = this.#options;
    const plan = definitionOf(kernel).plan(args);
    if (signal?.aborted) {
      const future = new Future<unknown>();
      setCancelled(future, new AbortError(signal.reason));
      return future;
    }
    const launch = this.runtime.launch(plan, timeoutMs);
    if (signal) launch.addCleanup(this.#shared.signals.add(signal, () => launch.stop(signal.reason)));
    return launch.future;
  }

  #copyOf(host: HostArray, shape: number | readonly number[] = [host.length]): unknown {
    const element = elementOf(host);
    if (!element)
      throw new TypeError(`array() takes a typed array, or a dtype and a length, not ${describeValue(host)}.`);
    const axes = shapeOf(shape);
    if (lengthOf(axes) !== host.length)
      throw rangeError("shape", `that of ${host.length} elements, as the array has`, axes.join(" × "));
    return this.newArray(this.checkElement(element), axes, host);
  }
}

/** The lengths of the axes; a number is the length of the only one. */
export function shapeOf(shape: unknown): readonly number[] {
  if (!Array.isArray(shape)) {
    checkCount("length", shape, 0);
    return [shape];
  }
  for (const [axis, length] of shape.entries()) checkCount(`shape[${axis}]`, length, 0);
  return shape;
}
