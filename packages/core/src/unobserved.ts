// Errors that nobody looked at (law F11). A failed future that is never asked for its error is reported once: when it
// is garbage-collected, or when the process exits or the page is left. It never ends the process, and a late look at it is no mistake.

/** Receives an error that no code looked at. `where` says in a few words where it came from. */
export type UnobservedErrorHandler = (error: unknown, where: string) => void;

const logError: UnobservedErrorHandler = (error, where) => console.error(`[everycore] ${where}:`, error);

let handler: UnobservedErrorHandler = logError;

/**
 * Replaces what happens to an error that nobody looked at; the default prints it with `console.error`. Returns the
 * handler that was there before. `null` restores the default.
 */
export function setUnobservedErrorHandler(next: UnobservedErrorHandler | null): UnobservedErrorHandler {
  const previous = handler;
  handler = next ?? logError;
  return previous;
}

/** Hands an error that has no other place to go to the handler; a handler that throws is ignored. */
export function reportError(error: unknown, where: string): void {
  try {
    handler(error, where);
  } catch {
    // A broken handler must not break the settlement of a future.
  }
}

interface Failure {
  readonly error: unknown;
}

const failures = new Set<Failure>();
const failureOf = new WeakMap<object, Failure>();
const collected = new FinalizationRegistry<Failure>(report);

function report(failure: Failure): void {
  if (failures.delete(failure)) reportError(failure.error, "a task failed and nobody looked at its error");
}

/** Starts watching a failed future. */
export function trackUnobserved(future: object, error: unknown): void {
  const failure: Failure = { error };
  if (failures.size === 0) watchExit();
  failures.add(failure);
  failureOf.set(future, failure);
  collected.register(future, failure, future);
}

/** Somebody looked. */
export function untrackUnobserved(future: object): void {
  const failure = failureOf.get(future);
  if (failure && failures.delete(failure)) collected.unregister(future);
}

interface ExitingHost {
  process?: { once?: (event: "exit", listener: () => void) => void };
  document?: object;
  addEventListener?: (event: "pagehide", listener: () => void) => void;
}

let watching = false;

function watchExit(): void {
  if (watching) return;
  watching = true;
  const host = globalThis as ExitingHost;
  const reportAll = (): void => failures.forEach(report);
  if (host.process?.once) host.process.once("exit", reportAll);
  else if (host.document) host.addEventListener?.("pagehide", reportAll);
}
