// The ledger: what pool/src/wire/slots.ts is between threads, between processes, which share no memory. One file per
// worker, without a name, open in the pool and in the worker, to which both only ever append records; an append is atomic.
// The order in the file is the order of events, for both. Neither waits for the other; there are no locks.
//
// Record: u32 event, with the kind of a result above it · u32 ticket · f64 value · f64 milliseconds      24 bytes
//
// Event      appended by   meaning
//   start    worker        it wants to begin the body
//   done     worker        the body has ended; the result is in the record, or comes by message
//   revoke   pool          it wants the task back
//   abort    pool          the body is asked to stop
//   waiting  pool          the doorbell: everything before this record has been seen
//
// Rules
//   1. A task that is sent gets a ticket, a number that no other live task has: records of earlier tasks mean nothing to
//      it. At most 256 tickets are alive.
//   2. Who appends start or revoke reads on to the end of the file before acting on it. Of the two the first one in the
//      file holds: start, and the body runs (and a later revoke is nothing); revoke, and it never does (and a later start
//      is answered with `skipped`). Both sides read the same order, so exactly one of them wins.
//   3. done is in the file before the next body begins, and before the worker's event loop has a turn. The worker writes
//      it with the next start, in one append. So what is finished survives the death of the worker.
//   4. The doorbell: the pool appends `waiting`, then reads once more. A worker whose done stands behind a `waiting` that
//      it has not answered posts `look`. Either the pool reads the done, or the worker reads the waiting before it.
//   5. Above `limitBytes` the pool hands out no more tickets until none is alive. Then it truncates the file, and repeats
//      `waiting` if it stood. The worker notices when, after an append of its own, nothing lies where it reads on: it
//      begins at 0 again. (With no ticket alive, only `waiting` and a few records of no meaning can come before that.)
//   6. A record is read only when it is there to its end; who has appended sees all that was appended before.

import { readSync, writeSync } from "node:fs";

/** How many tickets can be alive. */
export const ticketCount = 256;

export const recordBytes = 24;

export const events = { start: 1, done: 2, revoke: 3, abort: 4, waiting: 5 } as const;

/** Where a result is, or what it is. */
export const kinds = { message: 0, undefined: 1, null: 2, true: 3, false: 4, number: 5 } as const;

const recordsPerRead = 512;
const kindShift = 8;
const wordsPerRecord = recordBytes / 4;
const floatsPerRecord = recordBytes / 8;

/** Called for each record. */
export type RecordSink = (event: number, ticket: number, kind: number, value: number, runMs: number) => void;

/** One side's hold on the file: appends, and reads on from where it was. */
export class LedgerFile {
  readonly fd: number;
  /** Up to where this side has read. */
  position = 0;
  readonly #writeWords: Uint32Array;
  readonly #writeFloats: Float64Array;
  readonly #writeBytes: Uint8Array;
  #pending = 0;
  readonly #readBytes = new Uint8Array(recordBytes * recordsPerRead);
  readonly #readWords = new Uint32Array(this.#readBytes.buffer);
  readonly #readFloats = new Float64Array(this.#readBytes.buffer);

  constructor(fd: number) {
    this.fd = fd;
    const memory = new ArrayBuffer(recordBytes * 4);
    this.#writeBytes = new Uint8Array(memory);
    this.#writeWords = new Uint32Array(memory);
    this.#writeFloats = new Float64Array(memory);
  }

  /** Whether something was {@link put} and not yet written. */
  get isPending(): boolean {
    return this.#pending > 0;
  }

  /** Prepares a record for the next {@link write}. */
  put(event: number, ticket: number, kind = 0, value = 0, runMs = 0): void {
    if (this.#pending === 4) this.write();
    const word = this.#pending * wordsPerRecord;
    const float = this.#pending * floatsPerRecord;
    this.#writeWords[word] = event | (kind << kindShift);
    this.#writeWords[word + 1] = ticket;
    this.#writeFloats[float + 1] = value;
    this.#writeFloats[float + 2] = runMs;
    this.#pending++;
  }

  /** Appends what was prepared, all of it at once. */
  write(): void {
    const length = this.#pending * recordBytes;
    this.#pending = 0;
    const written = writeSync(this.fd, this.#writeBytes, 0, length);
    if (written !== length) throw new Error("The ledger of a worker process could not be written: is the disk full?");
  }

  /** Reads on to the end; answers whether there was anything. */
  read(sink: RecordSink): boolean {
    const before = this.position;
    for (;;) {
      const bytes = readSync(this.fd, this.#readBytes, 0, this.#readBytes.length, this.position);
      const records = Math.floor(bytes / recordBytes);
      this.position += records * recordBytes;
      for (let record = 0; record < records; record++) this.#deliver(record, sink);
      if (records < recordsPerRead) return this.position > before;
    }
  }

  #deliver(record: number, sink: RecordSink): void {
    const word = record * wordsPerRecord;
    const float = record * floatsPerRecord;
    const head = this.#readWords[word] as number;
    sink(
      head & ((1 << kindShift) - 1),
      this.#readWords[word + 1] as number,
      head >>> kindShift,
      this.#readFloats[float + 1] as number,
      this.#readFloats[float + 2] as number,
    );
  }
}
