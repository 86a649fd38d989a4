// The queue that processes share: Python's multiprocessing.JoinableQueue. It lives in the process that created it; others get
// it as an argument and ask over a socket (protocol.ts). In each process the object is a seat (seat.ts) and the list of
// what was taken there and is not done.
//
// When an item is done, which is when it can no longer come back:
// - with taskDone(), after get();
// - in `for await`, when the loop asks for the next item or is left;
// - with `tracked: false`, as soon as get() has it.
// Until then its process is answerable for it: if that ends, others get the item, in its old place.

import {
  ChannelClosedError,
  checkOptions,
  InvalidStateError,
  type Portable,
  type PortableForm,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  registerPortable,
  TimeoutError,
  type WaitOptions,
} from "@everycore/core";
import type { Address } from "./address.js";
import { keep } from "./broker.js";
import { decodeItem, encodeItem, snapshot } from "./item-codec.js";
import { QueueChannel } from "./queue-channel.js";
import { checkQueueOptions, type ProcessQueueOptions, type QueueForm } from "./queue-options.js";
import { RemoteSeat } from "./remote-seat.js";
import { Residents } from "./residents.js";
import type { Seat, Taken } from "./seat.js";

const type = "everycore.node-processes/ProcessQueue";

/** So many items that are taken and not done look like a forgotten taskDone(). */
const suspicious = 1000;

/** What the constructor is given when the queue is kept elsewhere. */
class Elsewhere {
  readonly form: QueueForm;
  constructor(form: QueueForm) {
    this.form = form;
  }
}

/**
 * A queue between processes (and threads): many put, many take, each item is worked on once, and none is lost when a process
 * dies with it. Give it to tasks, a `Process` or a `Thread` as an argument, or put it into another queue.
 *
 * It is kept by the process that creates it, and closed when that ends. An item that was taken by `get()` is leased to the
 * process until `taskDone()` is called there; if the process ends before, others get the item, in front of all later ones. So an
 * item may be worked on twice, if a process dies between the work and `taskDone()`. `for await` does it by itself.
 *
 * Values are copied, as by structured clone; errors keep their class and properties. A large buffer is not to be changed
 * before `put` has resolved. Deadlines count until the creating process has answered.
 *
 * @example
 * ```ts
 * await using queue = new ProcessQueue<string>({ maxSize: 100 });
 * const worker = pool.submit(async (jobs: ProcessQueue<string>) => {
 *   for await (const job of jobs) console.log(job);
 * }, queue);
 * await queue.put("first");
 * await queue.shutDown();
 * await worker;
 * ```
 */
export class ProcessQueue<T = unknown> implements Portable, AsyncIterable<T>, AsyncDisposable {
  readonly name: string | undefined;
  /** How many items may wait; `Infinity` without a limit. */
  readonly maxSize: number;
  /** Whether items are to be reported done. */
  readonly tracked: boolean;
  readonly #seat: Seat;
  readonly #address: () => Address;
  /** Whether the items stay in this process, and large buffers have to be copied. */
  readonly #keeps: boolean;
  /** What was taken here and is not done, in the order of taking. */
  readonly #leases = new Map<number, T>();
  #warned = false;
  #closed = false;

  /**
   * @throws RangeError or TypeError for an option that cannot be.
   */
  constructor(options: ProcessQueueOptions = {}) {
    const form = options instanceof Elsewhere ? options.form : checkQueueOptions(options);
    this.name = form.name;
    this.maxSize = form.maxSize;
    this.tracked = form.tracked;
    this.#keeps = form.address === undefined;
    if (form.address) {
      const address = form.address;
      this.#address = () => address;
      this.#seat = residents.seat(this, address, (close) => new RemoteSeat(address, String(this), close));
    } else {
      const channel = new QueueChannel(this, String(this), form.maxSize);
      this.#address = () => keep(channel);
      this.#seat = channel.sitHere();
    }
  }

  /**
   * Puts a value; resolves when it is in the queue. Waits while the queue is full: that is the back-pressure.
   *
   * @throws DataCloneError for a value that cannot be sent; QueueFullError after `timeoutMs`; QueueShutDownError;
   * ChannelClosedError.
   */
  async put(value: T, options: WaitOptions = {}): Promise<void> {
    if (await this.#put(value, options)) return;
    const limit = `${this} has held ${this.maxSize} items for ${options.timeoutMs} ms`;
    throw new QueueFullError(`${limit}. Take more, or wait longer.`);
  }

  /** Puts a value if there is room; whether there was. */
  tryPut(value: T): Promise<boolean> {
    return this.#put(value, { timeoutMs: 0 });
  }

  async #put(value: T, options: WaitOptions): Promise<boolean> {
    const body = encodeItem(value, String(this));
    return this.#seat.put(this.#keeps ? snapshot(body) : body, options);
  }

