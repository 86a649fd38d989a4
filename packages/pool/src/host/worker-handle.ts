// The pool's view of one worker: what was sent to it, in order, and where it is in its life.
//
//   starting → ready → stopping → ended        starting → ended (it could not start)
//
// A worker with slots may be sent jobs while it starts; one without only when it is ready, and only one at a time, because what such
// a worker has been sent cannot be taken back. The exception are jobs of one function that is quick (pace.ts): they are sent in batches,
// count as running from then on, and their results come in batches. What such a worker has not begun when it ends by itself, it says
// (`leaving`); when it is terminated nobody knows, and the whole batch is lost.

import { decodeError, startTimer, type WorkerStats } from "@everycore/core";
import type { Endpoint, EndpointEvents, Runtime, WorkerEnd, WorkerSpec } from "../wire/endpoint.js";
import { type PayloadLimits, preparePayload } from "../wire/payload.js";
import { revive } from "../wire/portables.js";
import {
  checkWorkerMessage,
  type HostMessage,
  protocolVersion,
  resultStatus,
  resultStride,
  type SetupCall,
  taskFlags,
  type WorkerMessage,
} from "../wire/protocol.js";
import { byMessage, PoolSlots, type PoolTable, slotBytes, unfinished } from "../wire/slots.js";
import { locateUncloneable } from "../wire/uncloneable.js";
import { isAsyncIterable } from "./input-feeder.js";
import type { Job, JobWorker } from "./job.js";
import { JobQueue } from "./job-queue.js";
import { Outbox } from "./outbox.js";
import { describeEnd } from "./outcome.js";
import { WorkerRecipient } from "./worker-recipient.js";

/** What a worker tells the pool. */
export interface WorkerListener {
  /** A task is over. `status` is one of {@link resultStatus}. */
  onResult(job: Job, status: number, value: unknown, runMs: number, now: number): void;
  /** A task could not be sent. */
  onRefused(job: Job, error: unknown): void;
  /** A message was handled: there may be room for more work. */
  onProgressed(worker: WorkerHandle): void;
  onStarted(job: Job): void;
  onReport(job: Job, value: unknown): void;
  onMemory(worker: WorkerHandle, bytes: number): void;
  /** The worker has ended. `unstarted` may run elsewhere; `lost` were running. `setup`: it could not start. */
  onEnd(worker: WorkerHandle, end: WorkerEnd, unstarted: Job[], lost: Job[], setup: SetupFailure | undefined): void;
  /** The worker sent something that is not ours. */
  onBadMessage(worker: WorkerHandle, error: unknown): void;
}

/** Why a worker could not start; without `cause` only its end tells. */
export interface SetupFailure {
  readonly cause?: unknown;
}

/** What a worker is told when it starts. */
export interface WorkerInit {
  readonly shared: unknown;
  readonly setup: readonly SetupCall[];
  readonly reportMemory: boolean;
  readonly ageingMs: number;
  /** After so many tasks the worker takes no more. */
  readonly maxTasks: number;
  /** How long a worker may take to end by itself. */
  readonly stopGraceMs: number;
}

/** One worker. */
export class WorkerHandle implements JobWorker {
  readonly id: number;
  readonly name: string;
  /** Jobs that must run in this worker. */
  readonly bound: JobQueue;
  /** Tasks that it has been sent in all. */
  taskCount = 0;
  state: "starting" | "ready" | "stopping" | "ended" = "starting";
  /** Set when the worker is to be replaced once it has nothing to do. */
  retiring = false;
  /** When it last answered or was given work while idle. */
  activeAt: number = performance.now();
  messages = 0;
  readonly #listener: WorkerListener;
  readonly #endpoint: Endpoint;
  readonly #slots: PoolTable | undefined;
  readonly #sent: Job[] = [];
  readonly #outbox: Outbox;
  readonly #recipient: WorkerRecipient;
  readonly #limits: PayloadLimits;
  readonly #stopGraceMs: number;
  readonly #maxTasks: number;
  #held = true;
  /** What the worker said when it was leaving. */
  #last: number | undefined;
  #setupError: SetupFailure | undefined;
  #stopTimer: () => void = () => {};

