// The objects in this process that stand for channels of others. The same channel that arrives twice is one object. An
// object that nobody has any more leaves its seat, unless it is answerable for items that it took.

import type { Address } from "./address.js";
import { keptHere } from "./broker.js";
import type { RemoteSeat } from "./remote-seat.js";

/** The objects of one class. */
export class Residents {
  readonly #known = new Map<string, WeakRef<object>>();
  readonly #held = new Set<object>();
  readonly #collected = new FinalizationRegistry<RemoteSeat>((seat) => seat.leave());

  /** The object for an address: the one that is kept here, the one that was there before, or a new one. */
  find(address: Address, create: () => object): object {
    return keptHere(address) ?? this.#known.get(keyOf(address))?.deref() ?? create();
  }

  /** Gives a new object its seat. `make` is told what to call when the seat is of no use any more. */
  seat(object: object, address: Address, make: (onClose: () => void) => RemoteSeat): RemoteSeat {
    const key = keyOf(address);
    const reference = new WeakRef(object);
    const known = this.#known;
    // Closes over the reference and not over the object, which could never be collected then.
    const seat = make(() => {
      if (known.get(key) === reference) known.delete(key);
    });
    known.set(key, reference);
    this.#collected.register(object, seat);
    return seat;
  }

  /** Not to be collected until released. */
  hold(object: object): void {
    this.#held.add(object);
  }

  release(object: object): void {
    this.#held.delete(object);
  }
}

function keyOf({ path, channel, end }: Address): string {
  return `${channel} ${end} ${path}`;
}
