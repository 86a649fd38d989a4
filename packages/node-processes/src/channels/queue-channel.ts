// A queue in the process that created it: one store, and as many seats as there are users.

import { randomUUID } from "node:crypto";
import { ChannelClosedError, QueueShutDownError } from "@everycore/core";
import { type Channel, dismiss, hold } from "./broker.js";
import { LocalSeat, type Seat } from "./seat.js";
import { Store } from "./store.js";

const free = (): void => {};

/** What a ProcessQueue stands for. */
export class QueueChannel implements Channel {
  readonly id: string = randomUUID();
  readonly #store: Store;
  readonly #label: string;
  readonly #queue: object;

  constructor(queue: object, label: string, maxItems: number) {
    this.#queue = queue;
    this.#label = label;
    this.#store = new Store({ maxItems, maxBytes: Number.POSITIVE_INFINITY });
  }

  local(): object {
    return this.#queue;
  }

  sit(): Seat {
    return this.#seat(() => free);
  }

  /** The seat of the object in this process: its waits keep the process alive, and when it leaves, the queue is closed. */
  sitHere(): Seat {
    return this.#seat(hold, () => this.close());
  }

  #seat(holdWhile: () => () => void, onLeave: () => void = free): Seat {
    const store = this.#store;
    const shutDown = (immediate: boolean): void => this.shutDown(immediate);
    return new LocalSeat({ output: store, input: store, shutDown, onLeave, hold: holdWhile });
  }

  shutDown(immediate: boolean): void {
    const putError = (): Error => new QueueShutDownError(`${this.#label} was shut down: nothing can be put into it.`);
    const takeError = (): Error => new QueueShutDownError(`${this.#label} was shut down, and everything was taken.`);
    this.#store.end({ putError, takeError }, immediate);
  }

  close(): void {
    const error = (): Error =>
      new ChannelClosedError(`${this.#label} was closed by the process that created it. Create a new one.`);
    this.#store.break(error);
    dismiss(this, error);
  }
}
