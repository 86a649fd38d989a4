// What a worker is about to be sent: tasks gathered into one `run` message, with the functions that are new to it.

import type { TaskReference } from "@everycore/core";
import { type PayloadLimits, prepareArguments } from "../wire/payload.js";
import { type HostMessage, type InputHole, taskFlags } from "../wire/protocol.js";
import { InputFeeder, isAsyncIterable } from "./input-feeder.js";
import { addCleanup, type Job } from "./job.js";

/** One `run` message that is ready to be posted. */
export interface Parcel {
  readonly jobs: readonly Job[];
  readonly message: HostMessage & { type: "run" };
  readonly transfer: readonly object[];
}

/** Gathers tasks for one worker. */
export class Outbox {
  readonly #limits: PayloadLimits;
  readonly #feed: (job: Job, message: HostMessage & { type: "input" }) => void;
  readonly #known = new Map<string, number>();
  readonly #numbers = new WeakMap<TaskReference, number>();
  readonly #inputs = new Map<number, InputFeeder>();
  #jobs: Job[] = [];
  #define: unknown[] = [];
  #tasks: unknown[] = [];
  #holes: InputHole[] = [];
  #transfer: object[] = [];
  #nextInput = 0;

  /** `feed` posts what an async iterable argument has yielded. */
  constructor(limits: PayloadLimits, feed: (job: Job, message: HostMessage & { type: "input" }) => void) {
    this.#limits = limits;
    this.#feed = feed;
  }

  /**
   * Adds a task, with `flags` besides its own.
   *
   * @throws DataCloneError or UnsupportedError for arguments that cannot be sent; then nothing was added.
   */
  add(job: Job, more: number = 0): void {
    const args = job.args.some(isAsyncIterable) ? this.#openInputs(job) : job.args;
    const payload = prepareArguments(args, job.options.transfer ?? "auto", this.#limits);
    job.moved = payload.moves;
    if (payload.transfer.length > 0) this.#transfer.push(...payload.transfer);
    const flags = job.flags | more | (payload.portables ? taskFlags.portables : 0);
    this.#tasks.push(job.id, job.slot, this.#intern(job.reference), flags, payload.value);
    this.#jobs.push(job);
  }

  /** Everything that was added, as one message; `undefined` if that is nothing. */
  take(): Parcel | undefined {
    if (this.#jobs.length === 0) return undefined;
    const message = { type: "run", define: this.#define, tasks: this.#tasks } as const;
    const whole = this.#holes.length > 0 ? { ...message, holes: this.#holes } : message;
    const parcel = { jobs: this.#jobs, message: whole, transfer: this.#transfer };
    this.#jobs = [];
    this.#tasks = [];
    if (this.#define.length > 0) this.#define = [];
    if (this.#holes.length > 0) this.#holes = [];
    if (this.#transfer.length > 0) this.#transfer = [];
    return parcel;
  }

  /** The worker did not get this parcel: the functions in it have yet to be defined. */
  returned(parcel: Parcel): void {
    this.#define = [...parcel.message.define, ...this.#define];
  }

  /** The feeder of an async iterable argument. */
  input(number: number): InputFeeder | undefined {
    return this.#inputs.get(number);
  }

  /** The number of a function that the worker knows or is told now; a local function is named each time. */
  #intern(reference: TaskReference): unknown {
    if (reference.kind === "local") return reference;
    let number = this.#numbers.get(reference);
    if (number === undefined) {
      number = this.#numberOf(reference);
      this.#numbers.set(reference, number);
    }
    return number;
  }

  /** Equal references of different function objects have one number. */
  #numberOf(reference: Exclude<TaskReference, { kind: "local" }>): number {
    const key = referenceKey(reference);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const number = this.#known.size;
    this.#known.set(key, number);
    this.#define.push(number, reference);
    return number;
  }

  #openInputs(job: Job): unknown[] {
    return job.args.map((arg, index) => {
      if (!isAsyncIterable(arg)) return arg;
      const input = this.#nextInput++;
      const feeder = new InputFeeder(input, arg, (message) => this.#feed(job, message));
      this.#inputs.set(input, feeder);
      addCleanup(job, () => {
        feeder.stop();
        this.#inputs.delete(input);
      });
      this.#holes.push({ task: job.id, index, input });
      return null;
    });
  }
}

function referenceKey(reference: Exclude<TaskReference, { kind: "local" }>): string {
  if (reference.kind === "source") {
    const { text, origin } = reference;
    return `source ${origin?.url}:${origin?.line} ${text}`;
  }
  // In a bundle, tables of several modules may have one id; they differ in their names.
  if (reference.kind === "named") return `named ${reference.table} ${reference.name} of ${reference.names?.join()}`;
  return `export ${reference.url} ${reference.path.join(".")} ${reference.text}`;
}
