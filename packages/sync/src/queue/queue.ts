// Queue, as Python's `queue.Queue`, between threads. The protocol is in queue-memory.ts, how values become bytes in codec/.

import {
  checkCount,
  checkOptions,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  rangeError,
  type TimeoutError,
  typeError,
} from "@everycore/core";
import { deadlineAfter } from "../park.js";
import {
  type AsyncWaitOptions,
  checkWait,
  noOptions,
  Primitive,
  Received,
  registerPrimitive,
  type SyncWaitOptions,
  timeoutError,
} from "../primitive.js";
import { checkPrimitiveOptions, type PrimitiveOptions, Region } from "../region.js";
import { decode, encode } from "./codec/codec.js";
import { type Attempt, bells, QueueMemory } from "./queue-memory.js";
import { ringStore } from "./ring-store.js";
import type { StoreKind } from "./store.js";

/** Options of a queue. */
export interface QueueOptions extends PrimitiveOptions {
  /** How many items it holds at most. Default 0: as many as fit. */
  readonly maxSize?: number | undefined;
  /** How many bytes of values it holds at most; so much shared memory is set aside. Default: 1 MiB. */
  readonly maxBytes?: number | undefined;
}

const defaultMaxBytes = 1 << 20;
/** Positions are 32-bit integers. */
const largestMaxBytes = 2 ** 30;

/** What a class of queues is: its name, and the order of its items. */
export interface QueueShape {
  readonly kind: string;
  readonly store: StoreKind;
}

/**
 * A queue between threads, first in, first out, as Python's `queue.Queue`. Values travel as bytes: everything that structured
 * clone carries except shared memory, each consumer getting a copy of its own. Any number of threads may put and get, by the
 * async and the blocking forms.
 *
 * Values of one producer stay in order. `put` waits while the queue is full, `get` while it is empty. After `shutDown()` a `put`
 * fails with `QueueShutDownError`, and so does a `get` once everything was taken. If a thread ends in the middle of an
 * operation, all others get a `LockAbandonedError` until `reset()`.
 *
 * @example
 * ```ts
 * const queue = new Queue<string>({ maxSize: 100 });
 * await queue.put("job");
 * const job = await queue.get({ timeoutMs: 1000 });
 * ```
 */
export class Queue<T> extends Primitive implements AsyncIterable<T> {
  /** @internal */
  static readonly shape: QueueShape = { kind: "Queue", store: ringStore };
  readonly #memory: QueueMemory;
  readonly #shape: QueueShape;

  constructor(options: QueueOptions | Received = {}) {
    const { shape } = new.target;
    const memory = open(shape, options);
    super(memory.region);
    this.#shape = shape;
    this.#memory = memory;
  }

  /** How many items are in it. By the time you look, another thread may have changed that. */
  get size(): number {
    return this.#memory.size;
  }

  /** Whether there was nothing in it. */
  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Whether nothing more would have gone in: `maxSize` items are in it, or its memory is full. */
  get isFull(): boolean {
    return this.#memory.isFull;
  }

  /** Whether `shutDown` was called. */
  get isShutDown(): boolean {
    return this.#memory.isShutDown;
  }

  /** How many items it holds at most; 0: as many as fit. */
  get maxSize(): number {
    return this.#memory.maxSize;
  }

  /** How many bytes of values it holds at most. */
  get maxBytes(): number {
    return this.#memory.maxBytes;
  }

  /**
   * Puts a value, waiting while the queue is full. The value is read at the call: later changes of it do not matter.
   *
   * Rejects with `QueueFullError` after `timeoutMs`, `QueueShutDownError`, `DataCloneError` with the path of what cannot be sent,
   * `RangeError` for a value larger than `maxBytes`, or the signal's reason.
   */
  async put(value: T, options: AsyncWaitOptions = noOptions): Promise<void> {
    return this.putItem(value, 0, options);
  }

  /** As `put`, and blocks the thread meanwhile. On a page's own thread, which must not block: InvalidStateError, unless there is room. */
  putSync(value: T, options: SyncWaitOptions = noOptions): void {
    this.putItemSync(value, 0, options);
  }

