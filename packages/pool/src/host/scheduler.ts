// Which worker gets which job, and when. Rules
//   1. Nobody waits while a worker could take the job: idle workers first, then a new one, up to `maxWorkers`.
//   2. Beyond one job each, workers are sent a few jobs ahead (the window), so that none idles for a round trip: as many
//      as take about `prefetchMs`, going by the mean duration so far, and one at least. Before the first task has ended
//      nothing is known, and nothing is sent ahead.
//      To workers without slots only jobs that are quick are sent ahead (worker-handle.ts), as they cannot be taken back.
//   3. What was sent ahead can be taken back (slots.ts, rule 3), and is: for a job of higher priority, for a worker
//      that is idle, and from a worker that has been silent for `staleMs` while another one asks for work.
//   4. Jobs of different priorities wait here, not in workers, so that their order is exact.
//   5. A job that lay in a worker which ended without running anything is under suspicion that its mere arrival ends
//      workers: it is sent alone.
//   6. A worker that is to be replaced gets nothing new; it counts until it has ended.

import type { Job } from "./job.js";
import { JobQueue } from "./job-queue.js";
import type { WorkerHandle } from "./worker-handle.js";

const prefetchMs = 2;
const staleMs = 5;
const maxWindow = 128;

/** What the scheduler is told and given by the pool. */
export interface SchedulerHost {
  readonly maxWorkers: number;
  readonly ageingMs: number;
  /** Mean duration of a task so far in milliseconds; undefined before the first. */
  readonly meanRunMs: number | undefined;
  startWorker(): WorkerHandle;
  /** A job was refused at sending, or left for a worker; bookkeeping. */
  onSent(job: Job, now: number): void;
  /** A broadcast can no longer reach this worker. */
  onUnbound(job: Job, worker: WorkerHandle): void;
}

/** The queue, the workers, and what goes from one to the others. */
export class Scheduler {
  readonly queue: JobQueue;
  readonly workers: Set<WorkerHandle> = new Set();
  readonly #host: SchedulerHost;
  readonly #keys = new Map<string | number, WorkerHandle>();
  #lowestAhead = Number.POSITIVE_INFINITY;

  constructor(host: SchedulerHost) {
    this.#host = host;
    this.queue = new JobQueue(host.ageingMs);
  }

  /** Takes a job. It is sent at the next {@link dispatch}. */
  add(job: Job): void {
    if (job.options.key !== undefined) this.#bind(job, job.options.key);
    else {
      if (job.priority > this.#lowestAhead) this.#recall(this.workers);
      this.queue.add(job);
    }
  }

  /** Takes a job that a worker could not begin back into its place. */
  putBack(job: Job): void {
    if (job.options.key !== undefined) this.#bind(job, job.options.key);
    else this.queue.putBack(job);
  }

  /** Removes a job that has not been sent. */
  remove(job: Job): boolean {
    if (job.options.key === undefined) return this.queue.remove(job);
    return this.#keys.get(job.options.key)?.bound.remove(job) ?? false;
  }

  /** How many jobs have not been sent. */
  get waiting(): number {
    let count = this.queue.size;
    for (const worker of this.workers) count += worker.bound.size;
    return count;
  }

  /** Whether {@link dispatch} may find anything to do. */
  get isDue(): boolean {
    if (this.queue.size > 0) return true;
    for (const worker of this.workers) if (!worker.open || worker.bound.size > 0 || worker.load > 1) return true;
    return false;
  }

  /** Sends what can be sent. */
  dispatch(): void {
    if (this.queue.size === 1 && this.#sendLone()) return;
    const now = performance.now();
    for (const worker of this.workers) {
      if (worker.open) this.#sendBound(worker, now);
      else this.#close(worker);
    }
    if (this.queue.size > 0) this.#spread(now);
    else this.#share(now);
    for (const worker of this.workers) worker.flush();
  }

  /** Forgets a worker that has ended; its bound jobs find another. */
  drop(worker: WorkerHandle): void {
    this.workers.delete(worker);
    this.#unbind(worker);
  }

  /** Has a worker replaced as soon as it has finished what it is doing. */
  retire(worker: WorkerHandle): void {
    worker.retiring = true;
    this.#recall([worker]);
  }

  /** Rule 6. */
  #close(worker: WorkerHandle): void {
    this.#unbind(worker);
    if (worker.load === 0) worker.stop();
  }

  // ── spreading the queue ───────────────────────────────────────────────────────────────────────────────────────────

  #spread(now: number): void {
    this.#rescueStale(now);
    while (this.queue.size > 0) {
      const worker = this.#idleWorker();
      if (worker) {
        if (!this.#sendNext(worker, now)) break;
      } else if (this.#mayStart()) this.workers.add(this.#host.startWorker());
      else break;
    }
    if (this.queue.size === 0) return;
    const window = this.#window();
    if (window > 1) this.#sendAhead(window, now);
  }

  /** A job for a pool that has nothing else to do: the clock is read, and the books are kept, when it is on its way. */
  #sendLone(): boolean {
    let idle: WorkerHandle | undefined;
    for (const worker of this.workers) {
      if (worker.load > 0 || worker.bound.size > 0 || !worker.open) return false;
      if (worker.state === "ready") idle ??= worker;
    }
    const job = idle && this.queue.shift();
    if (!job) return false;
    if (!idle?.send(job, idle.activeAt)) {
      this.queue.putBack(job);
      return false;
    }
    idle.flush();
    idle.activeAt = performance.now();
    this.#host.onSent(job, idle.activeAt);
    return true;
  }

  #idleWorker(): WorkerHandle | undefined {
    let starting: WorkerHandle | undefined;
    for (const worker of this.workers) {
      if (worker.load > 0 || !worker.hasRoom(1)) continue;
      if (worker.state === "ready") return worker;
      starting ??= worker;
    }
    return starting;
  }

