// What was submitted, in order: launches, reads and writes. At the end of the microtask everything is handed to the device, which works in
// that order; behind it comes a fence.
//
// Rules
//   1. Items are handed over in the order in which they were submitted, and settled in that order.
//   2. A late item (host-arrays.ts) is not handed over while anything before it is not over.
//   3. When the device is lost, everything that is pending fails with that.

import { reportError } from "@everycore/core";
import { passed } from "./fence.js";
import type { Gl } from "./gl-types.js";

/** Something that has its place in the order. */
export interface QueueItem {
  /** Rule 2. */
  readonly isLate: boolean;
  /** Hands it over. May throw: then the item has failed. */
  record(): void;
  settle(): void;
  fail(error: unknown): void;
}

interface Flight {
  readonly items: readonly QueueItem[];
  outcome: { readonly error?: unknown } | undefined;
}

/** What a queue needs of its executor. */
export interface QueueParts {
  readonly gl: Gl;
  /** Looks whether the device is lost, and says why. */
  findLoss(): Error | undefined;
  /** Leaves the context to others. */
  leaveContext(): void;
}

/** A burst is handed over in parts of this size, so that the device begins before it ends. */
const burst = 1024;

/** See above. */
export class LaunchQueue {
  readonly #parts: QueueParts;
  readonly #items: QueueItem[] = [];
  readonly #flights: Flight[] = [];
  readonly #idle: Array<() => void> = [];
  #planned = false;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  add(item: QueueItem): void {
    this.#items.push(item);
    if (this.#items.length >= burst && !item.isLate) this.#flush();
    else this.#plan();
  }

  /** Takes an item out that was not handed over; false if it was. */
  remove(item: QueueItem): boolean {
    const index = this.#items.indexOf(item);
    if (index < 0) return false;
    this.#items.splice(index, 1);
    this.#plan();
    return true;
  }

  /** Whether something late was not handed over. */
  get hasLate(): boolean {
    return this.#items.some(({ isLate }) => isLate);
  }

  /** What was not handed over. */
  get waiting(): readonly QueueItem[] {
    return [...this.#items];
  }

  /** Resolves when nothing is pending. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#checkIdle();
    });
  }

  /** Rule 3. May be called again, for what came after. */
  lose(error: Error): void {
    const pending = [...this.#flights.splice(0).flatMap(({ items }) => items), ...this.#items.splice(0)];
    for (const item of pending) item.fail(error);
    this.#checkIdle();
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#flush();
    });
  }

  #flush(): void {
    for (let failed = this.#handOver(); failed; failed = this.#handOver()) {
      failed.item.fail(this.#parts.findLoss() ?? failed.error);
    }
    this.#checkIdle();
  }

  /** Hands over what is ready, up to the first item that fails: callbacks of the program may change what is behind it. */
  #handOver(): { readonly item: QueueItem; readonly error: unknown } | undefined {
    const items = this.#items;
    let failed: { item: QueueItem; error: unknown } | undefined;
    let count = 0;
    for (; count < items.length && !failed; count++) {
      const item = items[count] as QueueItem;
      if (item.isLate && (count > 0 || this.#flights.length > 0)) break;
      try {
        item.record();
      } catch (error) {
        failed = { item, error };
      }
    }
    this.#parts.leaveContext();
    const handedOver = items.splice(0, count);
    if (failed) handedOver.pop();
    if (handedOver.length > 0) this.#launch(handedOver);
    return failed;
  }

  #launch(items: readonly QueueItem[]): void {
    const flight: Flight = { items, outcome: undefined };
    this.#flights.push(flight);
    passed(this.#parts.gl).then(
      () => this.#land(flight, {}),
      (error: unknown) => this.#land(flight, { error }),
    );
  }

  /** Rule 1. What is read of a device that was lost a moment ago would be zeros. */
  #land(flight: Flight, outcome: { readonly error?: unknown }): void {
    const lost = this.#parts.findLoss();
    if (lost) return this.lose(lost);
    flight.outcome = outcome;
    for (let first = this.#flights[0]; first?.outcome; first = this.#flights[0]) {
      this.#flights.shift();
      for (const item of first.items) settle(item, first.outcome);
    }
    if (this.#items.length > 0) this.#plan();
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.#items.length > 0 || this.#flights.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function settle(item: QueueItem, outcome: { readonly error?: unknown }): void {
  try {
    if ("error" in outcome) item.fail(outcome.error);
    else item.settle();
  } catch (error) {
    reportError(error, "a launch could not be settled");
  }
}
