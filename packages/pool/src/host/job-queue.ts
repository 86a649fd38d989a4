// Waiting jobs, highest priority first, equal priority in order of submission, with ageing: waiting for `ageingMs`
// weighs as much as one step of priority. All jobs age at the same rate, so the order of two jobs never changes and
// a fixed rank will do: the time of submission minus the head start that the priority gives.

import type { Job } from "./job.js";

/** First in, first out, with removal from the middle. Removed places are skipped, and swept when they are many. */
class Lane {
  readonly priority: number;
  #jobs: Array<Job | undefined> = [];
  #head = 0;
  #holes = 0;

  constructor(priority: number) {
    this.priority = priority;
  }

  get size(): number {
    return this.#jobs.length - this.#head - this.#holes;
  }

  first(): Job | undefined {
    while (this.#head < this.#jobs.length && !this.#jobs[this.#head]) {
      this.#head++;
      this.#holes--;
    }
    return this.#jobs[this.#head];
  }

  add(job: Job): void {
    this.#jobs.push(job);
  }

  /** Puts a job that was taken out back into its place. */
  putBack(job: Job): void {
    let index = this.#head;
    while (index < this.#jobs.length && (this.#jobs[index]?.id ?? -1) < job.id) index++;
    if (index === this.#head && this.#head > 0) this.#jobs[--this.#head] = job;
    else this.#jobs.splice(index, 0, job);
  }

  shift(): Job | undefined {
    const job = this.first();
    if (!job) return undefined;
    if (this.#jobs.length === this.#head + 1) return this.#takeLast();
    this.#jobs[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#jobs.length) this.#sweep();
    return job;
  }

  /** Where one job at a time passes through, its array is used again. */
  #takeLast(): Job | undefined {
    const job = this.#jobs.pop();
    if (this.#head > 0) this.#sweep();
    return job;
  }

  remove(job: Job): boolean {
    const index = this.#find(job.id);
    if (this.#jobs[index] !== job) return false;
    this.#jobs[index] = undefined;
    this.#holes++;
    this.#trim();
    if (this.#holes > 1024 && this.#holes * 2 > this.#jobs.length) this.#sweep();
    return true;
  }

  *[Symbol.iterator](): Iterator<Job> {
    for (let index = this.#head; index < this.#jobs.length; index++) {
      const job = this.#jobs[index];
      if (job) yield job;
    }
  }

  /** No holes at either end: else finding a place among many of them would be slow. */
  #trim(): void {
    this.first();
    while (this.#jobs.length > this.#head && !this.#jobs.at(-1)) {
      this.#jobs.pop();
      this.#holes--;
    }
  }

  /** Ids rise within a lane, so the place of a job is found by halving. */
  #find(id: number): number {
    let low = this.#head;
    let high = this.#jobs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      let probe = middle;
      while (probe <= high && !this.#jobs[probe]) probe++;
      if (probe > high) high = middle - 1;
      else if ((this.#jobs[probe] as Job).id === id) return probe;
      else if ((this.#jobs[probe] as Job).id < id) low = probe + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #sweep(): void {
    this.#jobs = this.#jobs.slice(this.#head).filter((job) => job !== undefined);
    this.#head = 0;
    this.#holes = 0;
  }
}

/** The jobs that no worker has yet. */
export class JobQueue {
  /** None is empty but one that is alone, for the next job. */
  readonly #lanes: Lane[] = [];
  readonly #ageingMs: number;
  #size = 0;

  constructor(ageingMs: number) {
    this.#ageingMs = ageingMs;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether jobs of different priorities wait: then order matters more than batches. */
  get mixed(): boolean {
    return this.#lanes.length > 1;
  }

  add(job: Job): void {
    this.#lane(job.priority).add(job);
    job.queued = true;
    this.#size++;
  }

  /** Returns a job to its old place. */
  putBack(job: Job): void {
    this.#lane(job.priority).putBack(job);
    job.queued = true;
    this.#size++;
  }

  /** The next job, without taking it. */
  peek(): Job | undefined {
    return this.#best()?.first();
  }

  shift(): Job | undefined {
    const lane = this.#best();
    const job = lane?.shift();
    if (lane && job) this.#shrink(lane, job);
    return job;
  }

  remove(job: Job): boolean {
    const lane = this.#lanes.find(({ priority }) => priority === job.priority);
    if (!lane?.remove(job)) return false;
    this.#shrink(lane, job);
    return true;
  }

  /** Takes everything out. */
  drain(): Job[] {
    const jobs = this.#lanes.flatMap((lane) => [...lane]);
    for (const job of jobs) job.queued = false;
    this.#lanes.length = 0;
    this.#size = 0;
    return jobs;
  }

  #lane(priority: number): Lane {
    for (const lane of this.#lanes) if (lane.priority === priority) return lane;
    const lane = new Lane(priority);
    if (this.#size === 0) this.#lanes.length = 0;
    this.#lanes.push(lane);
    return lane;
  }

  #shrink(lane: Lane, job: Job): void {
    job.queued = false;
    this.#size--;
    if (lane.size === 0 && this.#lanes.length > 1) this.#lanes.splice(this.#lanes.indexOf(lane), 1);
  }

  #best(): Lane | undefined {
    if (this.#lanes.length < 2) return this.#lanes[0];
    let best: Lane | undefined;
    let bestRank = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes) {
      const first = lane.first() as Job;
      const rank = first.submittedAt - lane.priority * this.#ageingMs;
      if (rank < bestRank || (rank === bestRank && lane.priority > (best as Lane).priority)) {
        best = lane;
        bestRank = rank;
      }
    }
    return best;
  }
}
