// An executor that forwards everything to another one: the base of decorated and of deliberately wrong backends.

import {
  type Backend,
  type Capabilities,
  defineBackend,
  type Executor,
  type ExecutorOptions,
  type ExecutorStats,
  type Future,
  type MapResults,
  type ShutdownOptions,
  type StreamOptions,
  type TaskOptions,
  type TaskStream,
  type WaitOptions,
} from "@everycore/core";

type AnyFunction = (...args: any[]) => any;

/** See above. */
export class ForwardingExecutor implements Executor {
  readonly inner: Executor;

  constructor(inner: Executor) {
    this.inner = inner;
  }

  get label(): string {
    return this.inner.label;
  }
  get capabilities(): Capabilities {
    return this.inner.capabilities;
  }
  get maxWorkers(): number {
    return this.inner.maxWorkers;
  }
  submit(task: AnyFunction, ...args: any[]): Future<any> {
    return this.inner.submit(task, ...args);
  }
  map(task: AnyFunction, ...rest: any[]): MapResults<any> {
    return this.inner.map(task, ...rest);
  }
  stream(task: AnyFunction, ...args: any[]): TaskStream<any> {
    return this.inner.stream(task, ...args);
  }
  broadcast(task: AnyFunction, ...args: any[]): Promise<any[]> {
    return this.inner.broadcast(task, ...args);
  }
  with(options: TaskOptions & StreamOptions): Executor {
    const Wrapper = this.constructor as new (inner: Executor, parent: Executor) => Executor;
    return new Wrapper(this.inner.with(options), this);
  }
  /** The half that runs kernels, where there is one. */
  array(...source: readonly unknown[]): any {
    return this.#kernels.array(...source);
  }
  get run(): AnyFunction | undefined {
    const { run } = this.#kernels;
    return run && ((...call) => run.apply(this.#kernels, call));
  }
  get prepare(): AnyFunction | undefined {
    const { prepare } = this.#kernels;
    return prepare && ((...call) => prepare.apply(this.#kernels, call));
  }
  get #kernels(): Record<"array" | "run" | "prepare", AnyFunction> {
    return this.inner as unknown as Record<"array" | "run" | "prepare", AnyFunction>;
  }
  ready(options?: WaitOptions): Promise<void> {
    return this.inner.ready(options);
  }
  stats(): ExecutorStats {
    return this.inner.stats();
  }
  shutdown(options?: ShutdownOptions): Promise<void> {
    return this.inner.shutdown(options);
  }
  terminateWorkers(): Promise<void> {
    return this.inner.terminateWorkers();
  }
  killWorkers(): Promise<void> {
    return this.inner.killWorkers();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}

/** A backend whose executors are wrapped. */
export function forwardTo(
  backend: Backend,
  name: string,
  wrap: (inner: Executor, options: ExecutorOptions) => Executor,
  change: (options: ExecutorOptions) => ExecutorOptions = (options) => options,
  capabilities: Partial<Capabilities> = {},
): Backend {
  return defineBackend({
    name: `${name}(${backend.name})`,
    capabilities: { ...backend.capabilities, ...capabilities },
    availability: () => backend.availability(),
    ...(backend.capabilities.activities && { createActivity: backend.createActivity }),
    create: async (options: ExecutorOptions = {}) => wrap(await backend.create(change(options)), options),
  });
}
