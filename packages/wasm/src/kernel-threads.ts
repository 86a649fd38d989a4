// The threads of one executor that run nothing but kernels: started when a launch is worth it, parked in between, and never a
// reason for the process to stay alive unless a launch is pending.

import { reportError } from "@everycore/core";
import type { EngineMemory } from "./engine.js";
import type { LaunchRing } from "./launch-ring.js";
import type { KernelWorkerStart } from "./worker.js";

/** How a kernel thread ended. */
export interface KernelThreadEnd {
  readonly exitCode?: number | null;
  readonly cause?: unknown;
}

/** What a thread tells its executor. */
export interface KernelThreadEvents {
  /** The thread rang the bell. */
  onBell(): void;
  /** The thread is gone, on whatever account; comes once, after every bell. */
  onEnd(end: KernelThreadEnd): void;
}

/** One thread. */
export interface KernelThread {
  /** Whether it is to keep the process alive. At first it does not. */
  hold(held: boolean): void;
  /** Ends it now, whatever it does. */
  terminate(): void;
}

/** Starts a thread that calls `serveKernels(start, …)`. Failures come through `onEnd`. */
export type StartKernelThread = (start: KernelWorkerStart, events: KernelThreadEvents) => KernelThread;

/** What the threads need from the queue. */
export interface ThreadsHost {
  readonly label: string;
  readonly ring: LaunchRing;
  readonly memory: EngineMemory;
  onBell(): void;
  /** A thread is gone; `number` is the launch in which it was, or −1. */
  onLost(number: number, end: KernelThreadEnd): void;
}

const maxFailedStarts = 3;

interface Entry {
  readonly thread: KernelThread;
  up: boolean;
  terminated: boolean;
}

/** See above. */
export class KernelThreads {
  readonly #start: StartKernelThread;
  readonly #host: ThreadsHost;
  readonly #spins: number;
  readonly #entries: Array<Entry | undefined> = [];
  #held = false;
  #ending: (() => void) | undefined;
  /** Threads that ended before they were up, one after the other. */
  #failedStarts = 0;

  constructor(start: StartKernelThread, host: ThreadsHost, spins: number) {
    this.#start = start;
    this.#host = host;
    this.#spins = spins;
  }

  /** How many serve launches by now. */
  get up(): number {
    return this.#entries.filter((entry) => entry?.up).length;
  }

  /** Whether threads are to be had. */
  get usable(): boolean {
    return this.#failedStarts < maxFailedStarts && !this.#ending;
  }

  /** Starts those of the first `count` threads that are missing. */
  want(count: number): void {
    for (let index = 0; index < count && this.usable; index++) if (!this.#entries[index]) this.#startOne(index);
  }

  /** Whether the threads are to keep the process alive. While they end, they do. */
  hold(held: boolean): void {
    if (held === this.#held || this.#ending) return;
    this.#held = held;
    for (const entry of this.#entries) entry?.thread.hold(held);
  }

  /** Ends the threads that are inside of launch `number`. */
  terminateIn(number: number): void {
    this.#entries.forEach((entry, index) => {
      if (this.#host.ring.row(index) === number) this.#terminate(entry, index);
    });
  }

  /** Ends all threads now. */
  terminate(): void {
    this.#entries.forEach((entry, index) => this.#terminate(entry, index));
  }

  /** Ends all threads, for good, and waits until they are gone. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#host.ring.end();
      // The program may have nothing else that keeps it alive until the promise resolves.
      this.hold(true);
      this.#ending = resolve;
      this.terminate();
      this.#resolveIfGone();
    });
  }

  #terminate(entry: Entry | undefined, index: number): void {
    if (!entry) return;
    entry.terminated = true;
    this.#host.ring.bar(index, true);
    entry.thread.terminate();
  }

  #startOne(index: number): void {
    const { ring, memory } = this.#host;
    ring.clearRow(index);
    ring.bar(index, false);
    let entry: Entry | undefined;
    const thread = this.#start(
      { ring: ring.buffer, memory, thread: index, spins: this.#spins },
      {
        onBell: () => {
          if (entry) entry.up = true;
          this.#failedStarts = 0;
          this.#host.onBell();
        },
        onEnd: (end) => this.#ended(index, end),
      },
    );
    entry = { thread, up: false, terminated: false };
    this.#entries[index] = entry;
    if (this.#held) thread.hold(true);
  }

  #ended(index: number, end: KernelThreadEnd): void {
    const entry = this.#entries[index];
    this.#entries[index] = undefined;
    const { ring, label } = this.#host;
    const number = ring.row(index);
    ring.clearRow(index);
    if (this.#ending) return this.#resolveIfGone();
    if (!entry?.up && !entry?.terminated && ++this.#failedStarts === maxFailedStarts) {
      const cause = end.cause ?? new Error(`a kernel thread ended with code ${end.exitCode} while it started`);
      const way = "in a bundle, pass kernelWorkerUrl";
      reportError(cause, `the kernel threads of ${label} cannot start, its kernels run on the calling thread (${way})`);
    }
    this.#host.onLost(number, end);
  }

  #resolveIfGone(): void {
    if (this.#entries.every((entry) => entry === undefined)) this.#ending?.();
  }
}
