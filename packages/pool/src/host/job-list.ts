// All jobs that are not over, in the order in which they came. The jobs are the links: a Map of them costs more than all else that is done
// with a small task.

import type { Job } from "./job.js";

/** See above. A job is in one list at most. */
export class JobList {
  #first: Job | undefined;
  #last: Job | undefined;

  add(job: Job): void {
    job.previous = this.#last;
    if (this.#last) this.#last.next = job;
    else this.#first = job;
    this.#last = job;
  }

  /** Removes a job that is in the list. */
  remove(job: Job): void {
    const { previous, next } = job;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    job.previous = undefined;
    job.next = undefined;
  }

  /** The jobs as of now, whatever becomes of the list meanwhile. */
  snapshot(): Job[] {
    const jobs: Job[] = [];
    for (let job = this.#first; job; job = job.next) jobs.push(job);
    return jobs;
  }
}
