// A flag to wait for, as Python's threading.Event.
//
// One word: bit 0 is the flag, the bits above count how often it was set. `set` raises the count, so those who wait see that it
// was set even if it is cleared before they run. There is no lock, and nobody to wait for in `set` and `clear`.

import { deadlineAfter, parkAsync, parkSync, wakeAll } from "./park.js";
import {
  type AsyncWaitOptions,
  checkWait,
  noOptions,
  Primitive,
  Received,
  registerPrimitive,
  type SyncWaitOptions,
} from "./primitive.js";
import { checkPrimitiveOptions, firstWord, type PrimitiveOptions, Region } from "./region.js";

const flag = 1;
const once = 2;

/**
 * A flag that threads wait for. `set()` wakes all that wait, also when `clear()` follows at once.
 *
 * @example
 * ```ts
 * const ready = new Event();
 * if (!(await ready.wait({ timeoutMs: 1000 }))) console.log("not ready yet");
 * ```
 */
export class Event extends Primitive {
  constructor(options: PrimitiveOptions | Received = {}) {
    if (!(options instanceof Received)) checkPrimitiveOptions(options);
    super(options instanceof Received ? Region.adopt(options.data.region) : Region.create("Event", options, 1));
  }

  /** Whether the flag is set. */
  get isSet(): boolean {
    return (this.#load() & flag) !== 0;
  }

  /** Sets the flag and wakes all that wait. */
  set(): void {
    const { ints } = this.region;
    for (;;) {
      const word = this.#load();
      if ((word & flag) !== 0) return;
      if (Atomics.compareExchange(ints, firstWord, word, (word + once) | flag | 0) !== word) continue;
      return wakeAll(ints, firstWord);
    }
  }

  /** Clears the flag: from now on waits wait. */
  clear(): void {
    Atomics.and(this.region.ints, firstWord, ~flag);
  }

  /** Resolves to true when the flag is set, or has been since the call; to false when `timeoutMs` passed. */
  async wait(options: AsyncWaitOptions = noOptions): Promise<boolean> {
    checkWait(options);
    options.signal?.throwIfAborted();
    const deadline = deadlineAfter(options.timeoutMs);
    const word = this.#load();
    while (!this.#wasSet(word)) {
      if (!(await parkAsync(this.region.ints, firstWord, word, deadline, options.signal))) return this.#wasSet(word);
    }
    return true;
  }

  /** The same, and blocks the thread meanwhile. */
  waitSync(options: SyncWaitOptions = noOptions): boolean {
    checkWait(options, true);
    const deadline = deadlineAfter(options.timeoutMs);
    const word = this.#load();
    while (!this.#wasSet(word)) {
      if (!parkSync(this.region.ints, firstWord, word, deadline, "wait()")) return this.#wasSet(word);
    }
    return true;
  }

  /** Whether the flag is set, or was set after it had this value. */
  #wasSet(word: number): boolean {
    return (word & flag) !== 0 || this.#load() !== word;
  }

  #load(): number {
    return Atomics.load(this.region.ints, firstWord);
  }

  protected override get kind(): string {
    return "Event";
  }

  protected override describe(): string {
    return this.isSet ? "set" : "clear";
  }
}

registerPrimitive("Event", (data) => new Event(new Received(data)));
