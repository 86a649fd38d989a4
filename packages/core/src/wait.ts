// Waiting for several futures: `wait` and `asCompleted` of concurrent.futures, `gather` and `shield` of asyncio.

import { checkOneOf, typeError } from "./arguments.js";
import { AbortError, type CancelledError, TimeoutError } from "./errors.js";
import { Future, isFuture, setCancelled, setException, setResult } from "./future.js";
import { checkWaitOptions, onAbort, type WaitOptions, waitFor } from "./waiting.js";

/** When `wait` returns. */
export type ReturnWhen = "FIRST_COMPLETED" | "FIRST_EXCEPTION" | "ALL_COMPLETED";

/** What {@link wait} resolves with: two disjoint sets that hold every future once. */
export interface WaitResult<F> {
  readonly done: Set<F>;
  readonly notDone: Set<F>;
}

/**
 * Waits until all futures, the first, or the first failed one is done. A timeout does not throw: it resolves with what
 * is done by then. A `signal` rejects the wait with its reason. Neither cancels anything. Python's `wait`.
 *
 * @example
 * ```ts
 * const { done, notDone } = await wait(futures, { returnWhen: "FIRST_COMPLETED", timeoutMs: 100 });
 * ```
 */
export async function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions & { readonly returnWhen?: ReturnWhen } = {},
): Promise<WaitResult<F>> {
  const { returnWhen = "ALL_COMPLETED" } = options;
  checkOneOf("returnWhen", returnWhen, ["FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED"]);
  const notDone = new Set(checkFutures(futures));
  const done = new Set<F>();
  const take = (future: Future<unknown>): boolean => {
    notDone.delete(future as F);
    done.add(future as F);
    return (
      notDone.size === 0 || returnWhen === "FIRST_COMPLETED" || (returnWhen === "FIRST_EXCEPTION" && future.failed())
    );
  };
  await waitFor<void>(
    options,
    (resolve) => {
      let enough = false;
      for (const future of [...notDone]) if (future.done()) enough = take(future) || enough;
      if (enough || notDone.size === 0) resolve();
      const onDone = (future: Future<unknown>): void => {
        if (take(future)) resolve();
      };
      const pending = [...notDone];
      if (!enough) for (const future of pending) future.addDoneCallback(onDone);
      return () => pending.forEach((future) => future.removeDoneCallback(onDone));
    },
    (resolve) => resolve(),
  );
  return { done, notDone };
}

/**
 * A future that is done, as TypeScript sees it in `for await`: without `then`, because TypeScript takes whatever has one
 * for awaited in such a loop. At run time it is the very future that was given: `resultNow()` is its value.
 */
export type Completed<F> = F & { readonly then: never };

/**
 * Yields each future itself, once, when it is done, those already done first. Breaking the loop removes every listener.
 * Python's `as_completed`.
 *
 * @throws TimeoutError when `timeoutMs` (from this call) passes: `2 (of 4) futures unfinished`.
 */
export function asCompleted<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): AsyncIterableIterator<Completed<F>> {
  checkWaitOptions(options);
  return new CompletedFutures(checkFutures(futures), options) as unknown as AsyncIterableIterator<Completed<F>>;
}

/** Not a generator: that would await the futures that it yields, and so yield their values. */
class CompletedFutures<F extends Future<unknown>> implements AsyncIterableIterator<F> {
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  readonly #pending: Set<F>;
  readonly #total: number;
  readonly #ready: F[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #listening = false;
  #wake: () => void = () => {};

  constructor(futures: readonly F[], { timeoutMs = Number.POSITIVE_INFINITY, signal }: WaitOptions) {
    this.#deadline = performance.now() + timeoutMs;
    this.#signal = signal;
    this.#pending = new Set(futures);
    this.#total = this.#pending.size;
  }

  next(): Promise<IteratorResult<F, undefined>> {
    const step = this.#turn.then(() => this.#next());
    this.#turn = step.then(forget, () => this.return());
    return step;
  }

