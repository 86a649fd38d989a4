// One launch, from submit to settlement. What happens to it is the queue's business; here is what is known of it, and what its
// future's owner may ask.
//
// States: queued → flying (it is in the ring) → over. A queued launch that is cancelled is over at once.

import { CancelledError, Future, type FutureOwner } from "@everycore/core";
import type { LaunchPlan } from "@everycore/kernel/ir";
import type { Executable } from "./executable.js";
import type { StagedPlacement } from "./staging.js";

/** What ends a launch before its time. */
export interface LaunchStop {
  readonly reason: unknown;
  readonly timeoutMs?: number;
}

/** What a launch asks of its queue. */
export interface LaunchHost {
  /** Whether the launch was withdrawn, and its future cancelled with `error`: no part of it runs, ever. */
  withdraw(launch: Launch, error: CancelledError): boolean;
  /** Stops the launch, which may be under way. */
  stop(launch: Launch): void;
  hasStarted(launch: Launch): boolean;
}

/** See above. */
export class Launch implements StagedPlacement, FutureOwner {
  readonly plan: LaunchPlan;
  readonly helpers: number;
  /** `undefined` for `run`, which waits itself. */
  readonly future: Future<unknown> | undefined;
  readonly timeoutMs: number | undefined;
  readonly #host: LaunchHost;
  state: "queued" | "flying" | "over" = "queued";
  barrier = false;
  late = false;
  frame = 0;
  readonly addresses: number[] = [];
  readonly lengths: number[] = [];
  readonly ranges: StagedPlacement["ranges"] = [];
  readonly written: StagedPlacement["written"] = [];
  readonly blocks: number[] = [];
  /** Blocks of arrays that were disposed when this was the last launch. */
  retired: number[] | undefined;
  executable: Executable | undefined;
  units = 0;
  scratch = 0;
  scratchStride = 0;
  /** Number in the ring. */
  number = -1;
  failure: { readonly error: unknown } | undefined;
  stopped: LaunchStop | undefined;
  /** Whether a part of it was prevented from running. */
  incomplete = false;
  cleanups: Array<() => void> | undefined;
  /** Whether its time limit runs. */
  timed = false;
  /** Of `run`. */
  outcome: { readonly value: unknown } | { readonly error: unknown } | undefined;

  constructor(plan: LaunchPlan, host: LaunchHost, helpers: number, settles: boolean, timeoutMs?: number) {
    this.plan = plan;
    this.#host = host;
    this.helpers = helpers;
    this.timeoutMs = timeoutMs;
    this.future = settles ? new Future<unknown>(this) : undefined;
  }

  /** What the launch takes on one thread, as far as is known. */
  get estimateNs(): number {
    return this.units * (this.executable?.nsPerUnit ?? 0);
  }

  cancel(): boolean {
    return this.state !== "over" && this.#host.withdraw(this, new CancelledError());
  }

  abort(_future: Future<unknown>, reason: unknown): void {
    this.stop({ reason });
  }

  hasStarted(): boolean {
    return this.state === "over" || this.#host.hasStarted(this);
  }

  /** The launch is over. */
  end(): void {
    this.state = "over";
    this.cleanups?.forEach((cleanUp) => cleanUp());
    this.cleanups = undefined;
  }

  /** Adds what is to be done when the launch is over. */
  addCleanup(cleanUp: () => void): void {
    this.cleanups ??= [];
    this.cleanups.push(cleanUp);
  }

  /** Asks the launch to stop. The first request counts. */
  stop(stop: LaunchStop): void {
    if (this.state === "over" || this.stopped) return;
    this.stopped = stop;
    this.#host.stop(this);
  }
}
