// What a process knows about itself: what it was started with. Kept on globalThis, because the program in the worker may have
// another copy of this module than the worker's own file.

import { isMainThread } from "node:worker_threads";
import type { ProcessData } from "./process-protocol.js";

interface Identity extends Pick<ProcessData, "name" | "daemon"> {
  readonly parent: number;
}

const key = Symbol.for("everycore.process");
const host = globalThis as { [key]?: Identity };

/** A process as it sees itself; see {@link currentProcess}. */
export interface CurrentProcess {
  /** Name of the `Process`, or of the worker of a pool; `"main"` in the program's own process. */
  readonly name: string;
  readonly pid: number;
  readonly daemon: boolean;
}

/** The process that started this one; see {@link parentProcess}. */
export interface ParentProcess {
  readonly pid: number;
  readonly isAlive: boolean;
}

/** For the file that processes start with. */
export function identify({ name, daemon }: ProcessData): void {
  host[key] = { name, daemon, parent: process.ppid };
}

/** The process that calls this: Python's `current_process()`. */
export function currentProcess(): CurrentProcess {
  const { name = isMainThread ? "main" : "unknown", daemon = false } = host[key] ?? {};
  return { name, daemon, pid: process.pid };
}

/** The process that started this one, or `undefined` in the program's own: Python's `parent_process()`. */
export function parentProcess(): ParentProcess | undefined {
  const identity = host[key];
  if (!identity) return undefined;
  const { parent } = identity;
  return {
    pid: parent,
    // A process whose parent has ended is given another one.
    get isAlive() {
      return process.ppid === parent;
    },
  };
}
