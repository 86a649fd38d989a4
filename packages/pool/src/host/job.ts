// One task on its way through the pool: plain data. Where a job is at any time is told by who holds it: the queue, or
// the worker in `worker`; the future tells whether it is over.

import { type AnyTask, type CheckedTaskOptions, Future, type TaskReference } from "@everycore/core";
import type { RunningTask } from "../run/running-task.js";
import type { HostMessage } from "../wire/protocol.js";
import type { SubmitSite } from "./submit-sites.js";
import type { TaskHistory } from "./task-history.js";

/** Why a task is being stopped. */
export interface AbortRequest {
  readonly reason: unknown;
  /** Set when it is the task's own `timeoutMs` that has passed. */
  readonly timeoutMs?: number;
}

/** What a job needs of the worker that it was sent to. */
export interface JobWorker {
  /** Whether the body has begun. */
  hasStarted(job: Job): boolean;
  /** Takes the job back if its body has not begun. */
  revoke(job: Job): boolean;
  /** Tells the body to stop. */
  abort(job: Job, message: HostMessage & { type: "abort" }): void;
  /** Sends a message about the job. */
  control(message: HostMessage & { type: "credit" | "close" }): void;
  terminate(hard: boolean): void;
}

/** Told what a streaming task yields; see stream-consumer.ts. */
export interface StreamSink {
  readonly buffer: number;
  push(values: readonly unknown[]): void;
}

/** A task. */
export interface Job {
  readonly id: number;
  readonly future: JobFuture;
  readonly reference: TaskReference;
  readonly history: TaskHistory;
  /** Keeps the function alive for as long as a reference to it may be needed. */
  readonly task: AnyTask;
  readonly flags: number;
  /** The arguments, until the task is done. */
  args: readonly unknown[];
  readonly options: CheckedTaskOptions;
  /** Higher runs first. */
  readonly priority: number;
  /** Milliseconds on the clock of `performance.now()`. */
  readonly submittedAt: number;
  /** Where `submit` was called: its stack is appended to a remote one. */
  readonly site: SubmitSite | undefined;
  readonly sink: StreamSink | undefined;
  /** A broadcast: bound to its worker, and not counted. */
  readonly control: boolean;
  /** Whether a queue holds it. */
  queued: boolean;
  /** The worker that the job was sent to. */
  worker: JobWorker | undefined;
  slot: number;
  /** Whether it was sent as one of a batch; see worker-handle.ts. */
  quick: boolean;
  /** How often it was sent. */
  sends: number;
  /** How many workers ended while it lay in them as the next task, and nothing ran. */
  losses: number;
  /** Whether sending it moved buffers of the caller: then it cannot be sent again. */
  moved: boolean;
  abort: AbortRequest | undefined;
  /** Set when the calling thread runs the task itself. */
  inline: RunningTask | undefined;
  /** Stops timers, signal listeners and inputs that belong to the job. */
  cleanups: Array<() => void> | undefined;
  /** Its neighbours in the list of jobs that are not over; see job-list.ts. */
  previous: Job | undefined;
  next: Job | undefined;
}

/** A future that knows its job, until that is over. */
export class JobFuture extends Future<unknown> {
  #job: Job | undefined = undefined;

  /** The job of a future, as long as that is not over. Private: programs see a future, and nothing of its pool. */
  static jobOf(future: Future<unknown>): Job | undefined {
    return #job in future ? future.#job : undefined;
  }

  static setJob(future: JobFuture, job: Job | undefined): void {
    future.#job = job;
  }

  static {
    // What programs see in messages.
    Object.defineProperty(JobFuture, "name", { value: "Future" });
  }
}

/** Has `cleanup` run when the job is over. */
export function addCleanup(job: Job, cleanup: () => void): void {
  job.cleanups ??= [];
  job.cleanups.push(cleanup);
}

/** Runs and forgets what {@link addCleanup} has gathered. */
export function cleanUp(job: Job): void {
  const { cleanups } = job;
  job.cleanups = undefined;
  if (cleanups) for (const cleanup of cleanups) cleanup();
}