  /**
   * Takes the first value, and waits for one if there is none. In a tracked queue, call `taskDone()` when it has been worked on.
   *
   * @throws QueueEmptyError after `timeoutMs`; QueueShutDownError when there will be no more; ChannelClosedError.
   */
  async get(options: WaitOptions = {}): Promise<T> {
    const taken = await this.#take(options);
    if (taken) return taken.value;
    throw new QueueEmptyError(`${this} was empty for ${options.timeoutMs} ms. Put something, or wait longer.`);
  }

  /** Takes the first value if there is one. */
  async tryGet(): Promise<{ value: T } | undefined> {
    const taken = await this.#take({ timeoutMs: 0 });
    return taken && { value: taken.value };
  }

  async #take(options: WaitOptions): Promise<{ number: number; value: T } | undefined> {
    const taken = await this.#seat.take(options);
    if (!taken) return;
    const { number } = taken;
    const value = await this.#read(taken);
    if (this.tracked) this.#lease(number, value);
    else this.#seat.done(number);
    return { number, value };
  }

  /** An item that cannot be read here is done: it could not be read elsewhere either. */
  async #read({ number, body }: Taken): Promise<T> {
    try {
      return (await decodeItem(body)) as T;
    } catch (error) {
      this.#seat.done(number);
      throw error;
    }
  }

  #lease(number: number, value: T): void {
    this.#leases.set(number, value);
    residents.hold(this);
    if (this.#leases.size <= suspicious || this.#warned) return;
    this.#warned = true;
    process.emitWarning(
      `${this.#leases.size} items of ${this} were taken and not done. Call taskDone() after each, or iterate with for await, or create the queue with tracked: false.`,
      "EverycoreWarning",
    );
  }

  /**
   * Says that an item which this process took has been worked on: the given one (the same object, or an equal primitive), else
   * the one that was taken first.
   *
   * @throws InvalidStateError if there is no such item; ChannelClosedError if others have got it meanwhile, because the
   * connection was lost.
   */
  taskDone(...item: [item?: T]): void {
    const number = this.#find(item);
    if (number !== undefined) return this.#done(number);
    if (!this.tracked) {
      throw new InvalidStateError(`taskDone() is not for ${this}: it was created with tracked: false.`);
    }
    const which = item.length > 0 ? "with an item that" : "more often than an item";
    throw new InvalidStateError(`taskDone() of ${this} was called ${which} was taken in this process.`);
  }

  #find(item: [item?: T]): number | undefined {
    if (item.length === 0) return this.#leases.keys().next().value;
    for (const [number, value] of this.#leases) if (Object.is(value, item[0])) return number;
    return undefined;
  }

  #done(number: number): void {
    if (!this.#leases.delete(number)) return;
    if (this.#leases.size === 0) residents.release(this);
    this.#seat.done(number);
  }

  /** How many items wait; those that are being worked on do not count. Another process may change it at any time. */
  size(): Promise<number> {
    return this.#seat.size();
  }

  /** Waits until every item has been taken, and in a tracked queue also done. @throws TimeoutError; ChannelClosedError. */
  async join(options: WaitOptions = {}): Promise<void> {
    if (await this.#seat.join(options)) return;
    const hint = this.tracked ? " taskDone() has to be called for each item." : "";
    throw new TimeoutError(`${this} was not finished within ${options.timeoutMs} ms.${hint}`);
  }

  /**
   * Ends the queue: `put` fails from now on, and `get` does once everything has been taken and nothing can come back from
   * another process. `immediate`: what waits is dropped. Calling it again changes nothing.
   */
  async shutDown(options: { readonly immediate?: boolean } = {}): Promise<void> {
    checkOptions("options", options, ["immediate"]);
    await this.#seat.shutDown(options.immediate ?? false);
  }

  /** Takes items until the queue is shut down and empty. An item is done when the loop asks for the next, or is left. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const taken = await this.#next();
      if (!taken) return;
      try {
        yield taken.value;
      } finally {
        this.#done(taken.number);
      }
    }
  }

  async #next(): Promise<{ number: number; value: T } | undefined> {
    try {
      return await this.#take({});
    } catch (error) {
      if (error instanceof QueueShutDownError) return;
      throw error;
    }
  }

  /**
   * In the process that created the queue: closes it for everybody, and drops what is in it. Elsewhere: ends this process's use of
   * it, and gives back what is not done. Twice is fine.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#leases.clear();
    residents.release(this);
    this.#seat.leave();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What another process makes the same queue of. */
  toPortable(): PortableForm {
    if (this.#closed) throw new ChannelClosedError(`Cannot send ${this}: it was closed here.`);
    const { name, maxSize, tracked } = this;
    return {
      type,
      module: import.meta.url,
      data: { address: this.#address(), name, maxSize, tracked } satisfies QueueForm,
    };
  }

  toString(): string {
    return this.name === undefined ? "ProcessQueue" : `ProcessQueue "${this.name}"`;
  }
}

const residents = new Residents();

registerPortable<QueueForm>(type, (form) =>
  residents.find(form.address, () => new ProcessQueue(new Elsewhere(form) as ProcessQueueOptions)),
);
