// A Future is the one result of one task. This file has two halves, as CPython's `concurrent/futures/_base.py` has:
// the consumer's half is the class, the producer's half (executors only) stands below the line.
//
// States and transitions (no others; anything else is an InvalidStateError):
//   pending → running → finished      pending → finished (a refusal: the task could not even be sent)
//   pending → cancelled               running → cancelled (only after `abort`)
//
// Rules
//   1. Settlement is synchronous: state and value are set first, then callbacks run in the order they were added.
//   2. Whether a task can still be cancelled is its owner's decision (one atomic claim), never a guess made here.
//   3. A failure counts as observed once somebody asked for the result or the error; see unobserved.ts.

import { checkFunction } from "./arguments.js";
import { bindAsyncContext } from "./async-context.js";
import { CancelledError, InvalidStateError, TimeoutError } from "./errors.js";
import { reportError, trackUnobserved, untrackUnobserved } from "./unobserved.js";
import { type WaitOptions, waitFor } from "./waiting.js";

/** Where a future stands. */
export type FutureState = "pending" | "running" | "cancelled" | "finished";

/** What an executor knows about a future's task that the future does not. Implemented by executors. */
export interface FutureOwner {
  /** Withdraws the task if its body has not started; the owner then calls `setCancelled`. */
  cancel(future: Future<unknown>): boolean;
  /** Asks the running task to stop. */
  abort(future: Future<unknown>, reason: unknown): void;
  /** Whether a task that was sent has started by now; asked when someone reads the state of a pending future. */
  hasStarted?(future: Future<unknown>): boolean;
}

/** A callback of any future; the parameter is `never` so that `Future<T>` stays covariant in `T`. */
type Callback = (future: never) => void;

const brand: unique symbol = Symbol.for("everycore.future");
const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");

let setRunningState: (future: Future<unknown>) => boolean;
let settle: (future: Future<unknown>, state: "cancelled" | "finished", failed: boolean, value: unknown) => void;
let deliverProgress: (future: Future<unknown>, value: unknown) => void;

/**
 * The result of a task that runs, or will run, somewhere else. Awaitable like a Promise; can also be cancelled,
 * aborted, inspected and waited for with a deadline. Python's `concurrent.futures.Future`.
 *
 * @example
 * ```ts
 * const future = pool.submit(countPrimes, 0, 1_000_000);
 * future.state; // "pending"
 * await future; // 78498
 * ```
 */
export class Future<T> implements PromiseLike<T> {
  #state: FutureState = "pending";
  #failed = false;
  #observed = false;
  #value: unknown = undefined;
  #owner: FutureOwner | undefined;
  #callbacks: Array<readonly [added: Callback, bound: Callback]> | undefined;
  #progress: Array<(value: unknown) => void> | undefined;
  #promise: Promise<T> | undefined;
  #resolve: ((value: never) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  /** Executors make futures; programs get them from `submit`. */
  constructor(owner?: FutureOwner) {
    this.#owner = owner;
  }

