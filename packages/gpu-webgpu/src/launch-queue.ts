// What was submitted, in order: launches, reads and writes. At the end of the microtask everything that is ready is recorded and handed over in
// one batch; what is behind something that is not ready waits.
//
// Rules
//   1. Items are recorded in the order in which they were submitted, and settled in that order.
//   2. An item is not ready while its pipeline is compiled, or its memory is in doubt (buffer-pool.ts); a late one (host-arrays.ts) while anything before it is not over.
//   3. A write copies to the device at once, before the batch that it is recorded in: so it begins a batch.
//   4. When the device is lost, everything that is pending fails with that.

import { reportError } from "@everycore/core";
import { Batch, type BatchParts } from "./batch.js";
import type { HeldBuffer } from "./buffer-pool.js";

/** Something that has its place in the order. */
export interface QueueItem {
  readonly isLate: boolean;
  /** Rule 2. */
  readonly waitsFor: Promise<void> | undefined;
  /** Rule 3. */
  readonly startsBatch?: boolean;
  /** Makes a late item ready. May throw. */
  place(): void;
  hasRoom(batch: Batch<QueueItem>): boolean;
  /** May throw: then the item has failed. */
  record(batch: Batch<QueueItem>): void;
  settle(batch: Batch<QueueItem>): void;
  fail(error: unknown): void;
}

interface Flight {
  readonly batch: Batch<QueueItem>;
  outcome: { readonly error?: unknown } | undefined;
}

/** A burst is handed over in parts of this size, so that the device begins before it ends. */
const burst = 1024;

/** See above. */
export class LaunchQueue {
  readonly #parts: BatchParts;
  /** Why the device is gone, once it is. */
  readonly #whenLost: Promise<Error>;
  readonly #items: QueueItem[] = [];
  /** How many of them have left already, while {@link flush} is at work. */
  #gone = 0;
  readonly #flights: Flight[] = [];
  readonly #toClear: HeldBuffer[] = [];
  #idle: Array<() => void> = [];
  #planned = false;
  #waiting = false;
  #lost: Error | undefined;

  constructor(parts: BatchParts, whenLost: Promise<Error>) {
    this.#parts = parts;
    this.#whenLost = whenLost;
    void whenLost.then((error) => this.#lose(error));
  }

  /** Whether nothing is pending. */
  get isIdle(): boolean {
    return this.isFlushed && this.#flights.length === 0;
  }

  /** Whether everything was handed over. */
  get isFlushed(): boolean {
    return this.#items.length === this.#gone;
  }

  add(item: QueueItem): void {
    this.#items.push(item);
    if (this.#items.length - this.#gone >= burst && !this.#waiting) this.flush();
    else this.#plan();
  }

  /** Takes an item out that was not handed over; false if it was. */
  remove(item: QueueItem): boolean {
    const index = this.#items.indexOf(item, this.#gone);
    if (index < 0) return false;
    this.#items.splice(index, 1);
    this.#plan();
    return true;
  }

  /** Makes a buffer that nobody uses yet all zeros, before anything that is recorded from now on. */
  clear(buffer: HeldBuffer): void {
    buffer.mustClear = true;
    this.#toClear.push(buffer);
  }

  /** Visits what was not handed over. */
  each(visit: (item: QueueItem) => void): void {
    for (const item of this.#items.slice(this.#gone)) visit(item);
  }

  /** Resolves when nothing is pending. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#checkIdle();
    });
  }

  /** Hands over what is ready, now. */
  flush(): void {
    let batch: Batch<QueueItem> | undefined;
    this.#clearAll();
    try {
      for (let item = this.#next(); item; item = this.#next()) {
        if (item.isLate) {
          if (batch || this.#flights.length > 0) break;
          if (!this.#place(item)) continue;
        }
        const { waitsFor } = item;
        if (waitsFor) {
          this.#wait(waitsFor);
          break;
        }
        if (batch && (item.startsBatch || !item.hasRoom(batch))) {
          this.#submit(batch);
          batch = undefined;
        }
        batch ??= new Batch<QueueItem>(this.#parts);
        this.#record(item, batch);
      }
    } finally {
      this.#items.splice(0, this.#gone);
      this.#gone = 0;
      if (batch) this.#submit(batch);
      this.#checkIdle();
    }
  }

  #next(): QueueItem | undefined {
    return this.#lost ? undefined : this.#items[this.#gone];
  }

  /** Whether it worked; what throws is the item's failure, and the item leaves the queue. */
  #place(item: QueueItem): boolean {
    try {
      item.place();
      return true;
    } catch (error) {
      this.#gone++;
      item.fail(error);
      return false;
    }
  }

  /** Either way the item leaves the queue. */
  #record(item: QueueItem, batch: Batch<QueueItem>): void {
    try {
      item.record(batch);
    } catch (error) {
      this.#gone++;
      item.fail(error);
      return;
    }
    this.#gone++;
    batch.items.push(item);
  }

  #plan(): void {
    if (this.#planned || this.#waiting) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.flush();
    });
  }

  #wait(ready: Promise<void>): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void ready.then(() => {
      this.#waiting = false;
      this.flush();
    });
  }

  /** In a batch of its own, because a write would come before it otherwise. Some have other owners by now. */
  #clearAll(): void {
    if (this.#toClear.length === 0) return;
    const buffers = this.#toClear.splice(0).filter(({ mustClear }) => mustClear);
    if (buffers.length === 0 || this.#lost) return;
    const batch = new Batch<QueueItem>(this.#parts);
    for (const buffer of buffers) {
      batch.clear(buffer);
      buffer.mustClear = false;
    }
    this.#submit(batch);
  }

  #submit(batch: Batch<QueueItem>): void {
    const flight: Flight = { batch, outcome: undefined };
    this.#flights.push(flight);
    batch.submit().then(
      () => this.#land(flight, {}),
      async (error: unknown) => this.#land(flight, { error: await this.#reason(error) }),
    );
  }

  /** A device that is lost says so a moment later than the promises that it breaks. */
  async #reason(error: unknown): Promise<unknown> {
    const moment = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 200));
    return (await Promise.race([this.#whenLost, moment])) ?? error;
  }

  /** Rule 1. */
  #land(flight: Flight, outcome: { readonly error?: unknown }): void {
    flight.outcome = outcome;
    for (let first = this.#flights[0]; first?.outcome; first = this.#flights[0]) {
      this.#flights.shift();
      this.#settle(first);
    }
    if (!this.isFlushed) this.#plan();
    this.#checkIdle();
  }

  #settle({ batch, outcome }: Flight): void {
    for (const item of batch.items) {
      try {
        if (this.#lost) item.fail(this.#lost);
        else if (outcome && "error" in outcome) item.fail(outcome.error);
        else item.settle(batch);
      } catch (error) {
        reportError(error, "a launch could not be settled");
      }
    }
    batch.end();
  }

  /** Rule 4. */
  #lose(error: Error): void {
    this.#lost = error;
    for (const { batch } of this.#flights.splice(0)) for (const item of batch.items) item.fail(error);
    for (const item of this.#items.splice(this.#gone)) item.fail(error);
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.isIdle) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
