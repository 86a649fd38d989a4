import { checkCount, checkOptions, typeError } from "@everycore/core";
import type { Address } from "./address.js";

/** Options of `ProcessQueue`. */
export interface ProcessQueueOptions {
  /** How many items may wait; `put` waits while there are as many. Default: no limit. */
  readonly maxSize?: number;
  /** For messages. */
  readonly name?: string;
  /**
   * Whether an item that `get` took is to be reported done by `taskDone`, and given to another process if that does not
   * happen (default). `false`: an item is done when it was taken, as in Python's `multiprocessing.Queue`.
   */
  readonly tracked?: boolean;
}

/** What is sent to another process. */
export interface QueueForm {
  readonly address: Address;
  readonly name: string | undefined;
  readonly maxSize: number;
  readonly tracked: boolean;
}

/** The options, complete. @throws RangeError or TypeError. */
export function checkQueueOptions(options: ProcessQueueOptions): Omit<QueueForm, "address"> & { address?: undefined } {
  checkOptions("options", options, ["maxSize", "name", "tracked"]);
  const { maxSize = Number.POSITIVE_INFINITY, name, tracked = true } = options;
  if (maxSize !== Number.POSITIVE_INFINITY) checkCount("maxSize", maxSize);
  if (name !== undefined && typeof name !== "string") throw typeError("name", "a string", name);
  if (typeof tracked !== "boolean") throw typeError("tracked", "a boolean", tracked);
  return { name, maxSize, tracked };
}
