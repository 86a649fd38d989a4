// The worker's side, for all that a worker of a page can be: a worker of a pool, a Thread, a kernel thread. The page says which.

import { type AnyTask, encodeError, InvalidStateError } from "@everycore/core";
import { later, type WorkerPort, WorkerServer } from "@everycore/pool/worker";
import { serveKernels } from "@everycore/wasm/worker";
import { setCurrentThread } from "./current-thread.js";
import { WorkerExpress } from "./express.js";
import { WorkerMailbox } from "./mailbox.js";
import { PendingTimers } from "./pending-timers.js";
import { ServedTasks } from "./served-tasks.js";
import { type Farewell, type ForServer, type Hello, isOf, type Start, startVersion } from "./start-protocol.js";

/** What is used of a worker's global scope. */
interface Scope {
  close(): void;
  postMessage(message: unknown): void;
  readonly document?: unknown;
  readonly crossOriginIsolated?: boolean;
  readonly navigator: { readonly locks?: LockManager };
  addEventListener(type: "message" | "messageerror", listener: (event: MessageEvent) => void): void;
  addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
  addEventListener(type: "unhandledrejection", listener: (event: PromiseRejectionEvent) => void): void;
}

/** Every value is a task; a mapped type, as tables that are declared as interfaces have no index signature. */
type TablesOf<T extends readonly object[]> = { readonly [I in keyof T]: { readonly [K in keyof T[I]]: AnyTask } };

const scope = globalThis as unknown as Scope;
let served = false;

/**
 * Makes this worker one that runs these tasks, and kernels. To be called once, at the top level of the file that the page's worker
 * factory names.
 *
 * @param tables What `defineTasks` has returned. Only functions of these tables can be submitted.
 * @throws InvalidStateError in a page, and the second time; TypeError for what is no such table.
 * @example
 * ```ts
 * import { serve } from "@everycore/browser-workers/worker";
 * import { tasks } from "./tasks.js";
 *
 * serve(tasks);
 * ```
 */
export function serve<const T extends readonly object[]>(...tables: T & TablesOf<T>): void {
  if (scope.document !== undefined || typeof scope.close !== "function") {
    throw new InvalidStateError("serve() belongs into the file of a worker, which a page starts by new Worker(…).");
  }
  if (served) throw new InvalidStateError("serve() was called before. Pass all tables in one call: serve(a, b).");
  served = true;
  const tasks = new ServedTasks(tables as ReadonlyArray<Readonly<Record<string, AnyTask>>>);
  let receive: ((data: unknown) => boolean) | undefined;
  // What is not ours is the program's own affair, and what is ours is of no interest to its listeners.
  scope.addEventListener("message", (event) => {
    const data: unknown = event.data;
    if (receive?.(data)) event.stopImmediatePropagation();
    else if (isOf<Start>(data, "tasks") || isOf<Start>(data, "kernels")) {
      event.stopImmediatePropagation();
      if (data.everycore === "tasks") receive = serveTasks(data, tasks);
      else serveKernels(data.start, () => scope.postMessage(0));
    }
  });
  void sayHello();
}

async function sayHello(): Promise<void> {
  scope.postMessage({ everycore: "hello", version: startVersion, lock: await holdLock() } satisfies Hello);
}

/** See start-protocol.ts. */
async function holdLock(): Promise<string | undefined> {
  const { locks } = scope.navigator;
  if (!locks) return undefined;
  const name = `everycore worker ${performance.timeOrigin} ${Math.random()}`;
  const isHeld = new Promise<void>((resolve, reject) => {
    const hold = (): Promise<never> => {
      resolve();
      return new Promise(() => {});
    };
    locks.request(name, hold).catch(reject);
  });
  // Where the browser forbids locks, it is as if there were none.
  return isHeld.then(
    () => name,
    () => undefined,
  );
}

/** Gives what takes the messages of the pool, and tells whether it was one. */
function serveTasks(start: Start & { everycore: "tasks" }, loader: ServedTasks): (data: unknown) => boolean {
  const { port: channel, name, ident, daemon, mailbox: memory } = start;
  setCurrentThread({ name, ident, daemon });
  const timers = new PendingTimers(globalThis);
  const closeScope = scope.close.bind(scope);
  const end = (exitCode: number, thrown?: { readonly error: unknown }): void => {
    server.leave();
    if (express.unconfirmed) channel.postMessage(express.unconfirmed);
    channel.postMessage({
      everycore: "farewell",
      exitCode,
      ...(thrown && { error: encodeError(thrown.error) }),
    } satisfies Farewell);
    closeScope();
  };
  const port: WorkerPort = {
    loader,
    capabilities: { sharedMemory: scope.crossOriginIsolated === true, transfer: true },
    sharesThread: false,
    post: (message, transfer) =>
      channel.postMessage(message, transfer.length > 0 ? { transfer: transfer as Transferable[] } : undefined),
    ...(memory
      ? { ring: () => mailbox?.ring() }
      : { postResult: (id, value, runMs) => express.send(id, value, runMs) }),
    nextTurn: () => new Promise((resolve) => later(() => resolve())),
    close(exitCode) {
      if (exitCode !== undefined) end(exitCode);
      // A rejection that nobody caught is told in the turn after the next.
      else later(() => later(() => timers.whenNone(() => end(0))));
    },
  };
  const server = new WorkerServer(port);
  scope.close = () => end(0);
  // Nobody caught it: that is the end of this worker, and reaches the page as its cause.
  scope.addEventListener("error", (event) => {
    event.preventDefault();
    end(1, { error: event.error ?? new Error(event.message) });
  });
  scope.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    end(1, { error: event.reason });
  });
  const receive = (message: unknown): void => {
    try {
      server.receive(message);
    } catch (error) {
      end(1, { error });
    }
  };
  const express = new WorkerExpress(
    (result) => scope.postMessage(result),
    (id, slot, fn, flags, args) => server.receiveTask(id, slot, fn, flags, args),
  );
  const mailbox = memory && new WorkerMailbox(memory, receive, () => server.isIdle && timers.areNone);
  scope.addEventListener("messageerror", () => {
    end(1, { error: new Error("A message of the page cannot be received.") });
  });
  return (data) => {
    if (express.receive(data)) return true;
    if (!isOf<ForServer>(data, "for server")) return false;
    mailbox?.received();
    receive(data.message);
    return true;
  };
}