  /** Rule 1; a worker that is starting and has nothing to do yet will take one of the jobs. */
  #mayStart(): boolean {
    if (this.workers.size >= this.#host.maxWorkers) return false;
    let coming = 0;
    for (const worker of this.workers) if (worker.state === "starting" && worker.load === 0) coming++;
    return coming < this.queue.size;
  }

  #sendNext(worker: WorkerHandle, now: number): boolean {
    const job = this.queue.shift();
    if (!job) return false;
    if (!worker.send(job, now)) {
      this.queue.putBack(job);
      return false;
    }
    this.#host.onSent(job, now);
    return true;
  }

  #window(): number {
    const { meanRunMs } = this.#host;
    if (meanRunMs === undefined || this.queue.mixed) return 1;
    return Math.max(2, Math.min(maxWindow, Math.ceil(prefetchMs / Math.max(meanRunMs, 0.001))));
  }

  /** Evenly, so that a short queue does not end up with one worker. */
  #sendAhead(window: number, now: number): void {
    const next = this.queue.peek();
    if (!next) return;
    const open = [...this.workers].filter((worker) => worker.takesAhead(next, window) && !worker.isStuck(now, staleMs));
    if (open.length === 0) return;
    const share = Math.ceil(this.queue.size / open.length);
    for (const worker of open) {
      for (let count = 0; count < share; count++) {
        const job = this.queue.peek();
        if (!job || job.losses > 0 || job.options.transfer === "move") return;
        if (!worker.takesAhead(job, window)) break;
        if (!this.#sendNext(worker, now)) return;
        this.#lowestAhead = Math.min(this.#lowestAhead, job.priority);
      }
    }
  }

  // ── taking back what was sent ahead ───────────────────────────────────────────────────────────────────────────────

  #recall(workers: Iterable<WorkerHandle>): void {
    for (const worker of workers) {
      for (const job of worker.unstarted()) {
        if (isMovable(job) && worker.revoke(job)) this.queue.putBack(job);
      }
    }
    this.#lowestAhead = Number.POSITIVE_INFINITY;
  }

  /** Rule 3: with an empty queue, idle workers take over half of what the busiest one has not begun. */
  #share(now: number): void {
    for (const worker of this.workers) {
      if (worker.load > 0 || worker.state !== "ready" || !worker.hasRoom(1)) continue;
      const jobs = this.#busiest(worker);
      for (const job of jobs.slice(Math.floor(jobs.length / 2))) {
        if (!worker.hasRoom(maxWindow)) break;
        this.#hand(job, worker, now);
      }
    }
  }

  #busiest(asking: WorkerHandle): Job[] {
    let best: Job[] = [];
    for (const worker of this.workers) {
      if (worker === asking || worker.load <= Math.max(1, best.length)) continue;
      const jobs = worker.unstarted().filter(isMovable);
      if (jobs.length > best.length) best = jobs;
    }
    return best;
  }

  /** Rule 3: jobs that sit behind a long one come before the queue. */
  #rescueStale(now: number): void {
    for (const worker of this.workers) {
      if (worker.load > 1 && worker.isStuck(now, staleMs)) this.#recall([worker]);
    }
  }

  #hand(job: Job, worker: WorkerHandle, now: number): void {
    if (!job.worker?.revoke(job)) return;
    if (!worker.send(job, now)) this.queue.putBack(job);
  }

  // ── jobs that belong to one worker ────────────────────────────────────────────────────────────────────────────────

  #bind(job: Job, key: string | number): void {
    let worker = this.#keys.get(key);
    if (!worker?.open) {
      worker = this.#workerForKey();
      this.#keys.set(key, worker);
    }
    worker.bound.add(job);
  }

  /** Keys are spread: a worker without keys, else a new one, else the one with the fewest. */
  #workerForKey(): WorkerHandle {
    const counts = new Map<WorkerHandle, number>();
    for (const worker of this.workers) if (worker.open) counts.set(worker, 0);
    for (const worker of this.#keys.values()) if (worker.open) counts.set(worker, (counts.get(worker) ?? 0) + 1);
    const [fewest] = [...counts].sort(([a, keysOfA], [b, keysOfB]) => keysOfA - keysOfB || a.load - b.load);
    const [best, keys] = fewest ?? [];
    if (best && (keys === 0 || this.workers.size >= this.#host.maxWorkers)) return best;
    const worker = this.#host.startWorker();
    this.workers.add(worker);
    return worker;
  }

  #unbind(worker: WorkerHandle): void {
    for (const [key, owner] of this.#keys) if (owner === worker) this.#keys.delete(key);
    for (const job of worker.bound.drain()) {
      if (job.control) this.#host.onUnbound(job, worker);
      else this.add(job);
    }
  }

  #sendBound(worker: WorkerHandle, now: number): void {
    while (worker.bound.size > 0 && worker.hasRoom(this.#boundWindow(worker))) {
      const job = worker.bound.shift() as Job;
      if (!worker.send(job, now)) return worker.bound.putBack(job);
      this.#host.onSent(job, now);
    }
  }

  #boundWindow(worker: WorkerHandle): number {
    return worker.bound.peek()?.control ? maxWindow : this.#window();
  }
}

function isMovable(job: Job): boolean {
  return !job.control && !job.moved && job.options.key === undefined;
}
