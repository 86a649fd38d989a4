import { describe, expect, it } from "vitest";
import type { Job } from "../src/host/job.js";
import { JobQueue } from "../src/host/job-queue.js";
import { job, seeded } from "./support.js";

function drainByShift(queue: JobQueue): number[] {
  const ids: number[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) ids.push(next.id);
  return ids;
}

describe("JobQueue", () => {
  it("E9 is first in, first out among equal priorities", () => {
    const queue = new JobQueue(1000);
    const jobs = Array.from({ length: 2500 }, () => job());
    for (const each of jobs) queue.add(each);
    expect(queue.size).toBe(2500);
    expect(queue.mixed).toBe(false);
    expect(drainByShift(queue)).toEqual(jobs.map(({ id }) => id));
    expect(queue.size).toBe(0);
    expect(queue.peek()).toBeUndefined();
    expect(queue.shift()).toBeUndefined();
  });

  it("takes jobs one at a time, whatever their priorities, also after many", () => {
    const queue = new JobQueue(1000);
    const many = Array.from({ length: 1500 }, () => job());
    for (const each of many) queue.add(each);
    expect(drainByShift(queue)).toHaveLength(1500);
    for (const priority of [0, 0, 5, 5, -1, 0]) {
      const one = job({ priority });
      queue.add(one);
      expect([queue.size, queue.mixed, queue.peek()]).toEqual([1, false, one]);
      expect(queue.shift()).toBe(one);
      expect([queue.size, queue.mixed, queue.peek(), queue.shift()]).toEqual([0, false, undefined, undefined]);
      queue.putBack(one);
      expect(queue.remove(one)).toBe(true);
      expect(queue.remove(one)).toBe(false);
    }
    const [low, high] = [job({ priority: 0 }), job({ priority: 3 })];
    queue.add(low);
    queue.add(high);
    expect(queue.mixed).toBe(true);
    expect(queue.drain()).toEqual([low, high]);
    queue.add(high);
    expect([queue.size, queue.mixed, queue.shift()]).toEqual([1, false, high]);
  });

  it("E9 gives the highest priority first, fractions and negatives included", () => {
    const queue = new JobQueue(1000);
    const submittedAt = 0;
    const order = [0.5, -3, 7, 0, 7, 0.5].map((priority) => job({ priority, submittedAt }));
    for (const each of order) queue.add(each);
    expect(queue.mixed).toBe(true);
    const taken: number[] = [];
    for (let next = queue.shift(); next; next = queue.shift()) taken.push(next.priority);
    expect(taken).toEqual([7, 7, 0.5, 0.5, 0, -3]);
  });

  it("E9 lets waiting count: ageingMs weighs as much as a step of priority", () => {
    const queue = new JobQueue(100);
    const old = job({ priority: 0, submittedAt: 0 });
    const fresh = job({ priority: 1, submittedAt: 99 });
    const fresher = job({ priority: 1, submittedAt: 101 });
    queue.add(old);
    queue.add(fresh);
    expect(queue.shift()).toBe(fresh);
    queue.add(fresher);
    expect(queue.shift()).toBe(old);
    expect(queue.shift()).toBe(fresher);
  });

  it("E9 the higher priority wins a tie", () => {
    const queue = new JobQueue(100);
    const low = job({ priority: 0, submittedAt: 0 });
    const high = job({ priority: 1, submittedAt: 100 });
    queue.add(low);
    queue.add(high);
    expect(queue.shift()).toBe(high);
  });

  it("puts infinite priority before everything", () => {
    const queue = new JobQueue(1);
    const ancient = job({ priority: 1e6, submittedAt: -1e9 });
    const control = job({ priority: Number.POSITIVE_INFINITY });
    queue.add(ancient);
    queue.add(control);
    expect(queue.shift()).toBe(control);
  });

  it("puts jobs back into their places, at the front and in the middle", () => {
    const queue = new JobQueue(1000);
    const jobs = Array.from({ length: 6 }, () => job());
    for (const each of jobs) queue.add(each);
    const [a, b, c] = [queue.shift(), queue.shift(), queue.shift()] as [Job, Job, Job];
    queue.putBack(c);
    queue.putBack(a);
    queue.putBack(b);
    expect(queue.size).toBe(6);
    expect(drainByShift(queue)).toEqual(jobs.map(({ id }) => id));
  });

  it("puts a job back into a lane that was given up", () => {
    const queue = new JobQueue(1000);
    const only = job({ priority: 5 });
    queue.add(only);
    queue.shift();
    expect(queue.mixed).toBe(false);
    queue.putBack(only);
    expect(queue.peek()).toBe(only);
    expect(only.queued).toBe(true);
  });

  it("removes from the middle, once", () => {
    const queue = new JobQueue(1000);
    const jobs = Array.from({ length: 5 }, () => job());
    for (const each of jobs) queue.add(each);
    const middle = jobs[2] as Job;
    expect(queue.remove(middle)).toBe(true);
    expect(queue.remove(middle)).toBe(false);
    expect(middle.queued).toBe(false);
    expect(queue.remove(job())).toBe(false);
    expect(queue.remove(job({ priority: 9 }))).toBe(false);
    expect(drainByShift(queue)).toEqual([jobs[0], jobs[1], jobs[3], jobs[4]].map((each) => each?.id));
  });

  it("drains everything, and marks it", () => {
    const queue = new JobQueue(1000);
    const jobs = [job({ priority: 1 }), job(), job({ priority: 1 })];
    for (const each of jobs) queue.add(each);
    expect(new Set(queue.drain())).toEqual(new Set(jobs));
    expect(queue.size).toBe(0);
    expect(jobs.some(({ queued }) => queued)).toBe(false);
  });

  it.each([
    ["from the front", (jobs: Job[]) => jobs],
    ["from the back", (jobs: Job[]) => [...jobs].reverse()],
    ["every other one", (jobs: Job[]) => [...jobs.filter((_, i) => i % 2), ...jobs.filter((_, i) => i % 2 === 0)]],
  ])("removes 100,000 jobs %s in reasonable time", (_, order) => {
    const queue = new JobQueue(1000);
    const jobs = Array.from({ length: 100_000 }, () => job({ submittedAt: 0 }));
    for (const each of jobs) queue.add(each);
    const begin = performance.now();
    for (const each of order(jobs)) if (!queue.remove(each)) throw new Error(`job ${each.id} was not found`);
    expect(queue.size).toBe(0);
    expect(performance.now() - begin).toBeLessThan(1500);
  });

  it("equals a sorted list under any sequence of operations", () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1e9);
    const random = seeded(seed);
    for (let round = 0; round < 60; round++) {
      const ageingMs = 1 + random.below(50);
      const queue = new JobQueue(ageingMs);
      let model: Job[] = [];
      const out: Job[] = [];
      const rank = (each: Job): number => each.submittedAt - each.priority * ageingMs;
      const sort = (): void => {
        model = model.sort((a, b) => rank(a) - rank(b) || b.priority - a.priority || a.id - b.id);
      };
      let now = 0;
      for (let step = 0; step < 300; step++) {
        const label = `SEED=${seed}, round ${round}, step ${step}`;
        const dice = random.below(10);
        if (dice < 4) {
          now += random.below(3);
          const each = job({ priority: random.below(4) - 1, submittedAt: now });
          queue.add(each);
          model.push(each);
        } else if (dice < 7) {
          sort();
          const expected = model.shift();
          expect(queue.peek()?.id, label).toBe(expected?.id);
          expect(queue.shift()?.id, label).toBe(expected?.id);
          if (expected) out.push(expected);
        } else if (dice < 8 && model.length > 0) {
          const [each] = model.splice(random.below(model.length), 1) as [Job];
          expect(queue.remove(each), label).toBe(true);
        } else if (out.length > 0) {
          const [each] = out.splice(random.below(out.length), 1) as [Job];
          queue.putBack(each);
          model.push(each);
        }
        expect(queue.size, label).toBe(model.length);
      }
      sort();
      expect(drainByShift(queue), `SEED=${seed}, round ${round}`).toEqual(model.map(({ id }) => id));
    }
  });
});
