// What is between those who put and those who take, in the process that keeps the channel. No sockets here, and no values:
// an item is bytes. Everything happens in one turn of one event loop, so that there are no races in it.
//
// An item is   waiting → leased → done
//                 ↑_________|            its taker left before it was done
// Rules
// 1. Items are taken in the order in which they were put. Who waits longest is served first, takers and putters alike.
// 2. A taken item is leased to its taker until the taker says done, or leaves. What a taker that leaves had not done goes back
//    to where it was: in front of everything that was put later.
// 3. There is room while fewer than `maxItems` items and fewer than `maxBytes` bytes wait. Leased items need no room, and
//    those that go back need none either.
// 4. After end() nothing is put. Takers go on until nothing waits and nothing is leased to *another* taker: such an item may
//    come back, and would have nobody left to take it.
// 5. After break() nothing is there any more, and everybody is told why.

/** A value, encoded; the same parts in each process that it passes. */
export type Body = readonly Uint8Array[];

/** An item of a store. */
export interface Item {
  /** Counts the items of the store, in the order in which they were put. */
  readonly number: number;
  readonly body: Body;
  readonly bytes: number;
}

/** Who takes; an identity and no more. */
export type Taker = object;

/** Someone who waits. Exactly one of the two is called, once, unless the wait was given up. */
interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

interface Putter extends Waiter<true> {
  readonly body: Body;
}

interface Getter extends Waiter<Item> {
  readonly taker: Taker;
}

/** What to say to those who come after the end. */
export interface Ending {
  readonly putError: () => Error;
  readonly takeError: () => Error;
}

/** How much may wait; see rule 3. */
export interface StoreLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** Gives up a wait. */
export type GiveUp = () => void;

const nothing: GiveUp = () => {};

/** The items of a queue, or of one direction of a pipe. */
export class Store {
  readonly #limits: StoreLimits;
  #waiting: Array<Item | undefined> = [];
  #head = 0;
  /** Items that came back, by number. All of them are older than those that wait. */
  readonly #returned: Item[] = [];
  readonly #leases = new Map<Taker, Map<number, Item>>();
  readonly #putters = new Set<Putter>();
  readonly #getters = new Set<Getter>();
  readonly #joiners = new Set<Waiter<true>>();
  readonly #pollers = new Set<Waiter<true>>();
  #next = 0;
  #bytes = 0;
  #leased = 0;
  #ending: Ending | undefined;
  #broken: (() => Error) | undefined;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  /** How many items wait to be taken. */
  get size(): number {
    return this.#waiting.length - this.#head + this.#returned.length;
  }

  /** Resolves when the item is in; at once if there is room (rule 3). */
  put(body: Body, resolve: (value: true) => void, reject: (error: unknown) => void): GiveUp {
    const refusal = this.#broken ?? this.#ending?.putError;
    if (refusal) {
      reject(refusal());
      return nothing;
    }
    return this.#wait(this.#putters, { body, resolve, reject });
  }

  /** Resolves with an item, which is then leased to `taker`. */
  take(taker: Taker, resolve: (item: Item) => void, reject: (error: unknown) => void): GiveUp {
    return this.#wait(this.#getters, { taker, resolve, reject });
  }

  /** Resolves when something can be taken, or nothing ever can. */
  poll(resolve: (value: true) => void, reject: (error: unknown) => void): GiveUp {
    return this.#wait(this.#pollers, { resolve, reject });
  }

  /** Resolves when nothing waits and nothing is leased. */
  join(resolve: (value: true) => void, reject: (error: unknown) => void): GiveUp {
    return this.#wait(this.#joiners, { resolve, reject });
  }

  #wait<W>(waiters: Set<W>, waiter: W): GiveUp {
    waiters.add(waiter);
    this.#serve();
    return () => waiters.delete(waiter);
  }

  /** Ends a lease: the item has been worked on. Answers whether there was one. */
  done(taker: Taker, number: number): boolean {
    const found = this.#leases.get(taker)?.delete(number) ?? false;
    if (!found) return false;
    this.#leased--;
    this.#serve();
    return true;
  }

  /** The taker is gone: what it had not done goes back (rule 2). */
  leave(taker: Taker): void {
    const leases = this.#leases.get(taker);
    this.#leases.delete(taker);
    if (!leases || leases.size === 0) return;
    this.#leased -= leases.size;
    for (const item of leases.values()) {
      this.#bytes += item.bytes;
      this.#returned.push(item);
    }
    this.#returned.sort((a, b) => a.number - b.number);
    this.#serve();
  }

  /** Nothing can be put from now on (rule 4). With `discard` what waits is dropped. */
  end(ending: Ending, discard = false): void {
    this.#ending ??= ending;
    for (const { reject } of drain(this.#putters)) reject(this.#ending.putError());
    if (discard) this.#clear();
    this.#serve();
  }

  /** Nothing works from now on (rule 5). */
  break(error: () => Error): void {
    if (this.#broken) return;
    this.#broken = error;
    this.#clear();
    this.#leases.clear();
    this.#leased = 0;
    this.#serve();
  }

  #clear(): void {
    this.#waiting = [];
    this.#head = 0;
    this.#returned.length = 0;
    this.#bytes = 0;
  }

  /** Something has changed: everybody who waits for it hears of it. */
  #serve(): void {
    if (this.#broken) return this.#refuseAll(this.#broken);
    this.#admit();
    for (const getter of this.#getters) {
      const item = this.#take(getter.taker);
      if (!item) break;
      this.#getters.delete(getter);
      this.#admit();
      getter.resolve(item);
    }
    if (this.#ending) this.#finish(this.#ending);
    if (this.size > 0) for (const { resolve } of drain(this.#pollers)) resolve(true);
    if (this.size === 0 && this.#leased === 0) for (const { resolve } of drain(this.#joiners)) resolve(true);
  }

  #admit(): void {
    for (const putter of this.#putters) {
      if (this.size >= this.#limits.maxItems || this.#bytes >= this.#limits.maxBytes) return;
      this.#putters.delete(putter);
      const bytes = putter.body.reduce((sum, part) => sum + part.byteLength, 0);
      this.#bytes += bytes;
      this.#waiting.push({ number: this.#next++, body: putter.body, bytes });
      putter.resolve(true);
    }
  }

  #take(taker: Taker): Item | undefined {
    const item = this.#returned.shift() ?? this.#shift();
    if (!item) return;
    const leases = this.#leases.get(taker) ?? new Map<number, Item>();
    this.#leases.set(taker, leases.set(item.number, item));
    this.#leased++;
    this.#bytes -= item.bytes;
    return item;
  }

  #shift(): Item | undefined {
    if (this.#head === this.#waiting.length) return;
    const item = this.#waiting[this.#head];
    this.#waiting[this.#head++] = undefined;
    if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Rule 4. */
  #finish({ takeError }: Ending): void {
    if (this.size > 0) return;
    for (const getter of this.#getters) {
      if (this.#leased > (this.#leases.get(getter.taker)?.size ?? 0)) continue;
      this.#getters.delete(getter);
      getter.reject(takeError());
    }
    for (const { resolve } of drain(this.#pollers)) resolve(true);
  }

  #refuseAll(error: () => Error): void {
    for (const waiters of [this.#putters, this.#getters, this.#pollers, this.#joiners]) {
      for (const { reject } of drain(waiters as Set<Waiter<never>>)) reject(error());
    }
  }
}

/** Empties the set; what joins it meanwhile is not among those returned. */
function drain<W>(waiters: Set<W>): W[] {
  const all = [...waiters];
  waiters.clear();
  return all;
}
