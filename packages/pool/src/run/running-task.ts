// The context of the task that a worker is running: what `taskContext()` returns inside it.

import {
  AbortError,
  runWithTaskContext,
  setTaskContext,
  type TaskContext,
  type TaskContextHolder,
} from "@everycore/core";

/** What all tasks of a worker have in common. */
export interface WorkerIdentity {
  readonly workerId: number;
  readonly workerName: string;
  readonly shared: unknown;
}

/** How a task reaches the pool. */
export interface TaskLink {
  /** Whether the pool has asked the task to stop, as shared memory tells. */
  isAborting(task: RunningTask): boolean;
  report(task: RunningTask, value: unknown): void;
}

/** A task while it runs. */
export class RunningTask implements TaskContextHolder {
  readonly id: number;
  readonly slot: number;
  /** Whether messages about the task were posted: its result must not overtake them. */
  hasPosted = false;
  readonly #identity: WorkerIdentity;
  readonly #link: TaskLink;
  #context: TaskContext | undefined;
  #controller: AbortController | undefined;
  #abortError: AbortError | undefined;
  #ended = false;
  #installed = false;

  constructor(id: number, slot: number, identity: WorkerIdentity, link: TaskLink) {
    this.id = id;
    this.slot = slot;
    this.#identity = identity;
    this.#link = link;
  }

  get context(): TaskContext {
    this.#context ??= this.#createContext();
    return this.#context;
  }

  /** Runs `body` with this context as the current one. */
  run<R>(sharesThread: boolean, body: () => R): R {
    if (sharesThread) return runWithTaskContext(this, body);
    setTaskContext(this);
    this.#installed = true;
    return body();
  }

  /** The pool asks the task to stop. */
  abort(reason: unknown): void {
    if (this.#abortError || this.#ended) return;
    this.#abortError = reason instanceof AbortError ? reason : new AbortError(reason);
    this.#controller?.abort(this.#abortError);
  }

  /** Whether the pool has asked it to stop, as far as is known here. */
  get isAborted(): boolean {
    return this.#abortError !== undefined;
  }

  /** Whether `error` is the task's way of obeying {@link abort}. */
  isStoppedBy(error: unknown): boolean {
    if (!this.#abortError) return false;
    return error === this.#abortError || (error instanceof Error && error.name === "AbortError");
  }

  /** The task is over: late reports are dropped. */
  end(): void {
    this.#ended = true;
    if (this.#installed) setTaskContext(undefined);
  }

  /** Its functions can be taken out of it: `const { report } = taskContext()`. */
  #createContext(): TaskContext {
    const task = this;
    return {
      ...this.#identity,
      get signal(): AbortSignal {
        return task.#signal();
      },
      throwIfAborted(): void {
        if (!task.#abortError && !task.#ended && task.#link.isAborting(task)) task.abort(undefined);
        if (task.#abortError) throw task.#abortError;
      },
      report(value: unknown): void {
        if (!task.#ended) task.#link.report(task, value);
      },
    };
  }

  #signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#abortError) this.#controller.abort(this.#abortError);
    }
    return this.#controller.signal;
  }
}
