// The pool: everything of an executor that is the same for threads, processes and browser workers. It accepts tasks,
// keeps the books and settles futures; who runs what is the scheduler's business, how a worker is reached the runtime's.
//
// States: open → closing (finishes what it has) → closed. A broken pool is one whose workers cannot start; it accepts
// nothing, and closes like any other.

import {
  type AnyTask,
  BrokenExecutorError,
  type Capabilities,
  type CheckedTaskOptions,
  checkFunction,
  checkOptions,
  type ExecutorOptions,
  ExecutorShutdownError,
  type ExecutorStats,
  type Future,
  type FutureOwner,
  namedReference,
  QueueFullError,
  type QueuePolicy,
  reportError,
  reportProgress,
  requireCapability,
  type ShutdownOptions,
  setCancelled,
  setException,
  type Task,
  TaskExecutor,
  type TaskKind,
  type TaskReference,
  type TaskStream,
  type WaitOptions,
  WorkerLostError,
} from "@everycore/core";
import type { Runtime, WorkerEnd } from "../wire/endpoint.js";
import { preparePayload } from "../wire/payload.js";
import { bufferShift, type SetupCall, taskFlags } from "../wire/protocol.js";
import { locateUncloneable } from "../wire/uncloneable.js";
import { AbortDesk } from "./abort-desk.js";
import { Books } from "./books.js";
import { checkExecutorOptions } from "./executor-options.js";
import { runInline } from "./inline-run.js";
import { cleanUp, type Job, JobFuture, type JobWorker, type StreamSink } from "./job.js";
import { JobList } from "./job-list.js";
import { describeEnd, hasThrown, settleAborted, settleJob, settleLost, valuesThatCame } from "./outcome.js";
import { Room } from "./room.js";
import { Scheduler } from "./scheduler.js";
import { StreamConsumer } from "./stream-consumer.js";
import { SubmitBurst, type SubmitSite } from "./submit-sites.js";
import { TaskHistories, type TaskHistory } from "./task-history.js";
import { type SetupFailure, WorkerHandle, type WorkerListener } from "./worker-handle.js";

const defaultAbortGraceMs = 250;
const defaultAgeingMs = 1000;
const defaultStreamBuffer = 16;
const stopGraceMs = 1000;
/** A task that ended so many workers without being begun, by its mere arrival, is not sent to another one. */
const maxLosses = 3;

/** A microtask by way of a promise costs a tenth of `queueMicrotask`, which in pages goes through the browser. */
const resolved = Promise.resolve();

let poolCount = 0;

/** A call of an executor's method, checked. */
interface Call {
  readonly task: AnyTask;
  readonly reference: TaskReference;
  readonly history: TaskHistory;
  readonly args: readonly unknown[];
  readonly options: CheckedTaskOptions;
  readonly flags: number;
  readonly site: SubmitSite | undefined;
  readonly sink?: StreamSink;
  readonly control?: boolean;
}

/** An executor over workers of one runtime. Backends extend it with their own options. */
export class WorkerPool extends TaskExecutor {
  readonly label: string;
  readonly capabilities: Capabilities;
  readonly maxWorkers: number;
  readonly #runtime: Runtime;
  readonly #options: ExecutorOptions;
  readonly #name: string;
  readonly #policy: QueuePolicy;
  readonly #room: Room;
  readonly #scheduler: Scheduler;
  readonly #aborts: AbortDesk;
  readonly #setup: SetupCall[] = [];
  readonly #shared: unknown;
  readonly #jobs = new JobList();
  readonly #histories = new TaskHistories();
  readonly #burst = new SubmitBurst();
  readonly #books = new Books();
  readonly #owner: FutureOwner;
  readonly #listener: WorkerListener;
  readonly #endBurst: () => void;
  readonly #closing: Promise<void>;
  #closed: () => void = () => {};
  #state: "open" | "closing" | "closed" = "open";
  #broken: { readonly cause: unknown } | undefined;
  #terminated = false;
  #dispatchPlanned = false;
  #nextJob = 0;
  #started = 0;
  #controls = 0;

