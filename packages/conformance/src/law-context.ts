// What a law test is given: executors that are shut down afterwards, gates that are opened afterwards, the errors that
// the core reported meanwhile. One context per test; nothing is left of it when the test is over.

import {
  type Activity,
  type ActivityFactory,
  type Backend,
  type Capabilities,
  type Executor,
  type ExecutorOptions,
  type Future,
  type KernelExecutor,
  type ShutdownOptions,
  setUnobservedErrorHandler,
  type UnobservedErrorHandler,
} from "@everycore/core";
import { Untested } from "./assertions.js";
import { delay, until, within } from "./conditions.js";
import type { Environment } from "./environment.js";
import { Gate } from "./gate.js";
import { rememberCapabilities } from "./kernels/agreement.js";
import { plainTasks, type TaskTable, tasks } from "./tasks.js";

/** An error that went to the handler of unobserved errors. */
export interface ReportedError {
  readonly error: unknown;
  readonly where: string;
}

/** How tasks are sent: by name (the portable form), or as plain exports of a module. */
export type TaskForm = "named" | "reference";

const closeLimitMs = 6000;
const abandonLimitMs = 2000;

/** See above. */
export class LawContext {
  readonly backend: Backend;
  readonly environment: Environment;
  /** The tasks, in the form that this run sends them. */
  readonly tasks: TaskTable;
  /** What was reported since the test began. */
  readonly reported: ReportedError[] = [];
  readonly #executors: Executor[] = [];
  readonly #gates: Gate[] = [];
  readonly #cleanups: Array<() => unknown> = [];
  readonly #previous: UnobservedErrorHandler;

  constructor(backend: Backend, environment: Environment, form: TaskForm) {
    this.backend = backend;
    this.environment = environment;
    this.tasks = form === "named" ? tasks : plainTasks;
    this.#previous = setUnobservedErrorHandler((error, where) => this.reported.push({ error, where }));
  }

  get capabilities(): Capabilities {
    return this.backend.capabilities;
  }

  /** A new executor. */
  async executor(options: ExecutorOptions & object = {}): Promise<Executor> {
    const executor = await this.backend.create(options);
    this.#executors.push(executor);
    return executor;
  }

  /** A new executor, as one that runs kernels; it need not run tasks. */
  async kernels(options: object = {}): Promise<KernelExecutor> {
    const executor = await this.executor(options);
    rememberCapabilities(executor, this.capabilities);
    return executor as unknown as KernelExecutor;
  }

  /** A new thread or process, which is ended when the test is over. */
  readonly activity: ActivityFactory = (target, ...options) => {
    const activity = this.backend.createActivity(target, ...options);
    this.defer(() => endActivity(activity));
    return activity;
  };

  /** A new gate for the task `hold`. */
  gate(): Gate {
    const gate = new Gate(this.capabilities.sharedMemory);
    this.#gates.push(gate);
    return gate;
  }

  /** Occupies `workers` workers until the gate opens; resolves when their tasks run. */
  async occupy(executor: Executor, workers: number = 1): Promise<{ gate: Gate; held: Array<Future<unknown>> }> {
    const gate = this.gate();
    const held = Array.from({ length: workers }, () => executor.submit(this.tasks.hold, gate.token));
    await until(
      () => held.every((future) => future.running() || future.done()),
      "a task that holds a worker is running",
    );
    for (const future of held) if (future.done()) future.resultNow();
    return { gate, held };
  }

  /** The environment's member; the test says in `needs` that it is there. */
  need<K extends keyof Environment>(name: K): NonNullable<Environment[K]> {
    const member = this.environment[name];
    if (member === undefined) throw new Untested(`no ${name}`);
    return member as NonNullable<Environment[K]>;
  }

  /** Ends the test as untested. */
  untested(reason: string): never {
    throw new Untested(reason);
  }

  /** Runs `cleanup` when the test is over. */
  defer(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  /** Collects garbage until `condition` is true. */
  async collectUntil(condition: () => boolean, what: string): Promise<void> {
    const gc = this.need("gc");
    let pauseMs = 1;
    await until(async () => {
      await gc();
      if (condition()) return true;
      // What the first few collections leave is mostly kept for good; a collection is work, also for neighbours.
      await delay(pauseMs);
      pauseMs = Math.min(2 * pauseMs, 200);
      return false;
    }, what);
  }

  /** The end of a test that succeeded: everything must shut down. */
  async close(): Promise<void> {
    this.#release();
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
    for (const executor of this.#executors) {
      await within(
        closeLimitMs,
        shutDown(executor, { cancelFutures: true }),
        `after the test, shutdown of ${executor.label ?? this.backend.name} ends`,
      );
    }
    setUnobservedErrorHandler(this.#previous);
  }

  /** The end of a test that failed: by force, and without a further complaint. */
  async abandon(): Promise<void> {
    this.#release();
    for (const executor of this.#executors) {
      const ended = this.capabilities.terminate
        ? executor.terminateWorkers()
        : shutDown(executor, { cancelFutures: true });
      await within(abandonLimitMs, ended, "the executor ends").catch(() => {});
    }
    for (const cleanup of this.#cleanups.splice(0).reverse()) {
      try {
        await cleanup();
      } catch {
        // The test has failed already.
      }
    }
    setUnobservedErrorHandler(this.#previous);
  }

  #release(): void {
    for (const gate of this.#gates) gate.open();
  }
}

async function endActivity(activity: Activity): Promise<void> {
  if (!activity.isAlive) return;
  activity.kill();
  const joined = activity.join().catch(() => true);
  await within(closeLimitMs, joined, `after the test, ${activity.name} ends`);
}

/** An executor that runs kernels alone need not have `shutdown`. */
export function shutDown(executor: AsyncDisposable, options?: ShutdownOptions): PromiseLike<void> {
  const { shutdown } = executor as Partial<Executor>;
  return shutdown ? shutdown.call(executor, options) : executor[Symbol.asyncDispose]();
}
