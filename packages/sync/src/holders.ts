// Who holds what: threads have numbers and names in a table in shared memory, so that a lock's word can say who holds it, and
// so that everyone can tell when the holder is gone.
//
// A thread that creates primitives has one table for all of them, in which it is number 0. Whoever sends a primitive to
// another thread (`toPortable(recipient)`) gives that thread the next number there, once, and writes its name beside it.
// Numbers are never used again, so a number in a lock's word always means the same thread. Names are in a ring of 128: of threads
// long ago the name may be overwritten, then they are called by their number.
//
// When the recipient ends, the sender marks the number as ended and tells every region that it sent there and that still
// exists (WeakRef: a region that was dropped here is not told; who wants its lock finds the mark in the table).

import type { Recipient } from "@everycore/core";

const capacity = 128;
const headerWords = 4;
const entryWords = 32;
const textUnits = 28;
const words = { idHigh: 0, idLow: 1, next: 2 } as const;
const fields = { number: 0, ended: 1, name: 4, how: 18 } as const;
/** Numbers are below this, so that they fit into a lock's word beside its flags. */
export const holderLimit: number = 2 ** 24 - 2;

/** What a table tells when a thread ends. */
export interface HolderListener {
  holderEnded(holder: number): void;
}

/** A table and this thread's number in it, in a form that can be cloned. */
export interface HoldersData {
  readonly memory: SharedArrayBuffer;
  readonly me: number;
}

/** The table of threads, as this thread sees it. */
export class Holders {
  readonly #memory: SharedArrayBuffer;
  readonly #ints: Int32Array;
  readonly #text: Uint16Array;
  readonly #numbers = new WeakMap<Recipient, number>();
  readonly #listeners = new Map<number, Set<WeakRef<HolderListener>>>();
  /** This thread's number. */
  readonly me: number;

  private constructor(memory: SharedArrayBuffer, me: number) {
    this.#memory = memory;
    this.#ints = new Int32Array(memory);
    this.#text = new Uint16Array(memory);
    this.me = me;
  }

  /** The table of the primitives that this thread creates. */
  static own(): Holders {
    own ??= Holders.#create();
    return own;
  }

  static #create(): Holders {
    const table = new Holders(new SharedArrayBuffer(4 * (headerWords + capacity * entryWords)), 0);
    table.#ints[words.idHigh] = randomInt();
    table.#ints[words.idLow] = randomInt();
    table.#enter(nameOfThisThread());
    return remember(table, memoryId(table.#ints));
  }

  /** The table that another thread sent. In a thread that knows it already it is the same object, with the first number. */
  static adopt({ memory, me }: HoldersData): Holders {
    const id = memoryId(new Int32Array(memory, 0, 2));
    return known.get(id)?.deref() ?? remember(new Holders(memory, me), id);
  }

  /** The table for a recipient, who becomes a holder; `listener` is told when it ends. */
  giveTo(recipient: Recipient, listener: HolderListener): HoldersData {
    let number = this.#numbers.get(recipient);
    if (number === undefined) {
      const entered = this.#enter(recipient.name);
      number = entered;
      this.#numbers.set(recipient, entered);
      recipient.onEnd((how) => this.#end(entered, how));
    }
    this.#listen(number, listener);
    return { memory: this.#memory, me: number };
  }

  /** What a thread is called. */
  nameOf(number: number): string {
    const entry = this.#entryOf(number);
    return entry < 0 ? `thread number ${number}` : this.#read(entry + fields.name);
  }

  hasEnded(number: number): boolean {
    const entry = this.#entryOf(number);
    return entry >= 0 && Atomics.load(this.#ints, entry + fields.ended) === 1;
  }

  /** How a thread ended, as `exited with code 1`. */
  endOf(number: number): string {
    const entry = this.#entryOf(number);
    return (entry >= 0 && this.#read(entry + fields.how)) || "has ended";
  }

  #enter(name: string): number {
    const number = Atomics.add(this.#ints, words.next, 1) % holderLimit;
    const entry = headerWords + (number % capacity) * entryWords;
    Atomics.store(this.#ints, entry + fields.number, number);
    Atomics.store(this.#ints, entry + fields.ended, 0);
    this.#write(entry + fields.name, name);
    return number;
  }

  #end(number: number, how: string): void {
    const entry = this.#entryOf(number);
    if (entry >= 0) {
      this.#write(entry + fields.how, how);
      Atomics.store(this.#ints, entry + fields.ended, 1);
    }
    const listeners = this.#listeners.get(number) ?? [];
    this.#listeners.delete(number);
    for (const listener of listeners) listener.deref()?.holderEnded(number);
  }

  #listen(number: number, listener: HolderListener): void {
    const listeners = this.#listeners.get(number) ?? new Set();
    this.#listeners.set(number, listeners);
    const reference = referenceTo(listener);
    listeners.add(reference);
    // Sweeping at powers of two keeps what is gone below what is there, at little cost per primitive that is sent.
    if ((listeners.size & (listeners.size - 1)) > 0) return;
    for (const each of listeners) if (!each.deref()) listeners.delete(each);
  }

  /** Where the thread's entry begins, or −1 when it was overwritten. */
  #entryOf(number: number): number {
    const entry = headerWords + (number % capacity) * entryWords;
    return Atomics.load(this.#ints, entry + fields.number) === number ? entry : -1;
  }

  #write(word: number, text: string): void {
    const start = 2 * word;
    for (let unit = 0; unit < textUnits; unit++) this.#text[start + unit] = text.charCodeAt(unit) || 0;
  }

  #read(word: number): string {
    const units = [...this.#text.subarray(2 * word, 2 * word + textUnits)];
    const end = units.indexOf(0);
    return String.fromCharCode(...(end < 0 ? units : units.slice(0, end)));
  }
}

let own: Holders | undefined;
const known = new Map<string, WeakRef<Holders>>();
const forgotten = new FinalizationRegistry<string>((id) => {
  if (!known.get(id)?.deref()) known.delete(id);
});

function remember(table: Holders, id: string): Holders {
  known.set(id, new WeakRef(table));
  forgotten.register(table, id);
  return table;
}

const references = new WeakMap<HolderListener, WeakRef<HolderListener>>();

function referenceTo(listener: HolderListener): WeakRef<HolderListener> {
  const reference = references.get(listener) ?? new WeakRef(listener);
  references.set(listener, reference);
  return reference;
}

/** A random word for an identity of memory: every copy of a SharedArrayBuffer that was sent is another object. */
export function randomInt(): number {
  return Math.floor(Math.random() * 2 ** 32) | 0;
}

/** The identity in the first two words. */
export function memoryId(ints: Int32Array): string {
  return `${ints[0]}/${ints[1]}`;
}

interface Surroundings {
  readonly process?: { getBuiltinModule?(name: string): unknown };
  readonly document?: unknown;
  readonly name?: unknown;
}

/** "main", or what can be found out about the worker that runs this. */
function nameOfThisThread(): string {
  const { process, document, name } = globalThis as Surroundings;
  const threads = process?.getBuiltinModule?.("node:worker_threads") as
    | { isMainThread: boolean; threadId: number }
    | undefined;
  if (threads) return threads.isMainThread ? "main" : `thread ${threads.threadId}`;
  if (document !== undefined || process !== undefined) return "main";
  return typeof name === "string" && name !== "" ? name : "a worker";
}
