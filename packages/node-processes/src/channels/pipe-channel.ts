// A pipe in the process that created it: two stores, one for each direction, and two ends.
//
// An end is   here ⇄ sent → away → closed       sent: it is in a message that has not arrived yet
//                ↘ closed  ↘ closed             closed here; or the worker it was for has ended
// Rules
// 1. An end lives in one process. From the moment it is sent, the object that was sent from can no longer use it.
// 2. When an end is closed, or its process ends, what it had sent can still be received at the other end, which then gets
//    EndOfFileError. What is sent to a closed end fails with ChannelClosedError.
// 3. When both ends are closed, the channel is.

import { randomUUID } from "node:crypto";
import { ChannelClosedError, EndOfFileError, InvalidStateError, type Recipient } from "@everycore/core";
import type { Address } from "./address.js";
import { type Channel, dismiss, hold, keep } from "./broker.js";
import { LocalSeat, type Seat } from "./seat.js";
import { Store } from "./store.js";

/** The name of an end. */
export type End = "a" | "b";

/** Bytes that may wait to be received before `send` waits: a message is taken on while fewer do, however large it is. */
const maxBytes = 1 << 20;
/** A task that did not begin in a worker that ended is sent to another one; until then its arguments are not given up. */
const resendMs = 1000;

const free = (): void => {};

/** What the two connections of a pipe stand for. */
export class PipeChannel implements Channel {
  readonly id: string = randomUUID();
  readonly #label: string;
  /** What was sent to each end and not received. Nothing is ever sent to `a` if the pipe is one-way the other way round. */
  readonly #stores: Readonly<Record<End, Store>>;
  readonly #states: Record<End, "here" | "sent" | "away" | "closed"> = { a: "here", b: "here" };
  readonly #objects: Partial<Record<End, object>> = {};

  constructor(label: string) {
    this.#label = label;
    const limits = { maxItems: Number.POSITIVE_INFINITY, maxBytes };
    this.#stores = { a: new Store(limits), b: new Store(limits) };
  }

  local(end: string): object {
    return this.#objects[end as End] as object;
  }

  /** The seat of an end in this process. */
  sitHere(end: End, object: object): Seat {
    this.#objects[end] = object;
    return this.#seat(end, hold, () => this.#states[end] === "here");
  }

  sit(end: string): Seat {
    if (end !== "a" && end !== "b") throw new InvalidStateError(`${this.#label} has no end "${end}".`);
    if (this.#states[end] !== "sent") {
      throw new InvalidStateError(
        `An end of ${this.#label} was sent to a second process. An end lives in one process: make a pipe for each.`,
      );
    }
    this.#states[end] = "away";
    return this.#seat(end, () => free);
  }

  /** The end is an argument now; where it finds us. */
  send(end: End, recipient: Recipient): Address {
    if (this.#states[end] === "away" || this.#states[end] === "closed") {
      throw new InvalidStateError(`An end of ${this.#label} cannot be sent: it is ${this.#states[end]}.`);
    }
    this.#states[end] = "sent";
    recipient.onEnd(() => setTimeout(() => this.#giveUp(end), resendMs).unref());
    return keep(this, end);
  }

  /** The end has arrived where it came from; whether that is so. */
  comeBack(end: End): boolean {
    if (this.#states[end] !== "sent") return false;
    this.#states[end] = "here";
    return true;
  }

  #giveUp(end: End): void {
    if (this.#states[end] === "sent") this.#close(end);
  }

  #seat(end: End, holdWhile: () => () => void, mayClose: () => boolean = () => true): Seat {
    return new LocalSeat({
      input: this.#stores[end],
      output: this.#stores[opposite(end)],
      shutDown: free,
      onLeave: () => mayClose() && this.#close(end),
      hold: holdWhile,
    });
  }

  /** Rules 2 and 3. */
  #close(end: End): void {
    if (this.#states[end] === "closed") return;
    this.#states[end] = "closed";
    const closed = (): Error => new ChannelClosedError(`${this.#label} is closed: nobody receives at its other end.`);
    const endOfFile = (): Error =>
      new EndOfFileError(
        `${this.#label} is closed at its other end, and everything that came from there was received.`,
      );
    this.#stores[end].break(closed);
    this.#stores[opposite(end)].end({ putError: closed, takeError: endOfFile });
    if (this.#states[opposite(end)] === "closed") dismiss(this, closed);
  }
}

function opposite(end: End): End {
  return end === "a" ? "b" : "a";
}