  constructor(runtime: Runtime, options: ExecutorOptions = {}) {
    super();
    checkExecutorOptions(options, runtime);
    this.#runtime = runtime;
    this.#options = options;
    this.#name = options.name ?? `${runtime.kind}-${++poolCount}`;
    this.label = options.name === undefined ? runtime.kind : `${runtime.kind} "${options.name}"`;
    this.capabilities = runtime.capabilities;
    this.maxWorkers = options.maxWorkers ?? runtime.defaultWorkers;
    this.#policy = options.queuePolicy ?? "reject";
    this.#room = new Room(this.maxWorkers + (options.maxQueue ?? Number.POSITIVE_INFINITY));
    this.#closing = new Promise((resolve) => {
      this.#closed = resolve;
    });
    if (options.initializer) {
      const reference = this.#resolve(options.initializer as AnyTask);
      this.#setup.push({ reference, args: this.#payload(options.initializerArgs ?? [], "initializerArgs") });
    }
    this.#shared = this.#payload(options.shared, "shared");
    const pool = this;
    this.#scheduler = new Scheduler({
      maxWorkers: this.maxWorkers,
      ageingMs: options.ageingMs ?? defaultAgeingMs,
      get meanRunMs() {
        return pool.#books.meanRunMs;
      },
      startWorker: () => this.#startWorker(),
      onSent: (job, now) => this.#books.sent(job, now),
      onUnbound: (job) => {
        if (!job.future.done()) setCancelled(job.future);
        this.#finish(job);
      },
    });
    this.#aborts = new AbortDesk({
      abortGraceMs: options.abortGraceMs ?? defaultAbortGraceMs,
      canTerminate: runtime.capabilities.terminate,
      withdraw: (job) => this.#withdraw(job),
      onSettled: (job) => this.#finish(job),
    });
    this.#owner = this.#createOwner();
    this.#endBurst = () => {
      this.#dispatchPlanned = false;
      this.#burst.end();
      this.#dispatch();
    };
    this.#listener = this.#createListener();
  }

  // ── what programs call ────────────────────────────────────────────────────────────────────────────────────────────

  ready(options: WaitOptions = {}): Promise<void> {
    try {
      this.checkOpen("wait for room");
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#room.wait(this.#books.outstanding, options);
  }

  broadcast<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Promise<Array<Awaited<R>>> {
    checkFunction("task", task);
    this.checkOpen("broadcast");
    const reference = this.#resolve(task as AnyTask);
    this.#setup.push({ reference, args: this.#payload(args, "args") });
    const call = { task: task as AnyTask, reference, history: this.#histories.of(reference) };
    const futures: Array<Future<unknown>> = [];
    for (const worker of this.#scheduler.workers) {
      if (!worker.open) continue;
      const job = this.#createJob({ ...call, args, options: {}, flags: 0, site: undefined, control: true });
      this.#controls++;
      worker.bound.add(job);
      futures.push(job.future);
    }
    this.#planDispatch();
    return valuesThatCame(futures) as Promise<Array<Awaited<R>>>;
  }

  stats(): ExecutorStats {
    return this.#books.snapshot(this.#scheduler.workers, this.#started);
  }

  shutdown(options: ShutdownOptions = {}): Promise<void> {
    checkOptions("options", options, ["wait", "cancelFutures"]);
    if (this.#state === "open") {
      this.#state = "closing";
      this.#room.close(new ExecutorShutdownError("wait for room", this.label));
    }
    if (options.cancelFutures) for (const job of this.#jobs.snapshot()) job.future.cancel();
    this.#closeIfDone();
    return options.wait === false ? Promise.resolve() : this.#closing;
  }

  terminateWorkers(): Promise<void> {
    return this.#endNow(false);
  }

  killWorkers(): Promise<void> {
    return this.#endNow(true);
  }

  #endNow(hard: boolean): Promise<void> {
    requireCapability(
      this.capabilities,
      "terminate",
      "ending workers",
      this.label,
      "Use shutdown({ cancelFutures: true }) and abort().",
    );
    this.#terminated = true;
    const closing = this.shutdown({ cancelFutures: true });
    for (const worker of [...this.#scheduler.workers]) worker.terminate(hard);
    return closing;
  }

  // ── taking tasks ──────────────────────────────────────────────────────────────────────────────────────────────────

  protected checkOpen(operation: string): void {
    if (this.#broken) throw this.#brokenError(operation);
    if (this.#state !== "open") throw new ExecutorShutdownError(operation, this.label);
  }

  protected enqueue(
    kind: TaskKind,
    task: AnyTask,
    args: readonly unknown[],
    options: CheckedTaskOptions,
    caller: AnyTask,
  ): Future<unknown> {
    this.checkOpen("submit");
    const flags = kind === "chunk" ? taskFlags.chunk : 0;
    const reference = this.#resolve(task);
    const history = this.#histories.of(reference);
    return this.#accept({ task, reference, history, args, options, flags, site: this.#siteOf(history, caller) });
  }

  protected openStream(
    task: AnyTask,
    args: readonly unknown[],
    options: CheckedTaskOptions,
    caller: AnyTask,
  ): TaskStream<unknown> {
    this.checkOpen("stream");
    const reference = this.#resolve(task);
    const history = this.#histories.of(reference);
    const site = this.#siteOf(history, caller);
    return new StreamConsumer<unknown>(options.streamBuffer ?? defaultStreamBuffer, {
      start: (sink) => {
        this.checkOpen("stream");
        const flags = taskFlags.stream | (sink.buffer << bufferShift);
        return this.#accept({ task, reference, history, args, options, flags, site, sink });
      },
      credit: (future, count) => this.#control(future, (id) => ({ type: "credit", id, count })),
      close: (future) => this.#control(future, (id) => ({ type: "close", id })),
    });
  }

  /** Where the program called. The burst ends with the microtask, also if nothing comes of the call. */
  #siteOf({ sites }: TaskHistory, caller: AnyTask): SubmitSite | undefined {
    this.#planDispatch();
    return sites.capture(this.#burst, caller);
  }

  #accept(call: Call): Future<unknown> {
    const { signal } = call.options;
    const full = this.#room.isFull(this.#books.outstanding);
    if (full && this.#policy === "reject" && !signal?.aborted) throw new QueueFullError(this.#options.maxQueue ?? 0);
    const job = this.#createJob(call);
    this.#books.submitted++;
    if (signal?.aborted) this.#aborts.abort(job, { reason: signal.reason });
    else if (full && this.#policy === "run-inline" && !call.sink)
      runInline(job, this.#shared, this.#aborts, () => this.#finish(job));
    else {
      this.#aborts.watch(job);
      this.#scheduler.add(job);
      this.#planDispatch();
    }
    return job.future;
  }

  #createJob({ task, reference, history, args, options, flags, site, sink, control = false }: Call): Job {
    const future = new JobFuture(this.#owner);
    const job: Job = {
      id: this.#nextJob++,
      future,
      reference,
      history,
      task,
      flags:
        flags |
        (options.timeoutMs === undefined ? 0 : taskFlags.announceStart) |
        (options.transfer === "move" ? taskFlags.moveResult : 0),
      args,
      options,
      priority: control ? Number.POSITIVE_INFINITY : (options.priority ?? 0),
      submittedAt: performance.now(),
      site,
      sink,
      control,
      worker: undefined,
      queued: false,
      slot: -1,
      quick: false,
      sends: 0,
      losses: 0,
      moved: false,
      abort: undefined,
      inline: undefined,
      cleanups: undefined,
      previous: undefined,
      next: undefined,
    };
    JobFuture.setJob(future, job);
    this.#jobs.add(job);
    return job;
  }

  #resolve(task: AnyTask): TaskReference {
    return namedReference(task) ?? this.#runtime.resolver.resolve(task);
  }

  /** What every worker is sent when it starts: checked now, where the caller can see the error. */
  #payload<T>(value: T, root: string): T {
    const { capabilities, kind } = this.#runtime;
    const limits = { sharedMemory: capabilities.sharedMemory, transfer: false, label: kind };
    const { value: prepared, portables } = preparePayload(value, root, "copy", limits);
    // They are prepared for each worker, and what is with them is checked then.
    if (portables) return prepared;
    try {
      structuredClone(prepared);
    } catch (error) {
      throw locateUncloneable(prepared, root, error);
    }
    return prepared;
  }

  #planDispatch(): void {
    if (this.#dispatchPlanned) return;
    this.#dispatchPlanned = true;
    void resolved.then(this.#endBurst);
  }

  #dispatch(): void {
    if (this.#broken) {
      for (const worker of [...this.#scheduler.workers]) if (worker.load === 0) worker.stop();
    } else if (this.#state !== "closed") this.#scheduler.dispatch();
  }

  // ── futures ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #createOwner(): FutureOwner {
    const { jobOf } = JobFuture;
    return {
      cancel: (future) => {
        const job = jobOf(future);
        if (!job || job.control || !this.#withdraw(job)) return false;
        setCancelled(future);
        this.#finish(job);
        return true;
      },
      abort: (future, reason) => {
        const job = jobOf(future);
        if (job) this.#aborts.abort(job, { reason });
      },
      hasStarted: (future) => {
        const job = jobOf(future);
        return job?.worker?.hasStarted(job) ?? false;
      },
    };
  }

  /** Takes back a job that has not begun: true exactly when its body will never run. */
  #withdraw(job: Job): boolean {
    if (job.worker) return job.worker.revoke(job);
    return job.future.state === "pending";
  }

  /** Bookkeeping after a future was settled. */
  #finish(job: Job): void {
    const { future } = job;
    if (!JobFuture.jobOf(future)) return;
    JobFuture.setJob(future, undefined);
    this.#jobs.remove(job);
    if (job.queued) this.#scheduler.remove(job);
    cleanUp(job);
    if (job.control) this.#controls--;
    else {
      this.#books.settled(job);
      this.#room.update(this.#books.outstanding);
    }
    this.#closeIfDone();
  }

  #control(future: Future<unknown>, message: (id: number) => Parameters<JobWorker["control"]>[0]): void {
    const job = JobFuture.jobOf(future);
    job?.worker?.control(message(job.id));
  }

  // ── workers ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #startWorker(): WorkerHandle {
    const id = this.#started++;
    const init = {
      shared: this.#shared,
      setup: [...this.#setup],
      reportMemory: this.#options.maxWorkerMemoryBytes !== undefined,
      ageingMs: this.#options.ageingMs ?? defaultAgeingMs,
      maxTasks: this.#options.maxTasksPerWorker ?? Number.POSITIVE_INFINITY,
      stopGraceMs,
    };
    return new WorkerHandle(id, `${this.#name}-${id}`, this.#runtime, init, this.#listener);
  }

  #createListener(): WorkerListener {
    return {
      onProgressed: () => {
        if (this.#broken || this.#scheduler.isDue) this.#dispatch();
        this.#closeIfDone();
      },
      onResult: (job, status, value, runMs, now) => {
        this.#books.ran(job, runMs, now);
        job.history.ran(runMs, hasThrown(status, value));
        settleJob(job, status, value);
        this.#finish(job);
      },
      onRefused: (job, error) => {
        if (!job.future.done()) setException(job.future, error);
        this.#finish(job);
        this.#planDispatch();
      },
      onStarted: (job) => this.#aborts.started(job),
      onReport: (job, value) => reportProgress(job.future, value),
      onMemory: (worker, bytes) => {
        if (bytes > (this.#options.maxWorkerMemoryBytes ?? Number.POSITIVE_INFINITY)) this.#scheduler.retire(worker);
      },
      onBadMessage: (worker, error) => reportError(error, `worker ${worker.name} of ${this.label} was ended`),
      onEnd: (worker, end, unstarted, lost, setup) => this.#onEnd(worker, end, unstarted, lost, setup),
    };
  }

  #onEnd(worker: WorkerHandle, end: WorkerEnd, unstarted: Job[], lost: Job[], setup: SetupFailure | undefined): void {
    this.#books.messages += worker.messages;
    this.#scheduler.drop(worker);
    for (const job of lost) {
      settleLost(job, worker.name, end, this.#terminated);
      this.#finish(job);
    }
    const expected = worker.retiring || this.#state !== "open" || end.cause === undefined;
    if (setup && !this.#endedOnPurpose(lost)) this.#break(setup.cause ?? startError(worker, end));
    else if (lost.length === 0 && !expected)
      reportError(end.cause, `idle worker ${worker.name} of ${this.label} ended`);
    for (const job of unstarted) {
      if (lost.length === 0 && end.cause !== undefined) job.losses++;
      this.#sendElsewhere(job, worker, end);
    }
    this.#dispatch();
    this.#closeIfDone();
  }

  /** A worker that was ended while it started, by us, is no sign of a broken pool. */
  #endedOnPurpose(lost: readonly Job[]): boolean {
    return this.#terminated || lost.some((job) => job.abort !== undefined);
  }

  #sendElsewhere(job: Job, worker: WorkerHandle, end: WorkerEnd): void {
    if (job.future.done()) return;
    if (job.abort) settleAborted(job);
    else if (this.#broken) setException(job.future, this.#brokenError("run the task"));
    else if (job.control || job.moved || job.losses >= maxLosses) {
      const why = job.moved ? "The task's moved arguments went with it." : "The task cannot run in another one.";
      setException(job.future, new WorkerLostError(`Worker ${worker.name} ${describeEnd(end)}. ${why}`, end));
    } else return this.#scheduler.putBack(job);
    this.#finish(job);
  }

  // ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #break(cause: unknown): void {
    if (this.#broken) return;
    this.#broken = { cause };
    this.#room.close(this.#brokenError("wait for room"));
    for (const job of this.#jobs.snapshot()) {
      const { future } = job;
      if (job.worker && !job.worker.revoke(job)) continue;
      if (!future.done()) setException(future, this.#brokenError("run the task"));
      this.#finish(job);
    }
    this.#dispatch();
  }

  #brokenError(operation: string): BrokenExecutorError {
    const { cause } = this.#broken ?? { cause: undefined };
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return new BrokenExecutorError(`Cannot ${operation}: the workers of ${this.label} cannot start (${why}).`, {
      cause,
    });
  }

  #closeIfDone(): void {
    if (this.#state === "open" || this.#books.outstanding > 0 || this.#controls > 0) return;
    const { workers } = this.#scheduler;
    for (const worker of [...workers]) worker.stop();
    if (workers.size > 0) return;
    this.#state = "closed";
    this.#closed();
  }
}

function startError(worker: WorkerHandle, end: WorkerEnd): unknown {
  return end.cause ?? new WorkerLostError(`Worker ${worker.name} ${describeEnd(end)} while it started.`, end);
}
