// A pool that runs kernels too. It knows nothing of how: the runtime brings a KernelRuntime. Kernels have threads of their own, so
// neither waits for the other; what they share is the executor's name, its options and its end.

import {
  type AnyKernel,
  type ArrayOf,
  type CheckedTaskOptions,
  type DType,
  type Executor,
  type ExecutorOptions,
  type Future,
  type HostArray,
  isKernel,
  type Kernel,
  type KernelResult,
  type KernelRuntime,
  type ResidentArray,
  type ResidentResult,
  type ShutdownOptions,
  type StreamOptions,
  type SynchronousKernelExecutor,
  type Task,
  type TaskOptions,
  typeError,
} from "@everycore/core";
import type { Runtime } from "../wire/endpoint.js";
import { WorkerPool } from "./pool.js";

/** A runtime that brings kernels. */
export type KernelPoolRuntime = Runtime & Required<Pick<Runtime, "createKernels">>;

/** What `with` gives: tasks and kernels with other options. Of these, launches obey `signal` and `timeoutMs`. */
export type KernelView = Pick<SynchronousKernelExecutor, "submit"> & Executor;

/** An executor of tasks and kernels over workers of one runtime. */
export class KernelPool extends WorkerPool implements SynchronousKernelExecutor {
  readonly #kernels: KernelRuntime;

  constructor(runtime: KernelPoolRuntime, options: ExecutorOptions = {}) {
    super(runtime, options);
    this.#kernels = runtime.createKernels({ label: this.label, maxWorkers: this.maxWorkers });
  }

  /** What kernels run on here, in words: threads, one thread, or the simulator. */
  get kernelSupport(): string {
    return this.#kernels.support;
  }

  override submit<A extends readonly unknown[], R, G extends A>(
    kernel: Kernel<A, R>,
    ...args: G
  ): Future<ResidentResult<KernelResult<R, G>>>;
  override submit<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Future<Awaited<R>>;
  override submit(task: AnyKernel | Task<readonly unknown[], unknown>, ...args: readonly unknown[]): Future<unknown> {
    return super.submit(task as Task<readonly unknown[], unknown>, ...args);
  }

  run<A extends readonly unknown[], R, G extends A>(
    kernel: Kernel<A, R>,
    ...args: G
  ): ResidentResult<KernelResult<R, G>> {
    this.#checkKernel(kernel);
    this.checkOpen("run");
    return this.#kernels.run(kernel as unknown as AnyKernel, args) as ResidentResult<KernelResult<R, G>>;
  }

  async prepare<A extends readonly unknown[], R, G extends A>(kernel?: Kernel<A, R>, ...args: G): Promise<void> {
    if (kernel !== undefined) this.#checkKernel(kernel);
    this.checkOpen("prepare");
    return this.#kernels.prepare(kernel as unknown as AnyKernel | undefined, args);
  }

  array<T extends HostArray>(host: T, shape?: readonly number[]): ResidentArray<T>;
  array<D extends DType>(dtype: D, shape: number | readonly number[]): ResidentArray<ArrayOf<D>>;
  array(source: HostArray | DType, shape?: number | readonly number[]): ResidentArray {
    this.checkOpen("make an array");
    return this.#kernels.array(source, shape);
  }

  override with(options: TaskOptions & StreamOptions): KernelView {
    return super.with(options) as KernelView;
  }

  override shutdown(options: ShutdownOptions = {}): Promise<void> {
    const tasks = super.shutdown(options);
    const kernels = this.#kernels.shutdown(options);
    return Promise.all([tasks, kernels]).then(() => {});
  }

  override terminateWorkers(): Promise<void> {
    const ended = super.terminateWorkers();
    this.#kernels.terminate();
    return ended;
  }

  override killWorkers(): Promise<void> {
    const ended = super.killWorkers();
    this.#kernels.terminate();
    return ended;
  }

  protected override enqueueKernel(
    kernel: AnyKernel,
    args: readonly unknown[],
    options: CheckedTaskOptions,
  ): Future<unknown> {
    this.checkOpen("submit");
    return this.#kernels.submit(kernel, args, options);
  }

  #checkKernel(kernel: unknown): void {
    if (!isKernel(kernel))
      throw typeError("kernel", "a kernel, made by kernel(), vectorize(), reduction() or stencil()", kernel);
  }
}
