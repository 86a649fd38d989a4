// A short way between a page and one of its workers, beside their channel: in a page `postMessage` takes about 40 µs of the sender and
// another 40 until it arrives, a wake-up through shared memory half of that. It carries what a lone task needs: from the page one
// letter (pool's letter.ts), to the page a bell that says that there is a result (`look`, rule 7 of pool's slots.ts).
//
// Words     box: empty or full     taken: messages of the channel that the worker has received     bell: how often it rang
//           sent: letters and messages that the page has sent
//
// Rules
//   1. Nothing overtakes. The page writes a letter only when the worker has taken all that was posted; the worker empties the box before it
//      handles anything that was posted.
//   2. empty → full is the page's, after the letter was written; full → empty the worker's, after it was read.
//   3. Who sleeps does so by `Atomics.waitAsync` on a word that it has seen unchanged, so no change is missed.
//   4. A worker that has nothing else to do stays awake for `awakeMs` after a letter: it blocks in `Atomics.wait`, which wakes up in half the
//      time. Its event loop has a turn every `parkMs`, so what else happens in the worker (a request that a task has left
//      behind, say) is late by no more. It has none right after a letter: that would be in the way of the page's wake-up. Whatever
//      the page sends ends the wait, as `sent` is then not what was received.
//   5. Where memory is not shared, or waitAsync is missing, there is no mailbox, and everything goes through the channel.

import { type HostMessage, Letter, later, letterBytes } from "@everycore/pool/worker";
import { sharesMemory } from "./browser-capabilities.js";

const words = { box: 0, taken: 1, bell: 2, sent: 3 } as const;
const empty = 0;
const full = 1;
const headerBytes = 16;
const parkMs = 2;
const awakeMs = 20;

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

/** Memory for a mailbox, or undefined by rule 5. */
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
    this.#ints = new Int32Array(memory, 0, headerBytes / 4);
    this.#letter = new Letter(memory, headerBytes);
    void this.#listen(onBell);
  }

  /** Sends a message if it can. If not, post it, and say so by {@link posted}. */
  send(message: HostMessage): boolean {
    const ints = this.#ints;
    const isClear = Atomics.load(ints, words.taken) === this.#posted && Atomics.load(ints, words.box) === empty;
    if (!isClear || !this.#letter.write(message)) return false;
    Atomics.store(ints, words.box, full);
    // The worker sleeps in one way or the other.
    Atomics.add(ints, words.sent, 1);
    Atomics.notify(ints, words.sent);
    Atomics.notify(ints, words.box);
    return true;
  }

  /** A message was posted. */
  posted(): void {
    this.#posted++;
    Atomics.add(this.#ints, words.sent, 1);
    Atomics.notify(this.#ints, words.sent);
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
      // Who awaits the result goes on before this does.
      await undefined;
    }
  }
}

/** The worker's end. */
export class WorkerMailbox {
  readonly #ints: Int32Array;
  readonly #letter: Letter;
  readonly #onLetter: (message: HostMessage) => void;
  readonly #isIdle: () => boolean;
  #received = 0;

  /** `isIdle` tells whether nothing is known that the worker has yet to do. */
  constructor(memory: SharedArrayBuffer, onLetter: (message: HostMessage) => void, isIdle: () => boolean) {
    this.#ints = new Int32Array(memory, 0, headerBytes / 4);
    this.#letter = new Letter(memory, headerBytes);
    this.#onLetter = onLetter;
    this.#isIdle = isIdle;
    void this.#listen();
  }

  /** A posted message has come, and is about to be handled. */
  received(): void {
    this.#empty();
    this.#received++;
    Atomics.add(this.#ints, words.taken, 1);
  }

  /** Has the page look into the slots. */
  ring(): void {
    ring(this.#ints);
  }

  async #listen(): Promise<void> {
    for (;;) {
      await sleep(this.#ints, words.box, empty);
      if (this.#empty()) await this.#stayAwake();
    }
  }

  /** Rule 4. */
  async #stayAwake(): Promise<void> {
    let letterAt = performance.now();
    for (let turnAt = letterAt; this.#isIdle(); ) {
      Atomics.wait(this.#ints, words.sent, this.#received, turnAt + parkMs - performance.now());
      const now = performance.now();
      if (this.#empty()) letterAt = now;
      else if (Atomics.load(this.#ints, words.sent) !== this.#received || now - letterAt > awakeMs) return;
      if (now - turnAt < parkMs) continue;
      await new Promise<void>((resolve) => later(resolve));
      turnAt = performance.now();
    }
  }

  /** Whether there was a letter. */
  #empty(): boolean {
    if (Atomics.load(this.#ints, words.box) === empty) return false;
    const message = this.#letter.read();
    this.#received++;
    Atomics.store(this.#ints, words.box, empty);
    this.#onLetter(message);
    return true;
  }
}

function ring(ints: Int32Array): void {
  Atomics.add(ints, words.bell, 1);
  Atomics.notify(ints, words.bell);
}
