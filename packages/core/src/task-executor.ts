// The part of an executor that is the same everywhere: public methods check their arguments once and hand over to a few
// protected twins, which a backend (in practice: the pool) implements.

import {
  checkCount,
  checkFinite,
  checkFunction,
  checkMs,
  checkOneOf,
  checkOptions,
  checkSignal,
  rangeError,
  typeError,
} from "./arguments.js";
import type { Capabilities } from "./capabilities.js";
import { UnsupportedError } from "./errors.js";
import type { Executor, ExecutorStats, ShutdownOptions, StreamOptions, TaskOptions, TaskStream } from "./executor.js";
import type { Future } from "./future.js";
import { type AnyKernel, isKernel } from "./kernel.js";
import { type ChunkResult, type Inputs, type MapOptions, MapResults, splitMapArguments } from "./map.js";
import type { AnyTask, Task } from "./tasks.js";
import type { WaitOptions } from "./waiting.js";

/** How a worker is to call the task. */
export type TaskKind = "call" | "chunk";

/** Task options with everything checked. */
export type CheckedTaskOptions = TaskOptions & StreamOptions;

const noOptions: CheckedTaskOptions = Object.freeze({});

/** The part of an executor that is the same everywhere. Backends extend it. */
export abstract class TaskExecutor implements Executor {
  abstract readonly label: string;
  abstract readonly capabilities: Capabilities;
  abstract readonly maxWorkers: number;

  /**
   * Takes a task; arguments and options are checked. `"chunk"`: `args` are tuples, the result a {@link ChunkResult}.
   * `caller`: the public method that the program called; a stack that is captured should begin above it.
   */
  protected abstract enqueue(
    kind: TaskKind,
    task: AnyTask,
    args: readonly unknown[],
    options: CheckedTaskOptions,
    caller: AnyTask,
  ): Future<unknown>;
  /** Launches a kernel. An executor that runs kernels overrides this, and `submit`'s type. */
  protected enqueueKernel(
    _kernel: AnyKernel,
    _args: readonly unknown[],
    _options: CheckedTaskOptions,
  ): Future<unknown> {
    throw new UnsupportedError("kernels", this.label, "Use an executor that runs kernels.");
  }
  /** Checks that streams are accepted now, and prepares one. */
  protected abstract openStream(
    task: AnyTask,
    args: readonly unknown[],
    options: CheckedTaskOptions,
    caller: AnyTask,
  ): TaskStream<unknown>;
  /** Throws unless `operation` is possible now. */
  protected abstract checkOpen(operation: string): void;

  abstract broadcast<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Promise<Array<Awaited<R>>>;
  abstract ready(options?: WaitOptions): Promise<void>;
  abstract stats(): ExecutorStats;
  abstract shutdown(options?: ShutdownOptions): Promise<void>;
  abstract terminateWorkers(): Promise<void>;
  abstract killWorkers(): Promise<void>;

  /** The options that tasks submitted here have; a view overrides it. */
  protected get taskOptions(): CheckedTaskOptions {
    return noOptions;
  }

  submit<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Future<Awaited<R>> {
    if (isKernel(task)) return this.enqueueKernel(task, args, this.taskOptions) as Future<Awaited<R>>;
    checkFunction("task", task);
    return this.enqueue("call", task as AnyTask, args, this.taskOptions, this.submit) as Future<Awaited<R>>;
  }

  map<A extends readonly unknown[], R>(task: Task<A, R>, ...inputs: Inputs<A>): MapResults<Awaited<R>>;
  map<A extends readonly unknown[], R>(
    task: Task<A, R>,
    ...inputsAndOptions: [...Inputs<A>, MapOptions]
  ): MapResults<Awaited<R>>;
  map<A extends readonly unknown[], R>(task: Task<A, R>, ...rest: readonly unknown[]): MapResults<Awaited<R>> {
    this.#checkTask(task);
    const { inputs, options } = splitMapArguments(rest);
    this.checkOpen("map");
    const submit = (kind: TaskKind, args: readonly unknown[]): Future<unknown> =>
      this.enqueue(kind, task as AnyTask, args, this.taskOptions, this.map);
    return new MapResults<Awaited<R>>(inputs, options, 2 * this.maxWorkers, {
      one: (args) => submit("call", args) as Future<Awaited<R>>,
      chunk: (tuples) => submit("chunk", tuples) as Future<ChunkResult<Awaited<R>>>,
    });
  }