  constructor(id: number, name: string, runtime: Runtime, init: WorkerInit, listener: WorkerListener) {
    this.id = id;
    this.name = name;
    this.bound = new JobQueue(init.ageingMs);
    this.#listener = listener;
    const { sharedMemory, transfer } = runtime.capabilities;
    this.#recipient = new WorkerRecipient(name, sharedMemory);
    this.#limits = { sharedMemory, transfer, label: runtime.kind, recipient: this.#recipient };
    this.#outbox = new Outbox(this.#limits, (job, message) => this.#feed(job, message));
    this.#stopGraceMs = init.stopGraceMs;
    this.#maxTasks = init.maxTasks;
    const table = runtime.createTable?.();
    const memory = table ? undefined : runtime.createSlots(slotBytes);
    this.#slots = table ?? (memory && new PoolSlots(memory));
    this.#slots?.wait();
    const events = {
      onMessage: (message: unknown): void => this.#receive(message),
      onResult: (id: number, value: unknown, runMs: number): void => this.#receiveResult(id, value, runMs),
      onRing: (): void => this.#progress(),
      onEnd: (end: WorkerEnd): void => this.#end(end),
    };
    this.#endpoint = startEndpoint(runtime, { id, name }, events, table);
    this.#initialize({
      type: "init",
      version: protocolVersion,
      workerId: id,
      workerName: name,
      slots: memory,
      shared: init.shared,
      setup: init.setup,
      reportMemory: init.reportMemory,
    });
  }

  /** A first message that cannot be sent is a worker that cannot start. */
  #initialize(message: HostMessage & { type: "init" }): void {
    try {
      const { shared, setup } = message;
      const payload = preparePayload({ shared, setup }, "shared", "copy", { ...this.#limits, transfer: false });
      this.#post({ ...message, ...payload.value, portables: payload.portables });
    } catch (cause) {
      this.#setupError = { cause };
      this.#endpoint.terminate(true);
      queueMicrotask(() => this.#end({ cause }));
    }
  }

  /** How many jobs it has. */
  get load(): number {
    return this.#sent.length;
  }

  /** Whether it takes new work at all. */
  get open(): boolean {
    return (this.state === "starting" || this.state === "ready") && !this.retiring && this.taskCount < this.#maxTasks;
  }

  /** Whether what it has been sent can be taken back. */
  get revocable(): boolean {
    return this.#slots !== undefined;
  }

  /** Whether one more job may be sent, if up to `window` may be with it. */
  hasRoom(window: number): boolean {
    if (!this.open) return false;
    const [first] = this.#sent;
    if (!first) return this.#slots !== undefined || this.state === "ready";
    return this.#slots !== undefined && first.losses === 0 && this.#sent.length < window;
  }

  /** Whether this job, which is not the next one for an idle worker, may be sent as well. */
  takesAhead(job: Job, window: number): boolean {
    if (this.#slots) return this.hasRoom(window);
    const [first] = this.#sent;
    if (first && !(first.quick && first.reference === job.reference && this.#sent.length < window)) return false;
    return this.open && this.state === "ready" && this.#isBatchable(job);
  }

  /** The jobs that it has been sent and has not begun, oldest first; may change at any moment. */
  unstarted(): Job[] {
    const slots = this.#slots;
    return slots ? this.#sent.filter((job) => !slots.hasStarted(job.slot)) : [];
  }

  /** How many tasks it is running. */
  get runningCount(): number {
    return this.#sent.filter((job) => !job.control && !job.future.done() && this.hasStarted(job)).length;
  }

  stats(): WorkerStats {
    const sent = this.#sent.filter((job) => !job.control).length;
    return { name: this.name, running: this.runningCount, done: this.taskCount - sent };
  }

  /** Whether it has been at one task since `activeAt`, and others wait behind that. */
  isStuck(now: number, patienceMs: number): boolean {
    const [first] = this.#sent;
    if (!first || this.state !== "ready" || now - this.activeAt <= patienceMs) return false;
    return this.#slots?.isRunning(first.slot) ?? true;
  }

  hasStarted(job: Job): boolean {
    return this.#slots?.hasStarted(job.slot) ?? true;
  }

  /** Adds a job to the next message. False if there is no slot for it. */
  send(job: Job, now: number): boolean {
    const slot = this.#slots ? this.#slots.send() : -1;
    if (this.#slots && slot < 0) return false;
    job.worker = this;
    job.slot = slot;
    job.quick = !this.#slots && this.#isBatchable(job);
    job.sends++;
    if (this.#sent.length === 0) this.activeAt = now;
    this.#sent.push(job);
    if (!job.control) this.taskCount++;
    const moves = job.options.transfer === "move";
    // Buffers are moved by a message of their own: another task of the same message may hold them too.
    if (moves) this.flush();
    try {
      this.#outbox.add(job, job.quick ? taskFlags.quick : 0);
    } catch (error) {
      this.#refuse(job, error);
    }
    if (moves || job.moved) this.flush();
    this.#updateHold();
    return true;
  }

  /** Posts what {@link send} has gathered, as one message. */
  flush(): void {
    const parcel = this.#outbox.take();
    if (!parcel) return;
    try {
      this.#post(parcel.message, parcel.transfer);
    } catch (error) {
      this.#outbox.returned(parcel);
      if (parcel.jobs.length > 1) return this.#sendSingly(parcel.jobs);
      const [culprit] = parcel.jobs as [Job];
      this.#refuse(culprit, locateUncloneable(culprit.args, "args", error));
    }
  }

  /** Takes back a job that has not begun. True exactly when it will not run in this worker. */
  revoke(job: Job): boolean {
    if (job.worker === this) this.flush();
    if (job.worker !== this || !this.#slots?.revoke(job.slot)) return false;
    this.#forget(job);
    if (!job.control) this.taskCount--;
    return true;
  }

  /** Tells a running job to stop. */
  abort(job: Job, reason: HostMessage & { type: "abort" }): void {
    this.#slots?.abort(job.slot);
    this.control(reason);
  }

  /** Sends a message that is about a task or the worker, not a task. */
  control(message: HostMessage & { type: "credit" | "close" | "abort" | "stop" }): void {
    if (this.state === "ended") return;
    try {
      this.#post(message);
    } catch {
      // The channel is gone: so is the worker, or it soon will be.
      this.terminate(true);
    }
  }

  /** Lets the worker end by itself; terminates it if that takes too long. */
  stop(): void {
    if (this.state === "stopping" || this.state === "ended") return;
    this.state = "stopping";
    this.#updateHold();
    this.control({ type: "stop" });
    this.#stopTimer = startTimer(this.#stopGraceMs, () => this.terminate(false));
  }

  /** Ends the worker now. */
  terminate(hard: boolean): void {
    if (this.state === "ended") return;
    // Its end may take a while, and what it is sent until then would be lost.
    this.retiring = true;
    this.#endpoint.terminate(hard);
  }

  /** Holds the process exactly while there is something to wait for. */
  #updateHold(): void {
    // While it starts, the queue may be waiting for it, unless what is to be done has been sent to it already.
    const starting = this.state === "starting" && !this.#slots;
    const held = starting || this.state === "stopping" || this.#sent.length > 0;
    if (held === this.#held) return;
    this.#held = held;
    this.#endpoint.hold(held);
  }

  #post(message: HostMessage, transfer: readonly object[] = []): void {
    this.#endpoint.send(message, transfer);
    this.messages++;
  }

  // ── sending ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #feed(job: Job, message: HostMessage & { type: "input" }): void {
    if (this.state === "ended" || job.future.done()) return;
    try {
      const payload = preparePayload(message.values, "the iterable's value", "copy", this.#limits);
      this.#post({ ...message, values: payload.value, portables: payload.portables }, payload.transfer);
    } catch (error) {
      const cause = locateUncloneable(message.values[0], "the iterable's value", error);
      this.#post({ type: "abort", id: job.id, reason: { kind: "value", value: String(cause) } });
      this.#listener.onResult(job, resultStatus.error, { kind: "value", value: cause }, 0, performance.now());
    }
  }

  /** After a batch that could not be cloned: one message per job, so that only the culprit fails. */
  #sendSingly(jobs: readonly Job[]): void {
    for (const job of jobs) {
      try {
        this.#outbox.add(job, job.quick ? taskFlags.quick : 0);
      } catch (error) {
        this.#refuse(job, error);
      }
      this.flush();
    }
  }

  /** Whether a job may share a message, and its fate, with others of its kind. */
  #isBatchable({ history, control, flags, losses, options, args }: Job): boolean {
    if (control || losses > 0 || flags !== 0 || !history.pace.isQuick) return false;
    return options.transfer !== "move" && options.key === undefined && !args.some(isAsyncIterable);
  }

  #refuse(job: Job, error: unknown): void {
    this.#slots?.free(job.slot);
    this.#forget(job);
    if (!job.control) this.taskCount--;
    this.#listener.onRefused(job, error);
  }

  #forget(job: Job): void {
    const index = this.#sent.indexOf(job);
    if (index >= 0) this.#sent.splice(index, 1);
    job.worker = undefined;
    this.#updateHold();
  }

  // ── receiving ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #receive(raw: unknown): void {
    if (this.state === "ended") return;
    try {
      this.#handle(checkWorkerMessage(raw, this.name));
    } catch (error) {
      if (this.state === "starting") this.#setupError ??= { cause: error };
      this.#listener.onBadMessage(this, error);
      this.terminate(true);
      return;
    }
    this.#progress();
  }

  #receiveResult(id: number, value: unknown, runMs: number): void {
    if (this.state === "ended") return;
    this.#withJob(id, (job) => this.#settle(job, resultStatus.value, value, runMs, performance.now()));
    this.#progress();
  }

  #progress(): void {
    if (this.state === "ended") return;
    this.#look();
    this.#updateHold();
    this.#listener.onProgressed(this);
  }

  #handle(message: WorkerMessage): void {
    switch (message.type) {
      case "ready":
        if (this.state === "starting") this.state = "ready";
        break;
      case "unready":
        this.#setupError = { cause: decodeError(message.error) };
        break;
      case "done":
        this.#results(message.results);
        break;
      case "started":
        this.#withJob(message.id, (job) => this.#listener.onStarted(job));
        break;
      case "progress":
        this.#withJob(message.id, (job) => this.#listener.onReport(job, message.value));
        break;
      case "leaving":
        this.#last = message.id;
        break;
      case "yield":
        this.#withJob(message.id, (job) => job.sink?.push(revivedList(message)));
        break;
      case "pull":
        this.#outbox.input(message.input)?.pull(message.count);
        break;
      case "drop":
        this.#outbox.input(message.input)?.stop();
        break;
    }
    const { memoryBytes } = message as { memoryBytes?: number };
    if (memoryBytes !== undefined) this.#listener.onMemory(this, memoryBytes);
  }

  #withJob(id: number, use: (job: Job) => void): void {
    const job = this.#sent.find((candidate) => candidate.id === id);
    if (job) use(job);
  }

  #results(results: readonly unknown[]): void {
    const now = performance.now();
    for (let at = 0; at < results.length; at += resultStride) {
      const [id, status] = [results[at] as number, results[at + 1] as number];
      const [value, runMs] = [results[at + 2], results[at + 3] as number];
      if (status === resultStatus.skipped) this.#slots?.free(value as number);
      else this.#withJob(id, (job) => this.#settle(job, status, value, runMs, now));
    }
  }

  #settle(job: Job, status: number, value: unknown, runMs: number, now: number): void {
    this.#slots?.free(job.slot);
    this.#forget(job);
    this.activeAt = now;
    this.#listener.onResult(job, status, value, runMs, now);
  }

  /** Rule 7 of slots.ts. */
  #look(): void {
    if (!this.#slots) return;
    do {
      this.#takeDone(this.#slots);
      this.#slots.wait();
    } while (this.#takeDone(this.#slots) > 0);
  }

  #takeDone(slots: PoolTable): number {
    let taken = 0;
    const now = performance.now();
    slots.refresh?.();
    for (let index = 0; index < this.#sent.length; ) {
      const job = this.#sent[index] as Job;
      const result = slots.take(job.slot);
      if (result === unfinished) break;
      if (result === byMessage) index++;
      else {
        this.#settle(job, resultStatus.value, result.value, result.runMs, now);
        taken++;
      }
    }
    return taken;
  }

  /** Of a worker that has ended: whether the job may run elsewhere. */
  #hasNotBegun(job: Job): boolean {
    if (this.#slots) return this.#slots.revoke(job.slot);
    return this.#last !== undefined && this.#last !== job.id && !job.moved;
  }

  #end(end: WorkerEnd): void {
    if (this.state === "ended") return;
    if (this.#slots) this.#takeDone(this.#slots);
    const starting = this.state === "starting";
    this.state = "ended";
    this.#stopTimer();
    const unstarted: Job[] = [];
    const lost: Job[] = [];
    for (const job of this.#sent.splice(0)) {
      (this.#hasNotBegun(job) ? unstarted : lost).push(job);
      job.worker = undefined;
    }
    this.#slots?.close?.();
    const setupError = this.#setupError ?? (starting ? {} : undefined);
    this.#recipient.end(describeEnd(end));
    this.#listener.onEnd(this, end, unstarted, lost, setupError);
  }
}

function revivedList({ values, portables }: WorkerMessage & { type: "yield" }): readonly unknown[] {
  return portables ? (revive(values, "yielded") as readonly unknown[]) : values;
}

/** A runtime that throws instead of reporting an end is treated as if it had reported one. */
function startEndpoint(runtime: Runtime, spec: WorkerSpec, events: EndpointEvents, table?: PoolTable): Endpoint {
  try {
    return runtime.start(spec, events, table);
  } catch (cause) {
    queueMicrotask(() => events.onEnd({ cause }));
    return { send() {}, terminate() {}, hold() {} };
  }
}
