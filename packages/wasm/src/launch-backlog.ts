// What was submitted and is not in the ring yet, in order. It is here before the compiler and everything that runs launches are
// loaded (`LaunchRunner`, with the first kernel); afterwards it is the runner that takes from it.

import { AbortError, type CancelledError, setCancelled, setException } from "@everycore/core";
import type { ArrayOwner } from "./device-array.js";
import type { Launch, LaunchHost } from "./launch.js";
import { Staging } from "./staging.js";

/** A piece of work on the host that has its place in the order. */
export interface Step {
  readonly step: () => void;
  retired: number[] | undefined;
}

/** Who runs launches, seen from the backlog. */
export interface BacklogRunner extends LaunchHost {
  /** The last launch in the ring. */
  readonly last: Launch | undefined;
  /** Something changed: look soon. */
  plan(): void;
  /** Cancels what is in the ring and has not started. */
  cancelAll(): void;
}

/** See above. */
export class LaunchBacklog implements LaunchHost {
  readonly items: Array<Launch | Step> = [];
  readonly staging: Staging;
  readonly #owner: ArrayOwner;
  #runner: BacklogRunner | undefined;
  #idle: Array<() => void> = [];

  constructor(owner: ArrayOwner) {
    this.#owner = owner;
    this.staging = new Staging(owner);
  }

  /** Whether nothing is pending, here or in the ring. */
  get isIdle(): boolean {
    return this.items.length === 0 && !this.#runner?.last;
  }

  /** Everything that runs launches is loaded. */
  attach(runner: BacklogRunner): void {
    this.#runner = runner;
    runner.plan();
  }

  /** Takes a launch that was placed. */
  add(launch: Launch): void {
    this.items.push(launch);
    this.#runner?.plan();
  }

  /** Runs `step` in its place in the order; at once if nothing is pending. */
  inOrder<T>(step: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        try {
          resolve(step());
        } catch (error) {
          reject(error);
        }
      };
      if (this.isIdle) return run();
      this.items.push({ step: run, retired: undefined });
      this.#runner?.plan();
    });
  }

  /** Frees a block when everything that is pending now is over. */
  retire(address: number): void {
    const last = this.items.at(-1) ?? this.#runner?.last;
    if (!last) return this.#owner.heap.free(address);
    last.retired ??= [];
    last.retired.push(address);
  }

  /** The launch, or step, is over: gives back what it held. */
  release(item: Launch | Step): void {
    if ("plan" in item) this.staging.release(item);
    for (const address of item.retired?.splice(0) ?? []) this.#owner.heap.free(address);
  }

  /** Resolves when nothing is pending. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.checkIdle();
    });
  }

  /** Resolves the promises of `whenIdle` if nothing is pending. */
  checkIdle(): void {
    if (this.isIdle) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Cancels what has not started. */
  cancelAll(): void {
    for (const item of [...this.items]) if ("plan" in item) item.future?.cancel();
    this.#runner?.cancelAll();
  }

  /** Fails what is here, because the compiler cannot be loaded. */
  failAll(error: unknown): void {
    for (let item = this.items.shift(); item; item = this.items.shift()) {
      if ("step" in item) item.step();
      else {
        item.end();
        if (item.future) setException(item.future, error);
      }
      this.release(item);
    }
    this.checkIdle();
  }

  // ── what a launch asks ────────────────────────────────────────────────────────────────────────────────────────────

  withdraw(launch: Launch, error: CancelledError): boolean {
    if (launch.state !== "queued") return this.#runner?.withdraw(launch, error) ?? false;
    this.items.splice(this.items.indexOf(launch), 1);
    // Earlier launches may use what was retired here.
    for (const address of launch.retired?.splice(0) ?? []) this.retire(address);
    this.release(launch);
    launch.end();
    if (launch.future) setCancelled(launch.future, error);
    this.#runner?.plan();
    this.checkIdle();
    return true;
  }

  stop(launch: Launch): void {
    if (!this.withdraw(launch, new AbortError(launch.stopped?.reason))) this.#runner?.stop(launch);
  }

  hasStarted(launch: Launch): boolean {
    return launch.state === "flying" && this.#runner?.hasStarted(launch) === true;
  }
}