  /** Puts a value if there is room at once; says whether it did. Throws as `put` rejects. */
  tryPut(value: T): boolean {
    return this.tryPutItem(value, 0);
  }

  /**
   * Takes the next value, waiting while there is none.
   *
   * Rejects with `QueueEmptyError` after `timeoutMs`, with `QueueShutDownError` when the queue was shut down and is empty, or with the
   * signal's reason; a value that is not handed out stays in the queue.
   */
  async get(options: AsyncWaitOptions = noOptions): Promise<T> {
    if (options !== noOptions) checkWait(options);
    const { timeoutMs, signal } = options;
    signal?.throwIfAborted();
    if (!this.#memory.hasLine(bells.item) && this.#memory.tryEnter()) {
      const item = this.#memory.take(false);
      if (typeof item === "object") return decode(item) as T;
    }
    const take = this.#take("get()");
    if (await this.#memory.wait(take, deadlineAfter(timeoutMs), signal)) return take.value();
    throw this.#emptyError(timeoutMs);
  }

  /** As `get`, and blocks the thread meanwhile. On a page's own thread, which must not block: InvalidStateError, unless there is a value. */
  getSync(options: SyncWaitOptions = noOptions): T {
    if (options !== noOptions) checkWait(options, true);
    const take = this.#take("get()");
    if (this.#memory.waitSync(take, deadlineAfter(options.timeoutMs))) return take.value();
    throw this.#emptyError(options.timeoutMs);
  }

  /** Takes the next value if there is one at once. @throws QueueShutDownError when the queue was shut down and is empty */
  tryGet(): { value: T } | undefined {
    this.#memory.enter();
    const item = this.#memory.take(false);
    return typeof item === "object" ? { value: decode(item) as T } : undefined;
  }

  /** Says that an item that was taken is dealt with, for `join`. @throws RangeError if called more often than items were put */
  taskDone(): void {
    this.#memory.enter();
    this.#memory.taskDone();
  }

  /** Waits until `taskDone` was called for every item that was put. Rejects with `TimeoutError`, or the signal's reason. */
  async join(options: AsyncWaitOptions = noOptions): Promise<void> {
    checkWait(options);
    const { timeoutMs, signal } = options;
    signal?.throwIfAborted();
    if (await this.#memory.wait(this.#finish(), deadlineAfter(timeoutMs), signal)) return;
    throw this.#unfinishedError(timeoutMs);
  }

  /** As `join`, and blocks the thread meanwhile. */
  joinSync(options: SyncWaitOptions = noOptions): void {
    checkWait(options, true);
    if (this.#memory.waitSync(this.#finish(), deadlineAfter(options.timeoutMs))) return;
    throw this.#unfinishedError(options.timeoutMs);
  }

  /**
   * Ends the queue: whoever puts, now or later, gets a `QueueShutDownError`, and whoever gets, once everything was taken. With
   * `immediate`, what is in it is dropped, and counts as done.
   */
  shutDown(options: { readonly immediate?: boolean | undefined } = {}): void {
    checkShutDown(options);
    this.#memory.enter();
    this.#memory.shutDown(options.immediate === true);
  }

  /** Makes a queue usable again after a `LockAbandonedError`. What was in it is dropped. Does nothing to other queues. */
  reset(): void {
    this.#memory.reset();
  }

  /**
   * The values as they come, until the queue is shut down and empty. A value is done (`taskDone`) when the loop asks for the next, or
   * is left.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let value: T;
      try {
        value = await this.get();
      } catch (error) {
        if (error instanceof QueueShutDownError) return;
        throw error;
      }
      try {
        yield value;
      } finally {
        this.taskDone();
      }
    }
  }

  /** @internal */
  protected async putItem(value: T, priority: number, options: AsyncWaitOptions): Promise<void> {
    if (options !== noOptions) checkWait(options);
    const { timeoutMs, signal } = options;
    signal?.throwIfAborted();
    const item = this.#encode(value);
    if (!this.#memory.hasLine(bells.room) && this.#memory.tryEnter()) {
      if (this.#memory.put(item, priority, false) === true) return;
    }
    const put = this.#put(item.slice(), priority);
    if (!(await this.#memory.wait(put, deadlineAfter(timeoutMs), signal))) throw this.#fullError(timeoutMs);
  }

  /** @internal */
  protected putItemSync(value: T, priority: number, options: SyncWaitOptions): void {
    if (options !== noOptions) checkWait(options, true);
    const put = this.#put(this.#encode(value), priority);
    if (!this.#memory.waitSync(put, deadlineAfter(options.timeoutMs))) throw this.#fullError(options.timeoutMs);
  }

  /** @internal */
  protected tryPutItem(value: T, priority: number): boolean {
    const item = this.#encode(value);
    this.#memory.enter();
    return this.#memory.put(item, priority, false) === true;
  }

  protected override get kind(): string {
    return this.#shape.kind;
  }

  protected override describe(): string {
    const { size, maxSize, isShutDown } = this;
    const state = this.#memory.isAbandoned ? ", abandoned" : isShutDown ? ", shut down" : "";
    return `${size}${maxSize > 0 ? ` of ${maxSize}` : ""} items${state}`;
  }

  /** Larger values would wait for ever. */
  #encode(value: T): Uint8Array {
    const item = encode(value);
    const { maxBytes } = this;
    if (item.length <= maxBytes) return item;
    throw rangeError("value", `at most ${maxBytes} bytes (maxBytes of ${this.region.label})`, `${item.length} bytes`);
  }

  #put(item: Uint8Array, priority: number): Attempt {
    return { bell: bells.room, operation: "put()", run: (waits) => this.#memory.put(item, priority, waits) };
  }

  #take(operation: string): Attempt & { value(): T } {
    let item: Uint8Array | number = 0;
    const run = (waits: boolean): true | number => {
      item = this.#memory.take(waits);
      return typeof item === "object" || item;
    };
    return { bell: bells.item, operation, run, value: () => decode(item as Uint8Array) as T };
  }

  #finish(): Attempt {
    return { bell: bells.done, operation: "join()", run: (waits) => this.#memory.finished(waits) };
  }

  #fullError(timeoutMs: number | undefined): QueueFullError {
    const { usedBytes, maxBytes, maxSize } = this.#memory;
    const items = `${this.size}${maxSize > 0 ? ` of ${maxSize}` : ""} items`;
    const content = `${items} in ${usedBytes} of ${maxBytes} bytes`;
    return new QueueFullError(
      `${this.region.label} stayed full for ${timeoutMs} ms: ${content}. The value was not put.`,
    );
  }

  #emptyError(timeoutMs: number | undefined): QueueEmptyError {
    return new QueueEmptyError(`${this.region.label} stayed empty for ${timeoutMs} ms.`);
  }

  #unfinishedError(timeoutMs: number | undefined): TimeoutError {
    return timeoutError(
      `${this.region.label} was not finished`,
      timeoutMs,
      "taskDone() was not called for every item.",
    );
  }
}

function open({ kind, store }: QueueShape, options: QueueOptions | Received): QueueMemory {
  if (options instanceof Received) return QueueMemory.of(Region.adopt(options.data.region), store);
  checkPrimitiveOptions(options, ["maxSize", "maxBytes"]);
  const { maxSize = 0, maxBytes = defaultMaxBytes } = options;
  checkCount("maxSize", maxSize, 0);
  checkCount("maxBytes", maxBytes);
  if (maxBytes > largestMaxBytes) throw rangeError("maxBytes", `at most ${largestMaxBytes}`, maxBytes);
  // No queue holds as many items, so a larger number is no limit.
  return QueueMemory.create(kind, store, { maxSize: Math.min(maxSize, largestMaxBytes), maxBytes }, options);
}

function checkShutDown(options: { readonly immediate?: boolean | undefined }): void {
  checkOptions("options", options, ["immediate"]);
  if (options.immediate === undefined || typeof options.immediate === "boolean") return;
  throw typeError("immediate", "true or false", options.immediate);
}

registerPrimitive("Queue", (data) => new Queue(new Received(data)));
