// What a runtime has to provide: everything that the pool knows about threads, processes or browser workers.

import type { Capabilities, KernelRuntime, TaskLoader, TaskResolver } from "@everycore/core";
import type { HostMessage } from "./protocol.js";
import type { PoolTable, WorkerTable } from "./slots.js";

/** How a worker ended. */
export interface WorkerEnd {
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  /** What ended it, when known: an uncaught error, a file that could not be loaded, a lack of memory. */
  readonly cause?: unknown;
  /** The cause in words that continue "Worker pool-0 ": `ran out of memory`. */
  readonly description?: string;
}

/** What an endpoint tells the pool. Every message that the worker posted comes before `onEnd`, which comes once. */
export interface EndpointEvents {
  onMessage(message: unknown): void;
  /** The same as a `done` message of one task that has returned `value`, after `runMs` milliseconds. */
  onResult(id: number, value: unknown, runMs: number): void;
  /** The worker rang: the same as a `look` message. See {@link WorkerPort.ring}. */
  onRing(): void;
  onEnd(end: WorkerEnd): void;
}

/** One worker, seen from the pool. */
export interface Endpoint {
  /**
   * Sends a message and moves the buffers in `transfer`.
   *
   * @throws what structured clone throws; then nothing was sent or moved.
   */
  send(message: HostMessage, transfer: readonly object[]): void;
  /** Ends the worker now, whatever it does; `onEnd` follows. `hard`: by the hardest means there is. */
  terminate(hard: boolean): void;
  /** Whether this worker is to keep the process alive. */
  hold(held: boolean): void;
}

/** What a worker is started with. */
export interface WorkerSpec {
  readonly id: number;
  readonly name: string;
}

/** A kind of worker: threads, processes, browser workers, the calling thread. */
export interface Runtime {
  /** What a pool of this kind is called in messages: `ThreadPoolExecutor`. */
  readonly kind: string;
  readonly capabilities: Capabilities;
  readonly defaultWorkers: number;
  /** Names of options that pools of this kind have besides those of every pool. */
  readonly optionNames?: readonly string[];
  readonly resolver: TaskResolver;
  /** Starts a worker; failures come through `onEnd`. `table` is what {@link createTable} made for it. */
  start(spec: WorkerSpec, events: EndpointEvents, table?: PoolTable): Endpoint;
  /** Memory for {@link PoolSlots}, if pool and worker can share it. */
  createSlots(byteLength: number): ArrayBufferLike | undefined;
  /** Another kind of table, where memory cannot be shared; the worker has its side as {@link WorkerPort.table}. */
  createTable?(): PoolTable | undefined;
  /** Makes what runs the kernels of a {@link KernelPool}. */
  createKernels?(pool: { readonly label: string; readonly maxWorkers: number }): KernelRuntime;
}

/** The pool, seen from a worker. */
export interface WorkerPort {
  post(message: unknown, transfer: readonly object[]): void;
  /** Says what a `look` message says, if the runtime has a quicker way. It is taken when there is nothing more to run. */
  ring?(): void;
  /** Says that a task has returned a plain value, if the runtime has a quicker way than a `done` message. Taken when nothing waits. */
  postResult?(id: number, value: unknown, runMs: number): boolean;
  /** The loader of the functions that the pool names. */
  readonly loader: TaskLoader;
  readonly capabilities: Pick<Capabilities, "sharedMemory" | "transfer">;
  /** This worker's side of {@link Runtime.createTable}. */
  readonly table?: WorkerTable | undefined;
  /** Whether other code than this worker's runs in the thread; then the context must follow async calls. */
  readonly sharesThread: boolean;
  /** Bytes that this worker uses. */
  memoryBytes?(): number;
  /** Resolves after the event loop has had a turn. */
  nextTurn(): Promise<void>;
  /**
   * The pool wants no more: let the worker end by itself, when its event loop has nothing left to do; until then it can still
   * post. With an exit code: end it now.
   */
  close(exitCode?: number): void;
}
