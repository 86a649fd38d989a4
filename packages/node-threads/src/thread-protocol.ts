// What a thread and its endpoint say to each other besides the pool's own messages.

import type { MessagePort } from "node:worker_threads";

/** What a thread is started with. */
export interface ThreadData {
  readonly everycorePort: MessagePort;
  /** See `currentThread()`. */
  readonly everycoreName: string;
  readonly everycoreDaemon: boolean;
}

/** Text that a task printed. */
export interface Printed {
  readonly printed: string | Uint8Array;
  /** 1: standard output, 2: standard error. */
  readonly stream: 1 | 2;
}

/** Whether a message is {@link Printed}. */
export function isPrinted(message: unknown): message is Printed {
  return typeof message === "object" && message !== null && "printed" in message;
}