  async return(): Promise<IteratorResult<F, undefined>> {
    for (const future of this.#pending) future.removeDoneCallback(this.#onDone);
    this.#pending.clear();
    this.#ready.length = 0;
    this.#wake();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #onDone = (future: Future<unknown>): void => {
    this.#pending.delete(future as F);
    this.#ready.push(future as F);
    this.#wake();
  };

  async #next(): Promise<IteratorResult<F, undefined>> {
    if (!this.#listening) {
      this.#listening = true;
      for (const future of [...this.#pending]) future.addDoneCallback(this.#onDone);
    }
    if (this.#ready.length === 0 && this.#pending.size > 0) await this.#nextDone();
    const value = this.#ready.shift();
    return value ? { done: false, value } : { done: true, value: undefined };
  }

  #nextDone(): Promise<void> {
    const timeoutMs = Math.max(0, this.#deadline - performance.now());
    const unfinished = `${this.#pending.size} (of ${this.#total}) futures unfinished`;
    return waitFor<void>(
      { signal: this.#signal, timeoutMs },
      (resolve) => {
        this.#wake = resolve;
        return () => {
          this.#wake = () => {};
        };
      },
      (_, reject) => reject(new TimeoutError(unfinished)),
    );
  }
}

function checkFutures<F extends Future<unknown>>(futures: Iterable<F>): F[] {
  if (typeof futures?.[Symbol.iterator] !== "function") throw typeError("futures", "an iterable of futures", futures);
  const list = [...futures];
  list.forEach((future, index) => {
    if (!isFuture(future)) throw typeError(`futures[${index}]`, "a Future", future);
  });
  return list;
}

/** The values of a tuple of futures or promises; with `returnExceptions`, `unknown` where one may have failed. */
export type Gathered<T extends readonly unknown[]> = { -readonly [K in keyof T]: Awaited<T[K]> };

/**
 * The values of all, in order. The first error rejects; the others go on. With `returnExceptions` errors stand in
 * their places instead. When `signal` fires, the futures are aborted. asyncio's `gather`.
 */
export async function gather<const T extends readonly unknown[]>(
  awaitables: T,
  options: { readonly returnExceptions?: false; readonly signal?: AbortSignal },
): Promise<Gathered<T>>;
export async function gather<const T extends readonly unknown[]>(awaitables: T): Promise<Gathered<T>>;
export async function gather<const T extends readonly unknown[]>(
  awaitables: T,
  options: { readonly returnExceptions: true; readonly signal?: AbortSignal },
): Promise<unknown[]>;
export async function gather(
  awaitables: readonly unknown[],
  { returnExceptions = false, signal }: { readonly returnExceptions?: boolean; readonly signal?: AbortSignal } = {},
): Promise<unknown[]> {
  const abortAll = (): void => {
    for (const item of awaitables) if (isFuture(item)) item.abort(signal?.reason);
  };
  const stop = signal && onAbort(signal, abortAll);
  try {
    if (!returnExceptions) return await Promise.all(awaitables);
    const settled = await Promise.allSettled(awaitables);
    return settled.map((entry) => (entry.status === "fulfilled" ? entry.value : entry.reason));
  } finally {
    stop?.();
  }
}

/**
 * A future that ends as `future` does, but whose `cancel()` and `abort()` do not reach it: they end only the shield.
 * asyncio's `shield`.
 */
export function shield<T>(future: Future<T>): Future<T> {
  if (!isFuture(future)) throw typeError("future", "a Future", future);
  const inner = future as Future<T>;
  const outer = new Future<T>({
    cancel(self) {
      setCancelled(self);
      return true;
    },
    abort: (self, reason) => setCancelled(self, new AbortError(reason)),
    hasStarted: () => inner.state !== "pending",
  });
  inner.addDoneCallback(() => {
    if (outer.done()) return;
    try {
      setResult(outer, inner.resultNow());
    } catch (error) {
      if (inner.cancelled()) setCancelled(outer, error as CancelledError);
      else setException(outer, error);
    }
  });
  return outer;
}

/** Keeps a promise chain from keeping its last value. */
function forget(): void {}
