// Stops running tasks: asks first, and after a grace period has the worker ended. Also the keeper of everything that
// may ask: a task's signal and its timeout.

import { AbortError, encodeError, SignalWatch, setCancelled, startTimer, TimeoutError } from "@everycore/core";
import { type AbortRequest, addCleanup, type Job } from "./job.js";

/** What the desk needs from the pool. */
export interface AbortHost {
  readonly abortGraceMs: number;
  readonly canTerminate: boolean;
  /** Withdraws a job that has not begun, wherever it is. */
  withdraw(job: Job): boolean;
  /** A job was settled without a worker's answer. */
  onSettled(job: Job): void;
}

/** See above. */
export class AbortDesk {
  readonly #host: AbortHost;
  readonly #signals = new SignalWatch();

  constructor(host: AbortHost) {
    this.#host = host;
  }

  /** Obeys the task's signal from now on. */
  watch(job: Job): void {
    const { signal } = job.options;
    if (signal)
      addCleanup(
        job,
        this.#signals.add(signal, () => this.abort(job, { reason: signal.reason })),
      );
  }

  /** The body has begun: its time limit counts from now. */
  started(job: Job): void {
    const { timeoutMs } = job.options;
    if (timeoutMs === undefined || job.future.done()) return;
    const expire = (): void => {
      this.abort(job, { reason: new TimeoutError(`The task's timeoutMs (${timeoutMs}) passed.`), timeoutMs });
    };
    addCleanup(job, startTimer(timeoutMs, expire));
  }

  /** Asks a task to stop. The first request counts. */
  abort(job: Job, request: AbortRequest): void {
    if (job.future.done() || job.abort) return;
    job.abort = request;
    if (this.#host.withdraw(job)) {
      setCancelled(job.future, new AbortError(request.reason));
      this.#host.onSettled(job);
      return;
    }
    job.inline?.abort(request.reason);
    const { worker } = job;
    if (!worker) return;
    worker.abort(job, { type: "abort", id: job.id, reason: encodeError(request.reason) });
    if (!this.#host.canTerminate) return;
    const graceMs = job.options.abortGraceMs ?? this.#host.abortGraceMs;
    addCleanup(
      job,
      startTimer(graceMs, () => worker.terminate(false)),
    );
  }
}
