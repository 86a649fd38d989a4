// The context of the task that a worker is running: what `taskContext()` returns inside it.

import { AbortError, runWithTaskContext, setTaskContext, type TaskContext } from "@everycore/core";

/** What all tasks of a worker have in common. */
export interface WorkerIdentity {
  readonly workerId: number;
  readonly workerName: string;
  readonly shared: unknown;
}

/** How the context reaches the pool. */
export interface ContextLink {
  /** Whether the pool has asked the task to stop, as shared memory tells. */
  isAborting(): boolean;
  report(value: unknown): void;
}

/** A task while it runs. */
export class RunningTask {
  readonly id: number;
  readonly context: TaskContext;
  #controller: AbortController | undefined;
  #abortError: AbortError | undefined;
  #ended = false;
  #installed = false;

  constructor(id: number, identity: WorkerIdentity, link: ContextLink) {
    this.id = id;
    const task = this;
    this.context = {
      workerId: identity.workerId,
      workerName: identity.workerName,
      shared: identity.shared,
      get signal(): AbortSignal {
        return task.#signal();
      },
      throwIfAborted(): void {
        if (!task.#abortError && !task.#ended && link.isAborting()) task.abort(undefined);
        if (task.#abortError) throw task.#abortError;
      },
      report(value: unknown): void {
        if (!task.#ended) link.report(value);
      },
    };
  }

  /** Runs `body` with this context as the current one. */
  run<R>(sharesThread: boolean, body: () => R): R {
    if (sharesThread) return runWithTaskContext(this.context, body);
    setTaskContext(this.context);
    this.#installed = true;
    return body();
  }

  /** The pool asks the task to stop. */
  abort(reason: unknown): void {
    if (this.#abortError || this.#ended) return;
    this.#abortError = reason instanceof AbortError ? reason : new AbortError(reason);
    this.#controller?.abort(this.#abortError);
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

  #signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#abortError) this.#controller.abort(this.#abortError);
    }
    return this.#controller.signal;
  }
}
