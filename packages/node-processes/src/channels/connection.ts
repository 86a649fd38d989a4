// An end of a pipe, as programs see it: Python's multiprocessing.connection.Connection. In the process that created the pipe
// it is a seat there; where it was sent to, it is connected from the moment it arrives, so that the other end learns when
// this process ends.

import {
  ChannelClosedError,
  checkWaitOptions,
  EndOfFileError,
  InvalidStateError,
  type Portable,
  type PortableForm,
  type Recipient,
  registerPortable,
  TimeoutError,
  UnsupportedError,
  type WaitOptions,
} from "@everycore/core";
import type { Address } from "./address.js";
import { decodeItem, encodeItem, snapshot } from "./item-codec.js";
import type { End, PipeChannel } from "./pipe-channel.js";
import { RemoteSeat } from "./remote-seat.js";
import { Residents } from "./residents.js";
import type { Seat } from "./seat.js";

const type = "everycore.node-processes/Connection";

/** What an end can do, and how it is called. */
export interface ConnectionFacts {
  readonly name: string | undefined;
  readonly readable: boolean;
  readonly writable: boolean;
}

/** Sent to another process. */
interface Form extends ConnectionFacts {
  readonly address: Address;
}

/** Where an end comes from. */
export type ConnectionOrigin = { readonly channel: PipeChannel; readonly end: End } | { readonly address: Address };

/** For an end that was sent, in a queue for instance, and arrives where it came from: it can be used again. */
let comeBack: (connection: Connection) => Connection;

/**
 * One end of a pipe; see {@link Pipe}. Values are copied, as by structured clone; errors keep their class and properties. A large
 * buffer is not to be changed before `send` has resolved.
 *
 * An end lives in one process: it may be sent once, as an argument of a task, a `Process` or a `Thread`, or in a message, and then
 * belongs to the process where it arrives. When that process ends, its end is closed.
 */
export class Connection<Sent = unknown, Received = Sent> implements Portable, AsyncIterable<Received>, AsyncDisposable {
  readonly name: string | undefined;
  /** Whether `recv` is possible: not at the sending end of a one-way pipe. */
  readonly readable: boolean;
  /** Whether `send` is possible: not at the receiving end of a one-way pipe. */
  readonly writable: boolean;
  readonly #origin: ConnectionOrigin;
  readonly #seat: Seat;
  #gone: "closed" | "sent" | undefined;

  static {
    comeBack = (connection) => {
      const origin = connection.#origin;
      const back = "channel" in origin && connection.#gone === "sent" && origin.channel.comeBack(origin.end);
      if (back) connection.#gone = undefined;
      return connection;
    };
  }

  /** Use {@link Pipe}. */
  constructor(origin: ConnectionOrigin, facts: ConnectionFacts) {
    this.name = facts.name;
    this.readable = facts.readable;
    this.writable = facts.writable;
    this.#origin = origin;
    this.#seat = "channel" in origin ? origin.channel.sitHere(origin.end, this) : this.#connect(origin.address);
  }

  #connect(address: Address): Seat {
    const seat = residents.seat(this, address, (onClose) => new RemoteSeat(address, String(this), onClose));
    seat.attach();
    return seat;
  }

  /** Whether this object can no longer be used: it was closed, or sent to another process. */
  get closed(): boolean {
    return this.#gone !== undefined;
  }

  /**
   * Sends a value; resolves when it is in the pipe. Waits while more than 1 MiB waits to be received: that is the back-pressure.
   *
   * @throws DataCloneError for a value that cannot be sent; ChannelClosedError if this end or the other is closed; TimeoutError.
   */
  async send(value: Sent, options: WaitOptions = {}): Promise<void> {
    this.#check(this.writable, "send");
    const body = encodeItem(value, String(this));
    if (await this.#seat.put("channel" in this.#origin ? snapshot(body) : body, options)) return;
    throw new TimeoutError(`${this} was full for ${options.timeoutMs} ms: nobody received at the other end.`);
  }

  /**
   * Receives the next value, and waits for one.
   *
   * @throws EndOfFileError when the other end is closed and everything was received; TimeoutError; ChannelClosedError.
   */
  async recv(options: WaitOptions = {}): Promise<Received> {
    this.#check(this.readable, "recv");
    const taken = await this.#seat.take(options);
    if (!taken) throw new TimeoutError(`Nothing arrived from ${this} within ${options.timeoutMs} ms.`);
    this.#seat.done(taken.number);
    return (await decodeItem(taken.body)) as Received;
  }

  /** Waits until `recv` would not have to wait: whether there is a value, or the end. Without `timeoutMs` it only looks. */
  async poll(options: WaitOptions = {}): Promise<boolean> {
    this.#check(this.readable, "poll");
    checkWaitOptions(options);
    return this.#seat.poll({ ...options, timeoutMs: options.timeoutMs ?? 0 });
  }

  /** Receives until the other end is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Received, void, undefined> {
    for (;;) {
      try {
        yield await this.recv();
      } catch (error) {
        if (error instanceof EndOfFileError) return;
        throw error;
      }
    }
  }

  /** Closes this end; what was sent can still be received. Twice is fine, and so is an end that was sent away. */
  async close(): Promise<void> {
    this.#gone ??= "closed";
    this.#seat.leave();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #check(able: boolean, what: string): void {
    if (this.#gone === "closed") throw new ChannelClosedError(`Cannot ${what}: ${this} was closed here.`);
    if (this.#gone) {
      throw new InvalidStateError(`Cannot ${what}: ${this} was sent away, and an end lives in one process.`);
    }
    if (!able) throw new InvalidStateError(`Cannot ${what}: ${this} is one-way. Use the other end, or duplex: true.`);
  }

  /** What another process makes this end of; from now on it belongs there. */
  toPortable(recipient: Recipient): PortableForm {
    const { name, readable, writable } = this;
    const origin = this.#origin;
    if (!("channel" in origin)) {
      throw new UnsupportedError(
        `sending ${this} on from the process it was sent to`,
        "Pipe",
        "Send it from the process that created it, or create a pipe here.",
      );
    }
    if (this.#gone === "closed") throw new ChannelClosedError(`Cannot send ${this}: it was closed here.`);
    const address = origin.channel.send(origin.end, recipient);
    this.#gone = "sent";
    return { type, module: import.meta.url, data: { address, name, readable, writable } satisfies Form };
  }

  toString(): string {
    return this.name === undefined ? "Connection" : `Connection "${this.name}"`;
  }
}

const residents = new Residents();

registerPortable<Form>(type, ({ address, ...facts }) =>
  comeBack(residents.find(address, () => new Connection({ address }, facts)) as Connection),
);
