// What a worker process and its endpoint say to each other besides the pool's own messages.

import type { WireError } from "@everycore/core";

/**
 * The files that a worker process inherits besides stdout and stderr. There are two channels, each with one direction, so that the
 * worker's own end of `toPool` can be a blocking one: what it posts has left it when `post` returns, whatever it does next.
 */
export const descriptors = { fromPool: 3, ledger: 4, toPool: 5, lifeline: 6 } as const;

/** What a worker process is started with, as JSON, in the place of its first argument. */
export interface ProcessData {
  readonly name: string;
  readonly daemon: boolean;
  /** Whether there is a ledger. */
  readonly ledger: boolean;
}

/** The process is about to end, because nobody caught this. */
export interface Uncaught {
  readonly uncaught: WireError;
}

/** Whether a message is {@link Uncaught}. */
export function isUncaught(message: unknown): message is Uncaught {
  return typeof message === "object" && message !== null && Object.hasOwn(message, "uncaught");
}
