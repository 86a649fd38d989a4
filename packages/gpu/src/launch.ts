// One launch, from submit to settlement, as far as that is the same for every GPU. Backends say how it is recorded, and what it left.
//
// States: queued → handed over (it is with the device, and nothing can stop it there) → over. A queued launch that is cancelled or
// aborted is over at once, and no part of it runs. One that was handed over can only be given up, by `abort` or a time limit: its future
// is settled at once, its host arrays stay as they are, and the device finishes it unseen.

import {
  AbortError,
  CancelledError,
  type DeviceArray,
  Future,
  type FutureOwner,
  type HostArray,
  setCancelled,
  setException,
  setResult,
  startTimer,
  TimeoutError,
} from "@everycore/core";
import type { ElementType, LaunchPlan } from "@everycore/kernel/ir";
import type { DeviceElement } from "./element-types.js";

/** Where a launch has its arrays on the device. */
export interface LaunchPlacement {
  /** Lets go of everything that the launch held. */
  abandon(): void;
}

/** See above. `P`: where its arrays are. */
export abstract class GpuLaunch<P extends LaunchPlacement> implements FutureOwner {
  readonly plan: LaunchPlan;
  readonly future: Future<unknown>;
  placement: P | undefined;
  readonly #timeoutMs: number | undefined;
  #state: "queued" | "handed over" | "over" = "queued";
  #cleanups: Array<() => void> | undefined;

  constructor(plan: LaunchPlan, timeoutMs: number | undefined) {
    this.plan = plan;
    this.#timeoutMs = timeoutMs;
    this.future = new Future<unknown>(this);
  }

  /** Takes it out of the queue; false if it was handed over. */
  protected abstract withdraw(): boolean;
  /** Writes what came back to the host arrays. */
  protected abstract copyBack(): void;
  /** The elements that came back of its result; none if none did. */
  protected abstract elements(element: DeviceElement): HostArray;
  /** The array on the device that is its result. */
  protected abstract takeResult(element: DeviceElement, shape: readonly number[]): DeviceArray;
  /** Lets go of what comes back. */
  protected abstract dropDownloads(): void;

  /** Whether its arrays have yet to be placed. */
  get isLate(): boolean {
    return this.placement === undefined;
  }

  /** Adds what is to be done when the launch is over. */
  addCleanup(cleanUp: () => void): void {
    this.#cleanups ??= [];
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
    this.#giveUp();
    setCancelled(this.future, new AbortError(reason));
  }

  #withdraw(error: CancelledError): boolean {
    if (this.#state !== "queued" || !this.withdraw()) return false;
    this.#drop();
    setCancelled(this.future, error);
    return true;
  }

  // ── what the queue tells ──────────────────────────────────────────────────────────────────────────────────────────

  /** It was recorded: from here on nothing can stop it. */
  protected handedOver(): void {
    this.#state = "handed over";
    if (this.#timeoutMs !== undefined) this.#startClock(this.#timeoutMs);
  }

  /** The device has done it, and what was to come back is there. */
  protected finish(): void {
    if (this.#state === "over") return this.#drop();
    let value: unknown;
    try {
      this.copyBack();
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

  #startClock(timeoutMs: number): void {
    const expire = (): void => {
      if (this.#state !== "handed over") return;
      this.#giveUp();
      const what = `The launch ran longer than its timeoutMs (${timeoutMs}) and was given up.`;
      setException(
        this.future,
        new TimeoutError(`${what} The device cannot be stopped: it finishes the launch unseen.`),
      );
    };
    this.addCleanup(startTimer(Math.max(1, timeoutMs), expire));
  }

  /** Nobody waits for it any more. What it holds, the device still uses. */
  #giveUp(): void {
    this.#state = "over";
    this.#cleanUp();
  }

  /** The launch is over: nothing is left of it. */
  #drop(): void {
    this.#giveUp();
    this.placement?.abandon();
    this.placement = undefined;
    this.dropDownloads();
  }

  #cleanUp(): void {
    this.#cleanups?.forEach((cleanUp) => cleanUp());
    this.#cleanups = undefined;
  }

  // ── its result ────────────────────────────────────────────────────────────────────────────────────────────────────

  #result(): unknown {
    const { result, grid, arrays } = this.plan;
    switch (result.kind) {
      case "none":
        return undefined;
      case "reduced":
        return result.finish(this.#reduced(), grid[0]);
      case "element": {
        const value = this.elements(result.element as DeviceElement)[0] as number;
        return result.element === "bool" ? value !== 0 : value;
      }
      case "array": {
        const { element, shape } = arrays[result.array] as { element: ElementType; shape: readonly number[] };
        return result.where === "host"
          ? this.elements(element as DeviceElement)
          : this.takeResult(element as DeviceElement, shape);
      }
    }
  }

  /** A reduction of nothing is its identity. */
  #reduced(): number {
    const { program } = this.plan;
    if (program.kind !== "reduction") return 0;
    const { type, value } = program.identity;
    return (this.elements(type === "bool" ? "uint32" : (type as DeviceElement))[0] as number | undefined) ?? value;
  }
}

/** The array of which elements are to come back to the host as the result, by its number. */
export function wantedArray({ result }: LaunchPlan): number | undefined {
  return result.kind === "element" || (result.kind === "array" && result.where === "host") ? result.array : undefined;
}
