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
 * Yields each future once, when it is done, those already done first. Breaking the loop removes every listener.
 * Python's `as_completed`.
 *
 * @throws TimeoutError when `timeoutMs` (from this call) passes: `2 (of 4) futures unfinished`.
 */
export function asCompleted<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): AsyncGenerator<F, void, undefined> {
  checkWaitOptions(options);
  const deadline = performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
  return yieldCompleted(new Set(checkFutures(futures)), deadline, options.signal);
}

async function* yieldCompleted<F extends Future<unknown>>(
  pending: Set<F>,
  deadline: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<F, void, undefined> {
  const total = pending.size;
  const ready: F[] = [];
  let wake = (): void => {};
  const onDone = (future: Future<unknown>): void => {
    pending.delete(future as F);
    ready.push(future as F);
    wake();
  };
  const nextDone = (): Promise<void> =>
    waitFor<void>(
      { signal, timeoutMs: Math.max(0, deadline - performance.now()) },
      (resolve) => {
        wake = resolve;
        return () => {
          wake = () => {};
        };
      },
      (_, reject) => reject(new TimeoutError(`${pending.size} (of ${total}) futures unfinished`)),
    );
  for (const future of [...pending]) future.addDoneCallback(onDone);
  try {
    for (let left = total; left > 0; left--) {
      if (ready.length === 0) await nextDone();
      yield ready.shift() as F;
    }
  } finally {
    for (const future of pending) future.removeDoneCallback(onDone);
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
