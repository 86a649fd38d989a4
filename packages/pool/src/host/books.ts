// The counts and distributions of a pool. Broadcasts are not counted: they are the pool's own business.

import type { ExecutorStats } from "@everycore/core";
import { Histogram } from "./histogram.js";
import type { Job } from "./job.js";
import type { WorkerHandle } from "./worker-handle.js";

/** Keeps what `stats()` tells. */
export class Books {
  submitted = 0;
  /** Messages to workers that have ended. */
  messages = 0;
  #done = 0;
  #failed = 0;
  #cancelled = 0;
  readonly #queueMs = new Histogram();
  readonly #waitMs = new Histogram();
  readonly #runMs = new Histogram();

  /** How many tasks are not over. */
  get outstanding(): number {
    return this.submitted - this.#done;
  }

  /** Mean duration of a task so far; undefined before the first. */
  get meanRunMs(): number | undefined {
    return this.#runMs.mean || undefined;
  }

  /** A task left the queue for a worker. */
  sent(job: Job, now: number): void {
    if (job.sends === 1 && !job.control) this.#queueMs.record(now - job.submittedAt);
  }

  /** A task's body has ended. */
  ran(job: Job, runMs: number, now: number): void {
    if (job.control) return;
    this.#runMs.record(runMs);
    this.#waitMs.record(Math.max(0, now - job.submittedAt - runMs));
  }

  /** A task's future has been settled. */
  settled({ future }: Job): void {
    this.#done++;
    if (future.cancelled()) this.#cancelled++;
    else if (future.failed()) this.#failed++;
  }

  snapshot(workers: ReadonlySet<WorkerHandle>, started: number): ExecutorStats {
    let running = 0;
    let idle = 0;
    let messages = this.messages;
    for (const worker of workers) {
      running += worker.runningCount;
      messages += worker.messages;
      if (worker.load === 0 && worker.open) idle++;
    }
    return {
      submitted: this.submitted,
      pending: this.outstanding - running,
      running,
      done: this.#done,
      failed: this.#failed,
      cancelled: this.#cancelled,
      workers: workers.size,
      idle,
      started,
      perWorker: Array.from(workers, (worker) => worker.stats()),
      messages,
      queueMs: this.#queueMs.snapshot(),
      waitMs: this.#waitMs.snapshot(),
      runMs: this.#runMs.snapshot(),
    };
  }
}
