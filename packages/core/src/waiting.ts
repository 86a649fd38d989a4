// How every waiter ends early: one timeout form and one signal form, used by Future.result, wait, asCompleted, ready
// and shutdown. Ending a wait never touches the work that is waited for.

import { checkMs, checkOptions, checkSignal } from "./arguments.js";
import { TimeoutError } from "./errors.js";

/** How long to wait. A wait that ends early rejects and leaves the work running. */
export interface WaitOptions {
  /** Milliseconds until the wait ends with a `TimeoutError`; 0 only looks. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The longest delay that timers keep, about 24.8 days. A longer timeout is no timeout. */
const longestTimerMs = 2 ** 31 - 1;

/** Calls `expire` after `ms`; returns the function that stops the clock. */
export function startTimer(ms: number, expire: () => void): () => void {
  if (ms > longestTimerMs) return () => {};
  const timer = setTimeout(expire, ms);
  return () => clearTimeout(timer);
}

/** Checks the options of a wait at the call. */
export function checkWaitOptions(options: WaitOptions): void {
  checkOptions("options", options, ["timeoutMs", "signal", "returnWhen"]);
  if (options.timeoutMs !== undefined) checkMs("timeoutMs", options.timeoutMs);
  if (options.signal !== undefined) checkSignal("signal", options.signal);
}

/** Calls `onAbort` when the signal fires, at once if it has; returns the function that removes the listener. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}

/**
 * Waits for `start` to call `resolve` or `reject`, for the timeout, or for the signal, whichever is first.
 * `start` may settle at once; it returns the function that stops waiting, which always runs exactly once.
 */
export function waitFor<T>(
  options: WaitOptions,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
  onTimeout: (resolve: (value: T) => void, reject: (error: unknown) => void) => void = (_, reject) =>
    reject(new TimeoutError(`Nothing arrived within ${options.timeoutMs} ms. The work goes on.`)),
): Promise<T> {
  checkWaitOptions(options);
  return new Promise((resolve, reject) => {
    const stops: Array<() => void> = [];
    let settled = false;
    const settle =
      <V>(how: (value: V) => void) =>
      (value: V): void => {
        if (settled) return;
        settled = true;
        for (const stop of stops) stop();
        how(value);
      };
    const once = settle(resolve);
    const fail = settle(reject);
    const add = (stop: () => void): void => {
      if (settled) stop();
      else stops.push(stop);
    };
    const { signal, timeoutMs } = options;
    if (signal?.aborted) return fail(signal.reason);
    add(start(once, fail));
    if (!settled && timeoutMs === 0) onTimeout(once, fail);
    if (!settled && timeoutMs) add(startTimer(timeoutMs, () => onTimeout(once, fail)));
    if (!settled && signal) add(onAbort(signal, () => fail(signal.reason)));
  });
}
