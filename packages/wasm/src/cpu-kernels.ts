// Kernels on the processor: what a backend's executor needs to run them. Loads the compiler, plans launches, and hands them to the
// queue, or runs them at once.
//
// What runs a kernel, best first: WebAssembly on kernel threads and the calling thread; WebAssembly on the calling thread, without
// threads or without shared memory; the simulator on the calling thread, without WebAssembly. `support` says which.

import {
  AbortError,
  type AnyKernel,
  type Capabilities,
  checkCount,
  type DType,
  describeValue,
  ExecutorShutdownError,
  Future,
  type HostArray,
  InvalidStateError,
  type KernelRuntime,
  lengthOf,
  rangeError,
  type ShutdownOptions,
  SignalWatch,
  setCancelled,
  type TaskOptions,
  UnsupportedError,
} from "@everycore/core";
import type { ElementType, KernelDefinition, LaunchPlan } from "@everycore/kernel/ir";
import { type ArrayOwner, CpuArray } from "./device-array.js";
import { arrayTypes, elementOf, isCpuType } from "./element-types.js";
import { type FoundFeatures, findFeatures, type KernelFeatures } from "./engine.js";
import type { Compile, Tool } from "./executable.js";
import { Heap } from "./heap.js";
import type { StartKernelThread } from "./kernel-threads.js";
import { Launch } from "./launch.js";
import { LaunchBacklog } from "./launch-backlog.js";
import type { LaunchRunner } from "./launch-runner.js";

/** Options of {@link CpuKernels}. */
export interface CpuKernelsOptions {
  /** What messages call the executor. */
  readonly label: string;
  /** The most threads that work on one launch. */
  readonly maxWorkers: number;
  /** Without it, or without shared memory, kernels run on the calling thread. */
  readonly startThread?: StartKernelThread | undefined;
  /** Calls back in a later turn of the event loop, and keeps the process alive until then. */
  readonly later: (callback: () => void) => void;
  readonly features?: KernelFeatures | undefined;
  /** Loads the compiler; this package's own by default. */
  readonly loadCompiler?: (() => Promise<{ compileProgram: Compile }>) | undefined;
}

/** What the ring of launches has room for. */
const mostThreads = 112;

/** What every backend with {@link CpuKernels} can do. */
export const cpuKernelCapabilities: Partial<Capabilities> = {
  kernels: true,
  scatter: true,
  atomics: true,
  barriers: true,
  subnormals: true,
  dtypes: Object.keys(arrayTypes),
  maxBufferBytes: 2 ** 32 - 2 ** 16,
};

