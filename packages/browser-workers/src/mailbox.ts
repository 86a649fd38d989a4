// A short way between a page and one of its workers, beside their channel: in a page `postMessage` takes about 40 µs of the sender and
// another 40 until it arrives, a wake-up through shared memory half of that. It carries what a lone task needs: from the page one
// letter (pool's letter.ts), to the page a bell that says that there is a result (`look`, rule 7 of pool's slots.ts).
//
// Words     box: empty or full     taken: messages of the channel that the worker has received     bell: how often it rang
//
// Rules
//   1. Nothing overtakes. The page writes a letter only when the worker has taken all that was posted; the worker empties the box before it
//      handles anything that was posted.
//   2. empty → full is the page's, after the letter was written; full → empty the worker's, after it was read.
//   3. Who sleeps does so by `Atomics.waitAsync` on a word that it has seen unchanged, so no change is missed.
//   4. Where memory is not shared, or waitAsync is missing, there is no mailbox, and everything goes through the channel.

import { type HostMessage, Letter, letterBytes } from "@everycore/pool/worker";
import { sharesMemory } from "./browser-capabilities.js";

const words = { box: 0, taken: 1, bell: 2 } as const;
const empty = 0;
const full = 1;
const headerBytes = 16;

interface WaitAsync {
  waitAsync?: (
    ints: Int32Array,
    index: number,
    expected: number,
  ) => { readonly async: boolean; readonly value: Promise<unknown> | string };
}

const { waitAsync } = Atomics as WaitAsync;

/** Sleeps while the word is `expected`. */
async function sleep(ints: Int32Array, index: number, expected: number): Promise<void> {
  const { async, value } = waitAsync?.(ints, index, expected) ?? { async: false, value: "" };
  if (async) await value;
}

/** Memory for a mailbox, or undefined by rule 4. */
export function createMailbox(): SharedArrayBuffer | undefined {
  return sharesMemory && waitAsync ? new SharedArrayBuffer(headerBytes + letterBytes) : undefined;
}

/** The page's end. */
export class PageMailbox {
  readonly #ints: Int32Array;
  readonly #letter: Letter;
  #posted = 0;
  #open = true;

  constructor(memory: SharedArrayBuffer, onBell: () => void) {
    this.#ints = new Int32Array(memory, 0, 3);
    this.#letter = new Letter(memory, headerBytes);
    void this.#listen(onBell);
  }

  /** Sends a message if it can. If not, post it, and say so by {@link posted}. */
  send(message: HostMessage): boolean {
    const isClear = Atomics.load(this.#ints, words.taken) === this.#posted;
    if (!isClear || Atomics.load(this.#ints, words.box) === full || !this.#letter.write(message)) return false;
    Atomics.store(this.#ints, words.box, full);
    Atomics.notify(this.#ints, words.box);
    return true;
  }

  /** A message was posted. */
  posted(): void {
    this.#posted++;
  }

  /** The worker is gone. */
  close(): void {
    this.#open = false;
    ring(this.#ints);
  }

  async #listen(onBell: () => void): Promise<void> {
    for (let seen = 0; ; ) {
      await sleep(this.#ints, words.bell, seen);
      seen = Atomics.load(this.#ints, words.bell);
      if (!this.#open) return;
      onBell();
    }
  }
}

/** The worker's end. */
export class WorkerMailbox {
  readonly #ints: Int32Array;
  readonly #letter: Letter;
  readonly #onLetter: (message: HostMessage) => void;

  constructor(memory: SharedArrayBuffer, onLetter: (message: HostMessage) => void) {
    this.#ints = new Int32Array(memory, 0, 3);
    this.#letter = new Letter(memory, headerBytes);
    this.#onLetter = onLetter;
    void this.#listen();
  }

  /** A posted message has come, and is about to be handled. */
  received(): void {
    this.#empty();
    Atomics.add(this.#ints, words.taken, 1);
  }

  /** Has the page look into the slots. */
  ring(): void {
    ring(this.#ints);
  }

  async #listen(): Promise<void> {
    for (;;) {
      await sleep(this.#ints, words.box, empty);
      this.#empty();
    }
  }

  #empty(): void {
    if (Atomics.load(this.#ints, words.box) === empty) return;
    const message = this.#letter.read();
    Atomics.store(this.#ints, words.box, empty);
    this.#onLetter(message);
  }
}

function ring(ints: Int32Array): void {
  Atomics.add(ints, words.bell, 1);
  Atomics.notify(ints, words.bell);
}
