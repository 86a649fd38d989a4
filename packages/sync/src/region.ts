// The shared memory of one primitive, as one thread sees it. In a thread there is one Region per memory, however often the
// memory arrives; so what a thread keeps beside the memory (who waits in line here) is kept once.
//
// Words  0, 1  identity of the memory
//        2, 3  reserved
//        4 …   the primitive's own; a Mutex takes `mutexWords` of them, a WaitList more

import { checkOptions, type Recipient, typeError, UnsupportedError } from "@everycore/core";
import { type HolderListener, Holders, type HoldersData, memoryId, randomInt } from "./holders.js";
import { Mutex } from "./mutex.js";

/** The first word that a primitive may use. */
export const firstWord = 4;

/** What a region is made of, to be cloned. */
export interface RegionData {
  readonly memory: SharedArrayBuffer;
  readonly holders: HoldersData;
  readonly label: string;
}

/** Options of every primitive. */
export interface PrimitiveOptions {
  /** What messages and `toString` call it. */
  readonly name?: string | undefined;
}

/** One primitive's memory. */
export class Region implements HolderListener {
  readonly memory: SharedArrayBuffer;
  readonly ints: Int32Array;
  readonly holders: Holders;
  /** `Lock "accounts"`, or `A Lock` without a name: how messages begin. */
  readonly label: string;
  readonly #mutexes = new Map<number, Mutex>();
  readonly #listeners = new Map<string, () => void>();

  private constructor(memory: SharedArrayBuffer, holders: Holders, label: string) {
    this.memory = memory;
    this.ints = new Int32Array(memory, 0, memory.byteLength >> 2);
    this.holders = holders;
    this.label = label;
  }

  /** New memory for a primitive of this class: `words` of its own, and `bytes` after them. */
  static create(type: string, options: PrimitiveOptions, words: number, bytes = 0): Region {
    const { name } = options;
    if (name !== undefined && typeof name !== "string") throw typeError("name", "a string", name);
    if (typeof SharedArrayBuffer === "undefined") throw withoutMemory(type);
    // Whole 8 bytes, so that every kind of array fits.
    const size = 8 * Math.ceil((4 * (firstWord + words) + bytes) / 8);
    const memory = new SharedArrayBuffer(size);
    const ids = new Int32Array(memory, 0, 2);
    ids[0] = randomInt();
    ids[1] = randomInt();
    return remember(
      new Region(memory, Holders.own(), name === undefined ? `${article(type)} ${type}` : `${type} "${name}"`),
    );
  }

  /** The region that another thread sent. */
  static adopt({ memory, holders, label }: RegionData): Region {
    const id = memoryId(new Int32Array(memory, 0, 2));
    return known.get(id)?.deref() ?? remember(new Region(memory, Holders.adopt(holders), label));
  }

  /** The region for a recipient, which becomes a holder. Throws where memory cannot be shared. */
  giveTo(recipient: Recipient): RegionData {
    if (!recipient.sharedMemory) throw notShared(this.label, recipient);
    return { memory: this.memory, holders: this.holders.giveTo(recipient, this), label: this.label };
  }

  /** The mutex at these words; the same object each time. */
  mutexAt(word: number): Mutex {
    const mutex = this.#mutexes.get(word) ?? new Mutex(this, word);
    this.#mutexes.set(word, mutex);
    return mutex;
  }

  /**
   * Calls `listener` when a thread to which this region was sent has ended: it may have used up a wake-up of another. There is one
   * listener per key, however many objects are made of the region.
   */
  onHolderEnded(listener: () => void, key = ""): void {
    this.#listeners.set(key, listener);
  }

  holderEnded(holder: number): void {
    for (const mutex of this.#mutexes.values()) mutex.holderEnded(holder);
    for (const listener of this.#listeners.values()) listener();
  }
}

const known = new Map<string, WeakRef<Region>>();
const forgotten = new FinalizationRegistry<string>((id) => {
  if (!known.get(id)?.deref()) known.delete(id);
});

function remember(region: Region): Region {
  const id = memoryId(region.ints);
  known.set(id, new WeakRef(region));
  forgotten.register(region, id);
  return region;
}

/** As one says it: an RLock, an Event. */
function article(type: string): string {
  return /^([AEIOU]|R[A-Z])/.test(type) ? "An" : "A";
}

function notShared(label: string, recipient: Recipient): UnsupportedError {
  return new UnsupportedError(
    `sharing ${label.replace(/^A/, "a")}`,
    recipient.name,
    "It shares no memory with the sender: use threads, or send values through a ProcessQueue or a Pipe of @everycore/node-processes.",
  );
}

function withoutMemory(type: string): UnsupportedError {
  return new UnsupportedError(
    `a ${type}`,
    "This JavaScript engine",
    "It has no SharedArrayBuffer: in a browser, serve the page cross-origin isolated (COOP and COEP headers).",
  );
}

/** Checks the options of a primitive's constructor. */
export function checkPrimitiveOptions(options: PrimitiveOptions, known: readonly string[] = []): void {
  checkOptions("options", options, ["name", ...known]);
}
