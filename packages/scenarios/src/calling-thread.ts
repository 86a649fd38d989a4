// Manners for long work on the calling thread.

/** Resolves after `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * A function to await between the steps of a long serial run: every `everyMs` it lets the event loop have a turn, so
 * that progress is drawn and Ctrl-C is heard, and it throws once `signal` has fired.
 */
export function createTurns(signal: AbortSignal, everyMs = 50): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    signal.throwIfAborted();
    if (performance.now() - last < everyMs) return undefined;
    return pause(0).then(() => {
      last = performance.now();
    });
  };
}
