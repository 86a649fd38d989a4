// What a kit without a platform cannot do itself. Every member is optional: a law that needs a missing one is reported
// as `untested`, with the member's name. Node's are in src/node.

import type { AnyTask, KernelExecutor } from "@everycore/core";
import type { ProgramName } from "./programs.js";

/** What became of a whole program; see {@link Environment.runProgram}. */
export interface ProgramRun {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it ran. */
  readonly ms: number;
  /** Whether it had to be killed because it did not end within the limit. */
  readonly timedOut: boolean;
}

/** Options of {@link Environment.runProgram}. */
export interface ProgramOptions {
  /** When to kill the program. Default 15,000. */
  readonly limitMs?: number | undefined;
  /** Kills the program, by the hardest means, as soon as its output contains this. */
  readonly killAt?: string | undefined;
}

/** An async storage, such as Node's AsyncLocalStorage. */
export interface ContextStorage {
  run<R>(store: string, body: () => R): R;
  getStore(): string | undefined;
}

/** A value that can be sent but not received, once a side has been prepared (law D10). */
export interface Garbled {
  /** The value. */
  make(): unknown;
  /** Run in a worker: from then on the value cannot be received there. */
  readonly prepareWorker: AnyTask;
  /** Run in a worker: returns the value. */
  readonly makeInWorker: AnyTask;
  /** From now on the value cannot be received here; returns the function that mends it. */
  prepareHere(): () => void;
}

/** See above. */
export interface Environment {
  /** The runtime, for the report. */
  readonly platform?: string;
  /** Forces a full garbage collection. */
  readonly gc?: () => void | Promise<void>;
  /** Bytes of heap in use. */
  readonly heapBytes?: () => number | Promise<number>;
  /** Runs one of the kit's programs, with this backend, in a process (or page) of its own. */
  readonly runProgram?: (program: ProgramName, options?: ProgramOptions) => Promise<ProgramRun>;
  /** Programs end by themselves when nothing is left to do, as processes do. Without it they end when their function has returned. */
  readonly programsEnd?: true;
  /** What keeps this process alive, by kind, one entry each; in a page, its workers. */
  readonly activeResources?: () => readonly string[] | Promise<readonly string[]>;
  /** Makes an async storage. */
  readonly contextStorage?: () => ContextStorage;
  /** Imports a second copy of `@everycore/core`. */
  readonly secondCore?: () => Promise<typeof import("@everycore/core")>;
  /** Functions are found by module and export, and sent by source, without `defineTasks`. */
  readonly references?: true;
  /** Options of `create`, by description, with which no worker can start. */
  readonly unstartable?: Readonly<Record<string, object>>;
  /** Options of `create` with which a task that fills its memory soon ends its worker. */
  readonly smallMemory?: object;
  /** See {@link Garbled}. */
  readonly garbled?: Garbled;
  /** A task that posts its argument to the pool as if it were one of the worker's own messages. */
  readonly postRaw?: (message: unknown) => void;
  /** Workers are processes: how to see whether one lives. */
  readonly isProcessAlive?: (processId: number) => boolean;
  /** Bytes of memory that this process holds, in its heap and outside of it. */
  readonly memoryBytes?: () => number | Promise<number>;
  /** Kernels run on a device that can be lost: makes an executor lose its own. */
  readonly loseDevice?: (executor: KernelExecutor) => void | Promise<void>;
  /** Another version of this runtime, on which the whole kit runs as well: portable laws (`Law.isPortable`) are left to it. */
  readonly fullRunOn?: string;
  /** How many random programs law K8 runs. Default 100. */
  readonly randomPrograms?: number;
  /** Seed of the first random program; the others follow. Default 1. */
  readonly randomSeed?: number;
}

/** What each member is for, in words that follow "untested: ". */
export const environmentNeeds: Readonly<Record<keyof Environment, string>> = {
  platform: "the environment does not name its platform",
  gc: "the environment cannot collect garbage (gc)",
  heapBytes: "the environment cannot measure the heap (heapBytes)",
  runProgram: "the environment cannot run whole programs (runProgram)",
  programsEnd: "programs do not end by themselves here: a page stays until it is closed (programsEnd)",
  activeResources: "the environment cannot list what keeps the process alive (activeResources)",
  contextStorage: "the runtime keeps no async context (contextStorage)",
  secondCore: "the environment cannot load a second copy of the core (secondCore)",
  references: "the environment does not say that functions are sent by reference and by source (references)",
  unstartable: "the environment names no options with which workers cannot start (unstartable)",
  smallMemory: "the environment names no options that limit a worker's memory (smallMemory)",
  garbled: "the environment has no value that cannot be received (garbled)",
  postRaw: "the environment has no task that posts raw messages (postRaw)",
  isProcessAlive: "the workers are no processes (isProcessAlive)",
  memoryBytes: "the environment cannot measure the memory of the process (memoryBytes)",
  loseDevice: "the kernels run on no device that can be lost (loseDevice)",
  fullRunOn: "the environment names no other version of the runtime that runs the whole kit (fullRunOn)",
  randomPrograms: "the environment does not say how many random programs to run (randomPrograms)",
  randomSeed: "the environment does not say where random programs begin (randomSeed)",
};
