// A place at a channel, as a ProcessQueue or a Connection sees it: the same whether the channel is kept in this process
// (LocalSeat) or in another (RemoteSeat). What is taken at a seat is leased to it; whoever leaves gives back.

import { type WaitOptions, waitFor } from "@everycore/core";
import type { Body, GiveUp, Item, Store } from "./store.js";

/** What a seat gives of an item. */
export type Taken = Pick<Item, "number" | "body">;

/** A wait that was given up by the other side; no error that a user sees. */
export const givenUp: unique symbol = Symbol("given up");

/** One participant. The deadline of a wait is no error here: false or `undefined` say that it has passed. */
export interface Seat {
  /** Whether waiting here is reason enough for the process to stay alive is the seat's own business. */
  put(body: Body, options: WaitOptions): Promise<boolean>;
  take(options: WaitOptions): Promise<Taken | undefined>;
  poll(options: WaitOptions): Promise<boolean>;
  join(options: WaitOptions): Promise<boolean>;
  size(): Promise<number>;
  shutDown(immediate: boolean): Promise<void>;
  /** The taken item has been worked on. */
  done(number: number): void;
  /** For ever: waits fail, and what is leased goes back. */
  leave(): void;
}

/** What a seat belongs to. */
export interface SeatPlan {
  /** Where `put` puts; absent at the end of a pipe that only receives. */
  readonly output: Store | undefined;
  /** Where `take` takes; absent at the end of a pipe that only sends. */
  readonly input: Store | undefined;
  /** Ends the channel for those who put. */
  readonly shutDown: (immediate: boolean) => void;
  /** Called once, when the seat is left. */
  readonly onLeave: () => void;
  /** Keeps the process alive while somebody waits; returns how to end that. */
  readonly hold: () => () => void;
}

/** A seat in the process that keeps the channel. */
export class LocalSeat implements Seat {
  readonly #plan: SeatPlan;
  #left = false;

  constructor(plan: SeatPlan) {
    this.#plan = plan;
  }

  put(body: Body, options: WaitOptions): Promise<boolean> {
    return this.#wait(options, false, (resolve, reject) => existing(this.#plan.output).put(body, resolve, reject));
  }

  take(options: WaitOptions): Promise<Taken | undefined> {
    return this.#wait<Taken | undefined>(options, undefined, (resolve, reject) =>
      existing(this.#plan.input).take(this, resolve, reject),
    );
  }

  poll(options: WaitOptions): Promise<boolean> {
    return this.#wait(options, false, (resolve, reject) => existing(this.#plan.input).poll(resolve, reject));
  }

  join(options: WaitOptions): Promise<boolean> {
    return this.#wait(options, false, (resolve, reject) => existing(this.#plan.input).join(resolve, reject));
  }

  async size(): Promise<number> {
    return existing(this.#plan.input).size;
  }

  async shutDown(immediate: boolean): Promise<void> {
    this.#plan.shutDown(immediate);
  }

  done(number: number): void {
    this.#plan.input?.done(this, number);
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#plan.input?.leave(this);
    this.#plan.onLeave();
  }

  #wait<T>(
    options: WaitOptions,
    late: T,
    start: (resolve: (value: T) => void, reject: (error: unknown) => void) => GiveUp,
  ): Promise<T> {
    const begin = (resolve: (value: T) => void, reject: (error: unknown) => void): GiveUp => {
      const release = this.#plan.hold();
      const giveUp = start(resolve, reject);
      return () => {
        giveUp();
        release();
      };
    };
    return waitFor<T>(options, begin, (resolve) => resolve(late));
  }
}

function existing(store: Store | undefined): Store {
  if (!store) throw new TypeError("This end of the pipe has no such direction.");
  return store;
}