  static {
    setRunningState = (future) => {
      if (future.#state === "running" || future.#state === "finished") throw future.#invalid("started");
      if (future.#state === "pending") future.#state = "running";
      return future.#state === "running";
    };
    settle = (future, state, failed, value) => {
      if (future.done()) throw future.#invalid("settled");
      future.#state = state;
      future.#failed = failed;
      future.#value = value;
      future.#owner = undefined;
      future.#progress = undefined;
      if (future.#promise) future.#settlePromise();
      const callbacks = future.#callbacks;
      future.#callbacks = undefined;
      if (callbacks) for (const [, bound] of callbacks) future.#call(bound);
      if (failed && state === "finished" && !future.#observed) trackUnobserved(future, value);
    };
    deliverProgress = (future, value) => {
      for (const listener of future.#progress ?? []) {
        try {
          listener(value);
        } catch (error) {
          reportError(error, "a progress listener threw");
        }
      }
    };
  }

  /** `"pending" | "running" | "cancelled" | "finished"`, as of now. */
  get state(): FutureState {
    if (this.#state === "pending" && this.#owner?.hasStarted?.(this)) this.#state = "running";
    return this.#state;
  }

  /** Whether the task's body has started and has not ended. */
  running(): boolean {
    return this.state === "running";
  }

  /** Whether the task was cancelled, or was aborted and stopped. */
  cancelled(): boolean {
    return this.#state === "cancelled";
  }

  /** Whether the task ended with an error. Asking does not count as a look at the error. */
  failed(): boolean {
    return this.#failed && !this.cancelled();
  }

  /** Whether there is a result, an error or a cancellation. */
  done(): boolean {
    return this.#state === "finished" || this.#state === "cancelled";
  }

  /**
   * Withdraws the task if it has not started. True exactly when its body never runs; true again on a cancelled
   * future; false when it runs or has finished. Never stops a running task: see {@link abort}.
   */
  cancel(): boolean {
    if (this.done()) return this.cancelled();
    if (this.#owner) return this.#owner.cancel(this);
    setCancelled(this);
    return true;
  }

  /**
   * Asks the task to stop: cancels it if it has not started; if it runs, its `taskContext().signal` fires and, after
   * the executor's grace period, its worker is terminated (tasks of others run elsewhere). The future settles when the
   * task has stopped: as `cancelled` with an `AbortError`, or with the result if the task finished all the same.
   *
   * @returns whether there was anything left to stop.
   */
  abort(reason?: unknown): boolean {
    if (this.done()) return false;
    if (!this.#owner) return this.cancel();
    this.#owner.abort(this as Future<unknown>, reason);
    return true;
  }

  /**
   * The task's value; rejects with its error, or with `CancelledError`.
   *
   * @throws TimeoutError (EVERYCORE_TIMEOUT) when `timeoutMs` passes first; the task goes on.
   */
  result(options: WaitOptions = {}): Promise<T> {
    this.#observe();
    return this.#outcome(options, (resolve, reject) => {
      if (this.#failed) reject(this.#value);
      else resolve(this.#value as T);
    });
  }

  /**
   * The error that the task threw, whatever its type, or `null` if it succeeded; rejects with `CancelledError` if it
   * was cancelled.
   */
  exception(options: WaitOptions = {}): Promise<unknown> {
    this.#observe();
    return this.#outcome(options, (resolve, reject) => {
      if (this.cancelled()) reject(this.#value);
      else resolve(this.#failed ? this.#value : null);
    });
  }

  /** The value of a future that is done, without waiting; throws its error, or `InvalidStateError` if it is not done. */
  resultNow(): T {
    if (!this.done()) throw new InvalidStateError(`The future is ${this.state}: it has no result yet. Await it.`);
    this.#observe();
    if (this.#failed) throw this.#value;
    return this.#value as T;
  }

  /**
   * Calls `callback(future)` when the future is done, at once if it is. Callbacks run in the order they were added, in
   * the async context of this call; one that throws is reported and stops nobody.
   */
  addDoneCallback(callback: (future: Future<T>) => void): this {
    checkFunction("callback", callback);
    if (this.done()) this.#call(callback);
    else this.#subscribe(callback, bindAsyncContext(callback));
    return this;
  }

  /** Removes every addition of this callback; returns how many there were. */
  removeDoneCallback(callback: (future: Future<T>) => void): number {
    const before = this.#callbacks ?? [];
    this.#callbacks = before.filter(([added]) => added !== callback);
    return before.length - this.#callbacks.length;
  }

  /** Calls `listener(value)` for every `taskContext().report(value)`, in order, always before the future is done. */
  onProgress(listener: (value: unknown) => void): this {
    checkFunction("listener", listener);
    if (this.done()) return this;
    this.#progress ??= [];
    this.#progress.push(bindAsyncContext(listener));
    return this;
  }

  /** As `Promise.prototype.then`. */
  // biome-ignore lint/suspicious/noThenProperty: a future is a PromiseLike
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#asPromise().then(onFulfilled, onRejected);
  }

  /** As `Promise.prototype.catch`. */
  catch<B = never>(onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.#asPromise().catch(onRejected);
  }

  /** As `Promise.prototype.finally`. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#asPromise().finally(onFinally);
  }

  /** `Future(finished: number)`: the state, and the type of the value or error. */
  toString(): string {
    const { state } = this;
    if (state !== "finished") return `Future(${state})`;
    return `Future(finished: ${this.#failed ? "threw " : ""}${typeName(this.#value)})`;
  }

  get [Symbol.toStringTag](): string {
    return "Future";
  }

  #observe(): void {
    if (!this.#observed) {
      this.#observed = true;
      if (this.#failed) untrackUnobserved(this);
    }
  }

  #asPromise(): Promise<T> {
    this.#observe();
    if (!this.#promise) {
      this.#promise = new Promise((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
      });
      if (this.done()) this.#settlePromise();
    }
    return this.#promise;
  }

  #settlePromise(): void {
    if (this.#failed) this.#reject?.(this.#value);
    else this.#resolve?.(this.#value as never);
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  #outcome<R>(
    options: WaitOptions,
    settled: (resolve: (value: R) => void, reject: (error: unknown) => void) => void,
  ): Promise<R> {
    return waitFor<R>(
      options,
      (resolve, reject) => {
        const callback = (): void => settled(resolve, reject);
        if (this.done()) callback();
        else this.#subscribe(callback, callback);
        return () => this.removeDoneCallback(callback);
      },
      (_, reject) =>
        reject(new TimeoutError(`The future is still ${this.state} after ${options.timeoutMs} ms. Its task goes on.`)),
    );
  }

  #subscribe(added: Callback, bound: Callback): void {
    this.#callbacks ??= [];
    this.#callbacks.push([added, bound]);
  }

  #call(callback: Callback): void {
    try {
      callback(this as never);
    } catch (error) {
      reportError(error, `a callback of ${this.toString()} threw`);
    }
  }

  #invalid(what: string): InvalidStateError {
    return new InvalidStateError(`The future cannot be ${what}: it is ${this.#state} already.`);
  }
}

Object.defineProperties(Future.prototype, {
  [brand]: { value: true },
  // What console.log and util.inspect show.
  [inspect]: { value: Future.prototype.toString },
});

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Error) return value.name;
  return typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
}

/** Whether `value` is a future, from whichever copy of this package. */
export function isFuture(value: unknown): value is Future<unknown> {
  return typeof value === "object" && value !== null && (value as { [brand]?: unknown })[brand] === true;
}

// ── the producer's half: for executors ──────────────────────────────────────────────────────────────────────────────

/** The task's body is about to run. False if the future was cancelled: then the body must not run. */
export function setRunning(future: Future<unknown>): boolean {
  return setRunningState(future);
}

/** The task returned `value`. A second settlement throws `InvalidStateError`; the first one stands. */
export function setResult<T>(future: Future<T>, value: T): void {
  settle(future as Future<unknown>, "finished", false, value);
}

/** The task threw `error`, which may be anything. */
export function setException(future: Future<unknown>, error: unknown): void {
  settle(future, "finished", true, error);
}

/** The task was withdrawn, or stopped after `abort` (then pass the `AbortError`). */
export function setCancelled(future: Future<unknown>, error: CancelledError = new CancelledError()): void {
  settle(future, "cancelled", true, error);
}

/** The running task reported progress. */
export function reportProgress(future: Future<unknown>, value: unknown): void {
  deliverProgress(future, value);
}
