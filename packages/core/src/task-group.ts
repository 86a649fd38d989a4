// Structured concurrency: nothing that a scope started outlives the scope. `TaskGroup` and `timeout` of asyncio, read
// for JavaScript: cancellation is an AbortSignal, an exception group is an AggregateError.

import { checkFunction, checkMs, checkOptions, checkSignal, typeError } from "./arguments.js";
import { AbortError, CancelledError, InvalidStateError, TimeoutError } from "./errors.js";
import { Future, isFuture, setCancelled, setException, setResult, setRunning } from "./future.js";
import { onAbort, startTimer } from "./waiting.js";

/** Options of a {@link TaskGroup}. */
export interface TaskGroupOptions {
  /** The parent's signal: when it fires, all children are aborted and the group ends with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Owns the futures that are started in it. Leaving the scope waits for all of them. The first error aborts the other
 * children and `signal`; then the scope ends with an `AggregateError` of every error that is not a cancellation.
 *
 * @example
 * ```ts
 * await TaskGroup.run(async (group) => {
 *   group.add(pool.submit(countPrimes, 0, 1000));
 *   group.start(async (signal) => save(await load(signal)));
 * });
 * ```
 */
export class TaskGroup implements AsyncDisposable {
  readonly #children = new Set<Future<unknown>>();
  readonly #errors: unknown[] = [];
  readonly #controller: AbortController = new AbortController();
  readonly #stopListening: () => void;
  #parentReason: { readonly reason: unknown } | undefined;
  #closed = false;

  constructor(options: TaskGroupOptions = {}) {
    checkOptions("options", options);
    const { signal } = options;
    if (signal !== undefined) checkSignal("signal", signal);
    this.#stopListening = signal
      ? onAbort(signal, () => {
          this.#parentReason = { reason: signal.reason };
          this.abort(signal.reason);
        })
      : () => {};
  }

  /**
   * Runs `body` with a group and waits for all children.
   *
   * @throws AggregateError of the errors of body and children; the parent signal's reason when it fired.
   */
  static async run<T>(body: (group: TaskGroup) => T | PromiseLike<T>, options: TaskGroupOptions = {}): Promise<T> {
    checkFunction("body", body);
    const group = new TaskGroup(options);
    let outcome: { readonly value: T } | { readonly thrown: unknown };
    try {
      outcome = { value: await body(group) };
    } catch (thrown) {
      outcome = { thrown };
      group.#fail(thrown);
    }
    await group.#close();
    if ("thrown" in outcome) throw outcome.thrown;
    return outcome.value;
  }

  /** Fires when the group is aborted: by an error, by the parent's signal, or by {@link abort}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Makes `future` a child of this group; returns it. */
  add<T>(future: Future<T>): Future<T> {
    if (!isFuture(future)) throw typeError("future", "a Future", future);
    if (this.#closed) throw new InvalidStateError("The task group has ended: it takes no more children.");
    this.#children.add(future);
    future.addDoneCallback(() => {
      this.#children.delete(future);
      if (future.failed()) this.#fail(errorOf(future));
    });
    if (this.signal.aborted) future.abort(this.signal.reason);
    return future as Future<T>;
  }

  /** Starts an async function on this thread as a child; it is given the group's signal. */
  start<T>(run: (signal: AbortSignal) => T | PromiseLike<T>): Future<T> {
    checkFunction("run", run);
    const future = new Future<T>({ cancel: () => false, abort: () => {} });
    this.add(future);
    setRunning(future as Future<unknown>);
    (async () => run(this.signal))().then(
      (value) => setResult(future, value),
      (error) => {
        if (this.#isCancellation(error)) setCancelled(future, toCancelled(error));
        else setException(future, error);
      },
    );
    return future;
  }

  /** Aborts every child and the signal. The group still waits for them. */
  abort(reason?: unknown): void {
    if (!this.signal.aborted) this.#controller.abort(reason ?? new AbortError());
    for (const child of [...this.#children]) child.abort(this.signal.reason);
  }

  /** Waits for all children; see {@link TaskGroup}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  #fail(error: unknown): void {
    if (!this.#isCancellation(error)) this.#errors.push(error);
    this.abort(error);
  }

  /** What a child that obeys the group's signal throws: an abort, or the very reason of the signal. */
  #isCancellation(error: unknown): boolean {
    const obeyed = this.signal.aborted && error === this.signal.reason;
    return obeyed || error instanceof CancelledError || (error instanceof Error && error.name === "AbortError");
  }

  async #close(): Promise<void> {
    while (this.#children.size > 0) {
      await Promise.allSettled(this.#children);
    }
    this.#closed = true;
    this.#stopListening();
    if (this.#parentReason) throw this.#parentReason.reason;
    if (this.#errors.length > 0) {
      throw new AggregateError(this.#errors, `${this.#errors.length} of the group's tasks failed`);
    }
  }
}

function errorOf(failed: Future<unknown>): unknown {
  try {
    return failed.resultNow();
  } catch (error) {
    return error;
  }
}

function toCancelled(error: unknown): CancelledError {
  return error instanceof CancelledError ? error : new AbortError(error);
}

/** What the body of {@link timeout} is given. */
export interface TimeoutScope {
  /** Fires at the deadline, with a `TimeoutError`. Pass it on: `fetch(url, { signal })`, `pool.with({ signal })`. */
  readonly signal: AbortSignal;
  /** Whether the deadline has passed. */
  readonly expired: boolean;
  /** Moves the deadline to `ms` from now; `Infinity` takes it away. */
  reschedule(ms: number): void;
}

/**
 * Runs `body` with a deadline. At the deadline `scope.signal` fires and the call rejects with a `TimeoutError`, even if
 * the body does not listen. Errors of the body pass through. asyncio's `timeout`.
 *
 * @example
 * ```ts
 * await timeout(500, ({ signal }) => pool.with({ signal }).submit(resize, pixels));
 * ```
 */
export function timeout<T>(ms: number, body: (scope: TimeoutScope) => T | PromiseLike<T>): Promise<T> {
  checkMs("ms", ms);
  checkFunction("body", body);
  const controller = new AbortController();
  let stopTimer = (): void => {};
  let ended = false;
  return new Promise<T>((resolve, reject) => {
    const expire = (after: number): void => {
      const error = new TimeoutError(`The body took longer than ${after} ms.`);
      controller.abort(error);
      reject(error);
    };
    const scope: TimeoutScope = {
      signal: controller.signal,
      get expired() {
        return controller.signal.aborted;
      },
      reschedule(after) {
        checkMs("ms", after);
        if (ended || controller.signal.aborted) throw new InvalidStateError("The timeout is over: it cannot be moved.");
        stopTimer();
        stopTimer = startTimer(after, () => expire(after));
      },
    };
    scope.reschedule(ms);
    (async () => body(scope))()
      .then(resolve, reject)
      .finally(() => {
        ended = true;
        stopTimer();
      });
  });
}