/** See above. */
export class CpuKernels implements KernelRuntime {
  readonly #options: CpuKernelsOptions;
  readonly #features: FoundFeatures;
  readonly #owner: CpuArrayOwner;
  readonly #signals = new SignalWatch();
  #backlog: LaunchBacklog | undefined;
  #runner: LaunchRunner | undefined;
  #loading: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: CpuKernelsOptions) {
    this.#options = options;
    this.#features = findFeatures(options.features);
    this.#owner = new CpuArrayOwner(options.label, this.#features, () => this.#open());
  }

  /** What kernels run on here, in words. */
  get support(): string {
    return describeSupport(this.#features, this.#options.startThread ? this.#options.maxWorkers : 0);
  }

  /** Bytes of memory that arrays, pending launches and compiled programs take. */
  get usedBytes(): number {
    return this.#owner.usedBytes;
  }

  submit(kernel: AnyKernel, args: readonly unknown[], options: TaskOptions = {}): Future<unknown> {
    this.#check("submit");
    return this.#launch(definitionOf(kernel).plan(args), options);
  }

  run(kernel: AnyKernel, args: readonly unknown[]): unknown {
    this.#check("run");
    const plan = definitionOf(kernel).plan(args);
    if (this.#runner) return this.#runner.run(plan);
    throw new InvalidStateError(
      "The compiler of kernels is not loaded yet: call `await executor.prepare()` once before run().",
    );
  }

  async prepare(kernel: AnyKernel | undefined, args: readonly unknown[]): Promise<void> {
    this.#check("prepare");
    const plan = kernel && definitionOf(kernel).plan(args);
    await this.#load();
    const runner = this.#runner as LaunchRunner;
    // They come up while this thread compiles.
    runner.startThreads();
    if (plan) runner.executableOf(plan);
    const { warmUp } = await import("@everycore/kernel/ir");
    for (const sample of warmUp()) if (!this.#closing) await this.#launch(sample, {});
  }

  array(source: HostArray | DType, shape?: number | readonly number[]): CpuArray {
    this.#check("make an array");
    return typeof source === "string" ? this.#zeros(source, shape) : this.#copyOf(source, shape);
  }

  /** Finishes or cancels what was submitted, then ends threads and frees memory. Idempotent. */
  shutdown(options: ShutdownOptions): Promise<void> {
    this.#closing ??= this.#close();
    if (options.cancelFutures) this.#backlog?.cancelAll();
    return options.wait === false ? Promise.resolve() : this.#closing;
  }

  /** Ends the threads now; the launch that runs in them fails with `WorkerLostError`. */
  terminate(): void {
    this.#runner?.terminateThreads();
  }

  #launch(plan: LaunchPlan, { signal, timeoutMs }: TaskOptions): Future<unknown> {
    if (signal?.aborted) {
      const future = new Future<unknown>();
      setCancelled(future, new AbortError(signal.reason));
      return future;
    }
    const backlog = this.#open();
    const launch = new Launch(plan, backlog, this.#options.startThread ? this.#workers : 0, true, timeoutMs);
    launch.executable = this.#runner?.executableOf(plan);
    backlog.staging.place(launch);
    if (signal) launch.addCleanup(this.#signals.add(signal, () => launch.stop({ reason: signal.reason })));
    backlog.add(launch);
    void this.#load();
    return launch.future as Future<unknown>;
  }

  get #workers(): number {
    return Math.min(this.#options.maxWorkers, mostThreads);
  }

  #check(operation: string): void {
    if (this.#closing) throw new ExecutorShutdownError(operation, this.#options.label);
  }

  #open(): LaunchBacklog {
    this.#backlog ??= new LaunchBacklog(this.#owner);
    return this.#backlog;
  }

  /** Loads the compiler and what runs launches. A failure fails what was submitted; the next launch tries again. */
  #load(): Promise<void> {
    this.#loading ??= this.#loadRunner().catch((error: unknown) => {
      this.#loading = undefined;
      this.#backlog?.failAll(error);
      throw error;
    });
    this.#loading.catch(() => {});
    return this.#loading;
  }

  async #loadRunner(): Promise<void> {
    const [tool, { LaunchRunner }] = await Promise.all([this.#loadTool(), import("./launch-runner.js")]);
    const { startThread, later } = this.#options;
    const options = { startThread, later, maxWorkers: this.#workers, blocking: this.#features.blocking };
    const backlog = this.#open();
    this.#runner = new LaunchRunner(backlog, this.#owner, this.#features, tool, options);
    backlog.attach(this.#runner);
  }

  async #loadTool(): Promise<Tool> {
    if (!this.#features.engine) return { simulate: (await import("@everycore/kernel/ir")).simulatePlan };
    const { loadCompiler = () => import("./compiler.js") } = this.#options;
    return { compile: (await loadCompiler()).compileProgram };
  }

  #zeros(dtype: DType, shape: number | readonly number[] | undefined): CpuArray {
    if (!isCpuType(dtype)) {
      throw new UnsupportedError(
        `arrays of ${dtype}`,
        this.#options.label,
        `It has ${Object.keys(arrayTypes).join(", ")}.`,
      );
    }
    const array = this.#newArray(dtype, shapeOf(shape));
    array.view.fill(0);
    return array;
  }

  #copyOf(host: HostArray, shape: number | readonly number[] = [host.length]): CpuArray {
    const element = elementOf(host);
    if (!element)
      throw new TypeError(`array() takes a typed array, or a dtype and a length, not ${describeValue(host)}.`);
    const axes = shapeOf(shape);
    if (lengthOf(axes) !== host.length)
      throw rangeError("shape", `that of ${host.length} elements, as the array has`, axes.join(" × "));
    const array = this.#newArray(element, axes);
    array.view.set(host);
    return array;
  }

  #newArray(dtype: ElementType, shape: readonly number[]): CpuArray {
    const bytes = lengthOf(shape) * arrayTypes[dtype].BYTES_PER_ELEMENT;
    return new CpuArray(this.#owner, dtype, shape, this.#owner.heap.allocate(bytes));
  }

  async #close(): Promise<void> {
    await this.#backlog?.whenIdle();
    // Perhaps nothing was submitted, and what `prepare` asked for is on its way.
    await this.#loading?.catch(() => {});
    await this.#runner?.end();
    this.#owner.close();
  }
}

/** What {@link CpuKernels} is to its arrays. The memory is reserved when it is first needed. */
class CpuArrayOwner implements ArrayOwner {
  readonly label: string;
  readonly #features: FoundFeatures;
  readonly #backlog: () => LaunchBacklog;
  #heap: Heap | undefined;
  closed = false;

  constructor(label: string, features: FoundFeatures, backlog: () => LaunchBacklog) {
    this.label = label;
    this.#features = features;
    this.#backlog = backlog;
  }

  get heap(): Heap {
    this.#heap ??= new Heap(this.#features, this.label);
    return this.#heap;
  }

  get usedBytes(): number {
    return this.#heap?.takenBytes ?? 0;
  }

  inOrder<T>(step: () => T): Promise<T> {
    return this.#backlog().inOrder(step);
  }

  retire(address: number): void {
    if (!this.closed) this.#backlog().retire(address);
  }

  close(): void {
    this.closed = true;
    this.#heap = undefined;
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

/** As in @everycore/kernel/ir, which is not loaded before the first kernel. */
function definitionOf(kernel: AnyKernel): KernelDefinition {
  return (kernel as unknown as Record<symbol, KernelDefinition>)[Symbol.for("everycore.kernel")] as KernelDefinition;
}

/** What kernels run on, in words. */
export function describeSupport(features: FoundFeatures, threads: number): string {
  if (features.isForbidden) {
    return "kernels in the simulator, on the calling thread: the content security policy forbids WebAssembly, allow 'wasm-unsafe-eval'";
  }
  if (!features.engine)
    return "kernels in the simulator, on the calling thread: there is no WebAssembly with SIMD here";
  const relaxed = features.relaxedSimd ? ", relaxed SIMD" : "";
  const what = `kernels in WebAssembly with SIMD${relaxed}`;
  if (threads === 0) return `${what}, on the calling thread`;
  if (!features.sharedMemory) return `${what}, on the calling thread: there is no SharedArrayBuffer here`;
  return `${what}, on up to ${threads} kernel threads`;
}
