// Slots: the little shared memory that makes cancelling exact and results of tiny tasks cheap. One table per worker,
// shared by the pool and that worker. A task that is sent takes a slot until the worker has answered for it. Where memory
// cannot be shared, a runtime may bring a table of another kind that keeps the same rules (`PoolTable`, `WorkerTable`).
//
// State of a slot   meaning
//   free            nobody's
//   sent            the pool has sent the task; its body has not started
//   running         the body has started
//   aborting        the body runs, and the pool has asked it to stop
//   revoked         the pool has taken the task back; the body will not run in this worker
//   done            the body has ended, and the result lies in the slot or came by message before
//
// Rules
//   1. free → sent is the pool's, before it posts the task.
//   2. sent → running is the worker's, by compare-and-swap, right before the body. If it fails, the body must not run.
//   3. sent → revoked is the pool's, by compare-and-swap. If it succeeds, the body never runs in this worker: exactly
//      then `cancel()` is true, and exactly then the task may be given to another worker.
//   4. running → aborting is the pool's, by compare-and-swap.
//   5. running, aborting → done is the worker's; the result's fields are written before the state, and the state before
//      a result's message is posted: after either, the worker touches the slot no more.
//   6. Any state → free is the pool's, after the worker answered (done, or a `skipped` result), or after its end.
//   7. The doorbell: the pool sets `waiting` when it has seen everything that is done, then looks once more. A worker
//      that stores `done` and finds `waiting` set, clears it and posts `look`, or rings. So nothing that is done stays unseen,
//      and while the pool is busy no message is sent at all. What is done survives the death of the worker.

/** How many tasks can be with one worker at a time. */
export const slotCount = 256;

const states = { free: 0, sent: 1, running: 2, aborting: 3, revoked: 4, done: 5 } as const;

/** Where a result is, or what it is. */
const kinds = { message: 0, undefined: 1, null: 2, true: 3, false: 4, number: 5 } as const;

const headerInts = 2;
const waiting = 0;
const intBytes = 4 * (headerInts + 2 * slotCount);

/** Size of the table. */
export const slotBytes: number = intBytes + 8 * 2 * slotCount;

/** A result that was found in a slot. */
export interface SlotResult {
  readonly value: unknown;
  readonly runMs: number;
}

/** What {@link PoolTable.take} answers when the body has not ended. */
export const unfinished: unique symbol = Symbol("unfinished");
/** What {@link PoolTable.take} answers when the result comes, or came, by message. */
export const byMessage: unique symbol = Symbol("by message");

/** The pool's view of a table, however it is shared with the worker. The rules are those at the top of the file. */
export interface PoolTable {
  /** Rule 1. The slot, a number that only the table understands, or −1 when all are taken. */
  send(): number;
  /** Rule 3. True exactly if the body never runs in this worker. */
  revoke(slot: number): boolean;
  /** Whether the body has started, or has even ended. */
  hasStarted(slot: number): boolean;
  /** Whether the body has started and has not ended. */
  isRunning(slot: number): boolean;
  /** Rule 4. */
  abort(slot: number): void;
  /** Rule 6. */
  free(slot: number): void;
  /** The result of a task that is done. */
  take(slot: number): SlotResult | typeof unfinished | typeof byMessage;
  /** Rule 7: asks for a `look` message at the next result. Look at the slots once more afterwards. */
  wait(): void;
  /** Called before a round of {@link take}, by tables that have to fetch what the worker wrote. */
  refresh?(): void;
  /** The worker has ended, and everything was looked at. */
  close?(): void;
}

/** A worker's view of a table. */
export interface WorkerTable {
  /** Rule 2. If it is false, the body must not run. */
  start(slot: number): boolean;
  isAborting(slot: number): boolean;
  /** Rule 5, for a result that fits into the table. False if it does not fit: call `doneByMessage`, then post it. */
  done(slot: number, value: unknown, runMs: number): boolean;
  /** Rule 5, for a result that is about to be posted. */
  doneByMessage(slot: number): void;
  /** Rule 7: whether the pool must be told to look. */
  mustRing(): boolean;
  /**
   * Only of tables whose `done` may wait for the next `start`, to be written with it: called when none follows, before
   * anything else than the next task gets the thread. Such a table may also have to ring after `start`.
   */
  flush?(): void;
}

