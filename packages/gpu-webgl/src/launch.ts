// One launch, from submit to settlement.
//
// States: queued → handed over (it is with the device, and nothing can stop it there) → over. A queued launch that is cancelled or
// aborted is over at once, and no part of it runs. One that was handed over can only be given up, by `abort` or a time limit: its future
// is settled at once, its host arrays stay as they are, and the device finishes it unseen.

import {
  AbortError,
  CancelledError,
  Future,
  type FutureOwner,
  type HostArray,
  setCancelled,
  setException,
  setResult,
  startTimer,
  TimeoutError,
} from "@everycore/core";
import { arrayTypes, type DeviceElement } from "@everycore/gpu";
import type { ElementType, LaunchPlan } from "@everycore/kernel/ir";
import { type Owner, WebGLArray } from "./device-array.js";
import type { Download } from "./downloads.js";
import type { QueueItem } from "./launch-queue.js";
import type { LaunchShape, Placement } from "./placement.js";
import { type RecordingParts, recordGrid, recordReduction } from "./recording.js";

/** What a launch needs of its executor. */
export interface LaunchParts extends RecordingParts {
  readonly owner: Owner;
  /** Takes a queued launch out of the queue; false if it was handed over. */
  withdraw(launch: Launch): boolean;
  /** Puts a launch's arrays on the device. */
  place(launch: Launch): Placement;
}

/** A copy that belongs to a host array. */
interface CopyBack {
  readonly array: HostArray;
  readonly download: Download;
}

/** See above. */
export class Launch implements FutureOwner, QueueItem {
  readonly plan: LaunchPlan;
  readonly shape: LaunchShape;
  readonly future: Future<unknown>;
  placement: Placement | undefined;
  readonly #timeoutMs: number | undefined;
  readonly #parts: LaunchParts;
  #state: "queued" | "handed over" | "over" = "queued";
  #copies: CopyBack[] = [];
  #value: Download | undefined;
  #cleanups: Array<() => void> = [];

  constructor(plan: LaunchPlan, shape: LaunchShape, parts: LaunchParts, timeoutMs?: number) {
    this.plan = plan;
    this.shape = shape;
    this.#parts = parts;
    this.#timeoutMs = timeoutMs;
    this.future = new Future<unknown>(this);
  }

  /** Adds what is to be done when the launch is over. */
  addCleanup(cleanUp: () => void): void {
    this.#cleanups.push(cleanUp);
  }

  // ── what the future's owner may ask ───────────────────────────────────────────────────────────────────────────────

  cancel(): boolean {
    return this.#withdraw(new CancelledError());
  }

  abort(_future: Future<unknown>, reason: unknown): void {
    this.stop(reason);
  }

  hasStarted(): boolean {
    return this.#state !== "queued";
  }

  /** Cancels it, or gives it up. */
  stop(reason: unknown): void {
    if (this.#withdraw(new AbortError(reason)) || this.#state === "over") return;
    this.#state = "over";
    this.#cleanUp();
    setCancelled(this.future, new AbortError(reason));
  }

  #withdraw(error: CancelledError): boolean {
    if (this.#state !== "queued" || !this.#parts.withdraw(this)) return false;
    this.#drop();
    setCancelled(this.future, error);
    return true;
  }

  // ── what the queue asks ───────────────────────────────────────────────────────────────────────────────────────────

  get isLate(): boolean {
    return this.placement === undefined;
  }

  record(): void {
    this.placement ??= this.#parts.place(this);
    const { placement, plan, shape } = this;
    if (plan.program.kind === "grid") recordGrid(plan, shape, placement, this.#parts);
    else this.#value = recordReduction(plan, shape, placement, this.#parts);
    for (const { place } of placement.written) {
      if (place.array.length === 0) continue;
      this.#copies.push({ array: place.array, download: this.#parts.downloads.start(place.memory) });
    }
    this.#startDownload(placement);
    this.#state = "handed over";
    if (this.#timeoutMs !== undefined) this.#startClock(this.#timeoutMs);
  }

  settle(): void {
    if (this.#state === "over") return this.#drop();
    let value: unknown;
    try {
      for (const { array, download } of this.#copies.splice(0)) download.into(array);
      value = this.#result();
    } catch (error) {
      return this.fail(error);
    }
    this.#drop();
    setResult(this.future, value);
  }

  fail(error: unknown): void {
    const wasOver = this.#state === "over";
    this.#drop();
    if (!wasOver) setException(this.future, error);
  }

  /** The launch is over: nothing is left of it. */
  #drop(): void {
    this.#state = "over";
    this.#cleanUp();
    this.placement?.abandon();
    this.placement = undefined;
    for (const { download } of this.#copies.splice(0)) download.drop();
    this.#value?.drop();
    this.#value = undefined;
  }

  #cleanUp(): void {
    for (const cleanUp of this.#cleanups.splice(0)) cleanUp();
  }

  #startClock(timeoutMs: number): void {
    const expire = (): void => {
      if (this.#state !== "handed over") return;
      this.#state = "over";
      this.#cleanUp();
      setException(
        this.future,
        new TimeoutError(
          `The launch ran longer than its timeoutMs (${timeoutMs}) and was given up. The device cannot be stopped: it finishes the launch unseen.`,
        ),
      );
    };
    this.addCleanup(startTimer(Math.max(1, timeoutMs), expire));
  }

  // ── its result ────────────────────────────────────────────────────────────────────────────────────────────────────

  #startDownload(placement: Placement): void {
    const { result } = this.plan;
    const isWanted = result.kind === "element" || (result.kind === "array" && result.where === "host");
    if (!isWanted) return;
    const memory = placement.memories[this.shape.memories[result.array] as number];
    if (memory && memory.length > 0) this.#value = this.#parts.downloads.start(memory);
  }

  #result(): unknown {
    const { result, grid, program, arrays } = this.plan;
    switch (result.kind) {
      case "none":
        return undefined;
      case "reduced": {
        const identity = program.kind === "reduction" ? program.identity.value : 0;
        return result.finish((this.#value?.elements()[0] as number | undefined) ?? identity, grid[0]);
      }
      case "element": {
        const value = this.#elements(result.element)[0] as number;
        return result.element === "bool" ? value !== 0 : value;
      }
      case "array": {
        const { element, shape } = arrays[result.array] as { element: ElementType; shape: readonly number[] };
        if (result.where === "host") return this.#elements(element);
        const memory = (this.placement as Placement).takeResult();
        return new WebGLArray(this.#parts.owner, element as DeviceElement, shape, memory);
      }
    }
  }

  #elements(element: ElementType): HostArray {
    const Type = arrayTypes[element as DeviceElement];
    return this.#value?.elements() ?? new Type(new ArrayBuffer(0), 0, 0);
  }
}
