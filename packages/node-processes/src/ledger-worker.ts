// The worker's side of a ledger (rules in ledger.ts).

import type { WorkerTable } from "@everycore/pool/worker";
import { events, kinds, LedgerFile, ticketCount } from "./ledger.js";

/** How long a task's loop may not notice that it is to stop. */
const abortFreshMs = 0.1;
const none = -1;

/** A worker's table. */
export class WorkerLedger implements WorkerTable {
  readonly #file: LedgerFile;
  /** By ticket: the one that was started last, and the one that was revoked before it was started. */
  readonly #started = new Float64Array(ticketCount).fill(none);
  readonly #revoked = new Float64Array(ticketCount).fill(none);
  #aborting = none;
  #waiting = false;
  #mustRing = false;
  #abortFreshAt = 0;

  constructor(fd: number) {
    this.#file = new LedgerFile(fd);
  }

  /** Rules 2 and 3: this start, and the end of the task before, in one append. */
  start(ticket: number): boolean {
    this.#file.put(events.start, ticket);
    this.#append();
    return this.#revoked[ticket % ticketCount] !== ticket;
  }

  isAborting(ticket: number): boolean {
    const now = performance.now();
    if (now - this.#abortFreshAt > abortFreshMs) {
      this.#abortFreshAt = now;
      this.#file.read(this.#apply);
    }
    return this.#aborting === ticket;
  }

  /** Rule 3. */
  done(ticket: number, value: unknown, runMs: number): boolean {
    if (typeof value === "number") this.#file.put(events.done, ticket, kinds.number, value, runMs);
    else if (value === undefined) this.#file.put(events.done, ticket, kinds.undefined, 0, runMs);
    else if (value === null) this.#file.put(events.done, ticket, kinds.null, 0, runMs);
    else if (typeof value === "boolean")
      this.#file.put(events.done, ticket, value ? kinds.true : kinds.false, 0, runMs);
    else return false;
    return true;
  }

  doneByMessage(ticket: number): void {
    this.#file.put(events.done, ticket, kinds.message);
  }

  mustRing(): boolean {
    const ring = this.#mustRing;
    this.#mustRing = false;
    return ring;
  }

  flush(): void {
    if (this.#file.isPending) this.#append();
  }

  /** Writes what is pending, and reads what others wrote before it. */
  #append(): void {
    this.#file.write();
    if (this.#file.read(this.#apply)) return;
    // Rule 5: what was just written is not behind what was read, so the file was truncated.
    this.#file.position = 0;
    this.#waiting = false;
    this.#file.read(this.#apply);
  }

  readonly #apply = (event: number, ticket: number): void => {
    const index = ticket % ticketCount;
    switch (event) {
      case events.start:
        this.#started[index] = ticket;
        break;
      case events.revoke:
        // Behind the start it is nothing.
        if (this.#started[index] !== ticket) this.#revoked[index] = ticket;
        break;
      case events.abort:
        this.#aborting = ticket;
        break;
      case events.waiting:
        this.#waiting = true;
        break;
      case events.done:
        if (this.#waiting) this.#mustRing = true;
        this.#waiting = false;
        break;
    }
  };
}