  stream<A extends readonly unknown[], T>(task: Task<A, AsyncIterable<T> | Iterable<T>>, ...args: A): TaskStream<T> {
    this.#checkTask(task);
    return this.openStream(task as AnyTask, args, this.taskOptions, this.stream) as TaskStream<T>;
  }

  with(options: TaskOptions & StreamOptions): Executor {
    return new ExecutorView(this, { ...this.taskOptions, ...checkTaskOptions(options) });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Lets a view reach the protected twins of its executor. */
  protected static twins(executor: TaskExecutor): ProtectedTwins {
    return executor as unknown as ProtectedTwins;
  }

  #checkTask(task: unknown): void {
    if (isKernel(task)) {
      const way = this.capabilities.kernels
        ? "Submit the kernel: it does"
        : "Use an executor that runs kernels, and submit it: it does";
      throw new UnsupportedError("kernels in map and stream", this.label, `${way} all elements at once.`);
    }
    checkFunction("task", task);
  }
}

interface ProtectedTwins {
  enqueueKernel(kernel: AnyKernel, args: readonly unknown[], options: CheckedTaskOptions): Future<unknown>;
  enqueue(
    kind: TaskKind,
    task: AnyTask,
    args: readonly unknown[],
    options: CheckedTaskOptions,
    caller: AnyTask,
  ): Future<unknown>;
  openStream(
    task: AnyTask,
    args: readonly unknown[],
    options: CheckedTaskOptions,
    caller: AnyTask,
  ): TaskStream<unknown>;
  checkOpen(operation: string): void;
}

class ExecutorView extends TaskExecutor {
  readonly #executor: TaskExecutor;
  readonly #options: CheckedTaskOptions;

  constructor(executor: TaskExecutor, options: CheckedTaskOptions) {
    super();
    this.#executor = executor;
    this.#options = options;
  }

  get label(): string {
    return this.#executor.label;
  }
  get capabilities(): Capabilities {
    return this.#executor.capabilities;
  }
  get maxWorkers(): number {
    return this.#executor.maxWorkers;
  }
  protected override get taskOptions(): CheckedTaskOptions {
    return this.#options;
  }
  protected enqueue(...call: Parameters<ProtectedTwins["enqueue"]>): Future<unknown> {
    return TaskExecutor.twins(this.#executor).enqueue(...call);
  }
  protected override enqueueKernel(...call: Parameters<ProtectedTwins["enqueueKernel"]>): Future<unknown> {
    return TaskExecutor.twins(this.#executor).enqueueKernel(...call);
  }
  protected openStream(...call: Parameters<ProtectedTwins["openStream"]>): TaskStream<unknown> {
    return TaskExecutor.twins(this.#executor).openStream(...call);
  }
  protected checkOpen(operation: string): void {
    TaskExecutor.twins(this.#executor).checkOpen(operation);
  }
  broadcast<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Promise<Array<Awaited<R>>> {
    return this.#executor.broadcast(task, ...args);
  }
  ready(options?: WaitOptions): Promise<void> {
    return this.#executor.ready(options);
  }
  stats(): ExecutorStats {
    return this.#executor.stats();
  }
  shutdown(options?: ShutdownOptions): Promise<void> {
    return this.#executor.shutdown(options);
  }
  terminateWorkers(): Promise<void> {
    return this.#executor.terminateWorkers();
  }
  killWorkers(): Promise<void> {
    return this.#executor.killWorkers();
  }
}

const taskOptionNames = ["signal", "timeoutMs", "priority", "transfer", "key", "abortGraceMs", "streamBuffer"];

function checkTaskOptions(options: TaskOptions & StreamOptions): CheckedTaskOptions {
  checkOptions("options", options, taskOptionNames);
  const { signal, timeoutMs, priority, transfer, key, abortGraceMs, streamBuffer } = options;
  if (signal !== undefined) checkSignal("signal", signal);
  if (timeoutMs !== undefined) checkMs("timeoutMs", timeoutMs);
  if (priority !== undefined) checkFinite("priority", priority);
  if (transfer !== undefined) checkOneOf("transfer", transfer, ["auto", "copy", "move"]);
  if (key !== undefined && typeof key !== "string" && typeof key !== "number") {
    throw typeError("key", "a string or a number", key);
  }
  if (abortGraceMs !== undefined) checkMs("abortGraceMs", abortGraceMs);
  if (streamBuffer !== undefined) {
    checkCount("streamBuffer", streamBuffer);
    if (streamBuffer > 2 ** 20) throw rangeError("streamBuffer", "at most 1048576", streamBuffer);
  }
  return options;
}
