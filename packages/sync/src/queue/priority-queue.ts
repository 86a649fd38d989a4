// PriorityQueue, as Python's `queue.PriorityQueue`; but the priority is given beside the value, since values are not compared.

import { checkOptions, rangeError, typeError } from "@everycore/core";
import { type AsyncWaitOptions, Received, registerPrimitive, type SyncWaitOptions } from "../primitive.js";
import { heapStore } from "./heap-store.js";
import { Queue, type QueueShape } from "./queue.js";

/** The place of a value. */
export interface PriorityOptions {
  /** Lower numbers are handed out first, as in Python; equal ones in the order in which they were put. Default: 0. */
  readonly priority?: number | undefined;
}

/** Options of `put`. */
export interface PriorityPutOptions extends AsyncWaitOptions, PriorityOptions {}
/** Options of `putSync`. */
export interface PriorityPutSyncOptions extends SyncWaitOptions, PriorityOptions {}

/**
 * A {@link Queue} that hands out the value with the lowest priority number first. A value takes whole blocks of 64 bytes.
 *
 * @example
 * ```ts
 * const queue = new PriorityQueue<string>();
 * await queue.put("sweep", { priority: 9 });
 * await queue.put("fire", { priority: 1 });
 * await queue.get(); // "fire"
 * ```
 */
export class PriorityQueue<T> extends Queue<T> {
  /** @internal */
  static override readonly shape: QueueShape = { kind: "PriorityQueue", store: heapStore };

  override async put(value: T, options: PriorityPutOptions = {}): Promise<void> {
    const { priority, ...wait } = checkedOptions(options);
    return this.putItem(value, checked(priority), wait);
  }

  override putSync(value: T, options: PriorityPutSyncOptions = {}): void {
    const { priority, ...wait } = checkedOptions(options);
    this.putItemSync(value, checked(priority), wait);
  }

  override tryPut(value: T, options: PriorityOptions = {}): boolean {
    checkOptions("options", options, ["priority"]);
    return this.tryPutItem(value, checked(options.priority));
  }
}

/** `put(value, 1)` must not be taken for a priority, nor be silently dropped. */
function checkedOptions<O extends object>(options: O): O {
  checkOptions("options", options);
  return options;
}

function checked(priority = 0): number {
  if (typeof priority !== "number") throw typeError("priority", "a number", priority);
  if (Number.isNaN(priority)) throw rangeError("priority", "comparable", priority);
  return priority;
}

registerPrimitive("PriorityQueue", (data) => new PriorityQueue(new Received(data)));
