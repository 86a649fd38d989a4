// What a page and a worker say to each other before, and besides, the pool's own messages.
//
//   worker → page   Hello        its file has called `serve`; sent by the worker's own channel
//   page → worker   Start        what the worker is to be; with it comes the private channel for all that it says
//   page → worker   ForServer    a message of the pool, by the worker's own channel: in Chromium the way through a MessagePort takes 15 µs more
//   worker → page   Farewell     why it is about to end; the last message on the private channel
//
// What the worker says has a private channel, because what it has posted there arrives also when it is terminated right after; by its own
// channel that would be lost. Lone tasks and their results go another way: express.ts, mailbox.ts.
// A worker that says hello holds a lock of a name of its own (Web Locks) for as long as it lives. The page asks for the same lock: it gets
// it when the worker is gone, however that came, and after everything that the worker posted. Browsers have no other sign of that.

import type { WireError } from "@everycore/core";
import type { KernelWorkerStart } from "@everycore/wasm/worker";

/** Changes whenever a message of this file, or what express.ts posts, changes its meaning. */
export const startVersion = 4;

/** See above. */
export interface Hello {
  readonly everycore: "hello";
  readonly version: number;
  /** Name of the worker's lock; absent where there are none, as in pages that are not served securely. */
  readonly lock: string | undefined;
}

/** See above. */
export type Start =
  | {
      readonly everycore: "tasks";
      readonly port: MessagePort;
      readonly name: string;
      readonly ident: number;
      readonly daemon: boolean;
      /** See mailbox.ts; absent where there is none. */
      readonly mailbox: SharedArrayBuffer | undefined;
    }
  | { readonly everycore: "kernels"; readonly start: KernelWorkerStart };

/** See above. */
export interface ForServer {
  readonly everycore: "for server";
  readonly message: unknown;
}

/** See above. */
export interface Farewell {
  readonly everycore: "farewell";
  readonly exitCode: number;
  /** An error that nothing in the worker caught. */
  readonly error?: WireError;
}

/** Whether a message is of this kind; others are the pool's, or a stranger's. */
export function isOf<T extends { readonly everycore: string }>(message: unknown, kind: T["everycore"]): message is T {
  return typeof message === "object" && message !== null && (message as Partial<T>).everycore === kind;
}
