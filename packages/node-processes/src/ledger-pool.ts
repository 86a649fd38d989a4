// The pool's side of a ledger (rules in ledger.ts): a copy of what the file says about the tickets that are alive.

import { closeSync, constants, ftruncateSync, openSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byMessage, type PoolTable, type SlotResult, unfinished } from "@everycore/pool";
import { events, kinds, LedgerFile, ticketCount } from "./ledger.js";

/** Must be above what can be written for 256 tickets, so that rule 5 holds. */
const defaultLimitBytes = 2 ** 20;
/** How old an answer to "has it started?" may be. */
const freshMs = 0.02;

const states = { free: 0, sent: 1, running: 2, aborting: 3, revoked: 4, done: 5 } as const;
let fileCount = 0;

/** The pool's table of one worker. */
export class PoolLedger implements PoolTable {
  /** The file, for the worker to inherit. */
  readonly fd: number;
  readonly #file: LedgerFile;
  readonly #limitBytes: number;
  readonly #tickets = new Uint32Array(ticketCount);
  readonly #states = new Uint8Array(ticketCount);
  readonly #kinds = new Uint8Array(ticketCount);
  readonly #values = new Float64Array(ticketCount);
  readonly #runMs = new Float64Array(ticketCount);
  #next = 0;
  #alive = 0;
  #waiting = false;
  #freshAt = 0;
  #closed = false;

  /** Takes the file over: {@link close} closes it. */
  constructor(fd: number, limitBytes: number = defaultLimitBytes) {
    this.fd = fd;
    this.#file = new LedgerFile(fd);
    this.#limitBytes = limitBytes;
  }

  /** A table over a new file; `undefined` where there can be none. */
  static create(): PoolLedger | undefined {
    const fd = openLedgerFile();
    return fd === undefined ? undefined : new PoolLedger(fd);
  }

  /** Rules 1 and 5. */
  send(): number {
    if (this.#file.position > this.#limitBytes && !this.#truncate()) return -1;
    const ticket = this.#next;
    const index = ticket % ticketCount;
    if (this.#states[index] !== states.free) return -1;
    this.#next = (ticket + 1) >>> 0;
    this.#tickets[index] = ticket;
    this.#states[index] = states.sent;
    this.#alive++;
    return ticket;
  }

  /** Rule 2. */
  revoke(ticket: number): boolean {
    if (this.#stateOf(ticket) !== states.sent || !this.#append(events.revoke, ticket)) return false;
    this.refresh();
    return this.#stateOf(ticket) === states.revoked;
  }

  hasStarted(ticket: number): boolean {
    const state = this.#freshState(ticket);
    return state === states.running || state === states.aborting || state === states.done;
  }

  isRunning(ticket: number): boolean {
    const state = this.#freshState(ticket);
    return state === states.running || state === states.aborting;
  }

  abort(ticket: number): void {
    if (this.#freshState(ticket) === states.running) this.#append(events.abort, ticket);
  }

  free(ticket: number): void {
    if (this.#stateOf(ticket) === states.free) return;
    this.#states[ticket % ticketCount] = states.free;
    this.#alive--;
  }

  take(ticket: number): SlotResult | typeof unfinished | typeof byMessage {
    if (this.#stateOf(ticket) !== states.done) return unfinished;
    const index = ticket % ticketCount;
    const kind = this.#kinds[index];
    if (kind === kinds.message) return byMessage;
    const runMs = this.#runMs[index] as number;
    if (kind === kinds.number) return { value: this.#values[index], runMs };
    return { value: kind === kinds.undefined ? undefined : kind === kinds.null ? null : kind === kinds.true, runMs };
  }

  /** Rule 4. */
  wait(): void {
    if (!this.#waiting) this.#waiting = this.#append(events.waiting, 0);
  }

  refresh(): void {
    if (this.#closed) return;
    this.#file.read(this.#apply);
    this.#freshAt = performance.now();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.fd);
  }

  readonly #apply = (event: number, ticket: number, kind: number, value: number, runMs: number): void => {
    if (event === events.waiting) {
      this.#waiting = true;
      return;
    }
    // The worker rings for this one.
    if (event === events.done) this.#waiting = false;
    const index = ticket % ticketCount;
    const state = this.#stateOf(ticket);
    if (event === events.start && state === states.sent) this.#states[index] = states.running;
    else if (event === events.revoke && state === states.sent) this.#states[index] = states.revoked;
    else if (event === events.abort && state === states.running) this.#states[index] = states.aborting;
    else if (event === events.done && (state === states.running || state === states.aborting)) {
      this.#states[index] = states.done;
      this.#kinds[index] = kind;
      this.#values[index] = value;
      this.#runMs[index] = runMs;
    }
  };

  /** What the file said when it was last read; records of tickets that are no longer alive mean nothing. */
  #stateOf(ticket: number): number {
    const index = ticket % ticketCount;
    return this.#tickets[index] === ticket ? (this.#states[index] as number) : states.free;
  }

  #freshState(ticket: number): number {
    if (performance.now() - this.#freshAt > freshMs) this.refresh();
    return this.#stateOf(ticket);
  }

  /** False if the file cannot be written: then nothing has happened. */
  #append(event: number, ticket: number): boolean {
    if (this.#closed) return false;
    try {
      this.#file.put(event, ticket);
      this.#file.write();
      return true;
    } catch {
      return false;
    }
  }

  /** Rule 5. */
  #truncate(): boolean {
    if (this.#alive > 0 || this.#closed) return false;
    ftruncateSync(this.fd, 0);
    this.#file.position = 0;
    if (this.#waiting) this.#append(events.waiting, 0);
    return true;
  }
}

/** A file that nobody else finds, in memory where the system has such a place. */
export function openLedgerFile(): number | undefined {
  // Windows can neither inherit such a file nor remove the name of an open one.
  if (process.platform === "win32") return undefined;
  const { O_RDWR, O_APPEND, O_CREAT, O_EXCL } = constants;
  for (const folder of process.platform === "linux" ? ["/dev/shm", tmpdir()] : [tmpdir()]) {
    const name = `everycore-${process.pid}-${fileCount++}-${Math.random().toString(36).slice(2)}`;
    const path = join(folder, name);
    try {
      const fd = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o600);
      unlinkSync(path);
      return fd;
    } catch {
      // No such folder, or not for us: the next one.
    }
  }
  return undefined;
}