class SlotTable {
  protected readonly ints: Int32Array;
  protected readonly floats: Float64Array;

  constructor(buffer: ArrayBufferLike) {
    this.ints = new Int32Array(buffer, 0, headerInts + 2 * slotCount);
    this.floats = new Float64Array(buffer, intBytes, 2 * slotCount);
  }

  protected swap(slot: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.ints, headerInts + slot, from, to) === from;
  }
}

/** The pool's view of a table in shared memory. */
export class PoolSlots extends SlotTable implements PoolTable {
  readonly #free: number[] = Array.from({ length: slotCount }, (_, index) => slotCount - 1 - index);

  /** Rule 1. The slot, or −1 when all are taken. */
  send(): number {
    const slot = this.#free.pop() ?? -1;
    if (slot >= 0) Atomics.store(this.ints, headerInts + slot, states.sent);
    return slot;
  }

  /** Rule 3. */
  revoke(slot: number): boolean {
    return this.swap(slot, states.sent, states.revoked);
  }

  /** Whether the body has started, or has even ended. */
  hasStarted(slot: number): boolean {
    const state = Atomics.load(this.ints, headerInts + slot);
    return state === states.running || state === states.aborting || state === states.done;
  }

  /** Whether the body has started and has not ended. */
  isRunning(slot: number): boolean {
    const state = Atomics.load(this.ints, headerInts + slot);
    return state === states.running || state === states.aborting;
  }

  /** Rule 4. */
  abort(slot: number): void {
    this.swap(slot, states.running, states.aborting);
  }

  /** Rule 6. */
  free(slot: number): void {
    Atomics.store(this.ints, headerInts + slot, states.free);
    this.#free.push(slot);
  }

  /** The result of a task that is done. */
  take(slot: number): SlotResult | typeof unfinished | typeof byMessage {
    if (Atomics.load(this.ints, headerInts + slot) !== states.done) return unfinished;
    const kind = this.ints[headerInts + slotCount + slot];
    if (kind === kinds.message) return byMessage;
    const runMs = this.floats[slotCount + slot] as number;
    if (kind === kinds.number) return { value: this.floats[slot], runMs };
    return { value: kind === kinds.undefined ? undefined : kind === kinds.null ? null : kind === kinds.true, runMs };
  }

  /** Rule 7: asks for a `look` message at the next result. Look at the slots once more afterwards. */
  wait(): void {
    Atomics.store(this.ints, waiting, 1);
  }
}

/** A worker's view of a table in shared memory. */
export class WorkerSlots extends SlotTable implements WorkerTable {
  /** Rule 2. */
  start(slot: number): boolean {
    return this.swap(slot, states.sent, states.running);
  }

  isAborting(slot: number): boolean {
    return Atomics.load(this.ints, headerInts + slot) === states.aborting;
  }

  /** Rule 5, for a result that fits into a slot. False if it does not fit: call `doneByMessage`, then post it. */
  done(slot: number, value: unknown, runMs: number): boolean {
    let kind: number;
    if (typeof value === "number") {
      kind = kinds.number;
      this.floats[slot] = value;
    } else if (value === undefined) kind = kinds.undefined;
    else if (value === null) kind = kinds.null;
    else if (typeof value === "boolean") kind = value ? kinds.true : kinds.false;
    else return false;
    this.floats[slotCount + slot] = runMs;
    this.#finish(slot, kind);
    return true;
  }

  /** Rule 5, for a result that is about to be posted. */
  doneByMessage(slot: number): void {
    this.#finish(slot, kinds.message);
  }

  /** Rule 7: whether the pool must be told to look. */
  mustRing(): boolean {
    return Atomics.load(this.ints, waiting) === 1 && Atomics.exchange(this.ints, waiting, 0) === 1;
  }

  #finish(slot: number, kind: number): void {
    this.ints[headerInts + slotCount + slot] = kind;
    Atomics.store(this.ints, headerInts + slot, states.done);
  }
}
