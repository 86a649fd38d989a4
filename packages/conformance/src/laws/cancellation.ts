// F10, E7, E8: withdrawing what waits, stopping what runs.

import { AbortError, CancelledError, type Future, TimeoutError } from "@everycore/core";
import { equals, holds, rejection, rejects, same } from "../assertions.js";
import { delay, until } from "../conditions.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

const raced = 10_000;

/** Counts the runs of each of the racing tasks, through shared memory or by asking the workers afterwards. */
function startCounting(t: LawContext): {
  submit: (
    executor: { submit: Awaited<ReturnType<LawContext["executor"]>>["submit"] },
    index: number,
  ) => Future<number>;
  runs: (executor: Awaited<ReturnType<LawContext["executor"]>>) => Promise<ArrayLike<number>>;
} {
  if (t.capabilities.sharedMemory) {
    const counter = new SharedArrayBuffer(4 * raced);
    return {
      submit: (executor, index) => executor.submit(t.tasks.increment, counter, index),
      runs: async () => new Int32Array(counter),
    };
  }
  return {
    submit: (executor, index) => executor.submit(t.tasks.recordRun, index),
    async runs(executor) {
      const counts = new Array<number>(raced).fill(0);
      for (const index of (await executor.broadcast(t.tasks.takeRuns)).flat()) counts[index] = (counts[index] ?? 0) + 1;
      return counts;
    },
  };
}

/** A random number generator with a seed that the failure message names (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** See the specification. */
export const cancellationLaws: readonly LawTest[] = [
  {
    law: "F10",
    title: "in a race of 10,000, cancel is true exactly when the body never ran",
    timeoutMs: 40_000,
    async run(t) {
      const seed = Date.now() % 2 ** 31;
      const random = createRandom(seed);
      const executor = await t.executor({ maxWorkers: 2 });
      const { submit, runs } = startCounting(t);
      await executor.submit(t.tasks.nothing);
      const futures: Array<Future<number>> = [];
      const said: boolean[] = new Array(raced).fill(false);
      for (let index = 0; index < raced; index++) {
        futures.push(submit(executor, index));
        const victim = Math.floor(index * random());
        if (random() < 0.5) said[victim] = (futures[victim] as Future<number>).cancel() || said[victim] === true;
        if (random() < 0.02) await delay(0);
        else if (random() < 0.05) await null;
      }
      for (let index = raced - 1; index > 0; index -= 1 + Math.floor(4 * random())) {
        said[index] = (futures[index] as Future<number>).cancel() || said[index] === true;
        if (random() < 0.02) await delay(0);
      }
      await Promise.allSettled(futures);
      const counts = await runs(executor);
      futures.forEach((future, index) => {
        const expected = said[index] ? 0 : 1;
        same(counts[index], expected, `seed ${seed}: runs of task ${index}, whose cancel() said ${said[index]}`);
        same(future.cancelled(), said[index], `seed ${seed}: a future is cancelled exactly when cancel() was true`);
      });
      const cancelled = said.filter(Boolean).length;
      holds(cancelled > 0 && cancelled < raced, `seed ${seed}: the race has winners on both sides (${cancelled})`);
    },
  },
  {
    law: "F10",
    title: "cancel in the turn of the submit is true, also while workers are idle",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      for (let round = 0; round < 20; round++) {
        await executor.submit(t.tasks.nothing);
        const future = executor.submit(t.tasks.nothing);
        // Long enough for a worker to begin with what it would have been sent.
        const end = performance.now() + 1;
        while (performance.now() < end);
        same(future.cancel(), true, "nothing begins before the program has had its turn");
      }
    },
  },
  {
    law: "F10",
    title: "a cancelled task never runs, and its neighbours do",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const { gate } = await t.occupy(executor);
      const futures = Array.from({ length: 20 }, (_, index) => executor.submit(t.tasks.recordRun, index));
      const said = futures.map((future, index) => index % 2 === 1 && future.cancel());
      equals(
        said,
        futures.map((_, index) => index % 2 === 1),
        "every waiting task can be cancelled",
      );
      gate.open();
      await Promise.allSettled(futures);
      const ran = (await executor.broadcast(t.tasks.takeRuns)).flat();
      equals(ran, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18], "exactly those run that were not cancelled, in order");
    },
  },
  {
    law: "E7",
    title: "a task whose signal has fired already never runs",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const controller = new AbortController();
      const reason = new Error("too late");
      controller.abort(reason);
      const future = executor.with({ signal: controller.signal }).submit(t.tasks.recordRun, 1);
      const error = await rejects(future, AbortError, /too late/, "a fired signal cancels the task");
      same(error.reason, reason, "the AbortError has the signal's reason");
      same(future.cancelled(), true, "the future is cancelled");
      equals(await executor.submit(t.tasks.takeRuns), [], "the body did not run");
    },
  },
  {
    law: "E7",
    title: "a signal that fires while the task waits cancels it",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const controller = new AbortController();
      const { gate } = await t.occupy(executor);
      const view = executor.with({ signal: controller.signal });
      const futures = [1, 2, 3].map((index) => view.submit(t.tasks.recordRun, index));
      const other = executor.submit(t.tasks.recordRun, 4);
      controller.abort(new Error("not needed"));
      for (const future of futures) {
        await rejects(future, AbortError, /not needed/, "a signal cancels a task that waits");
      }
      gate.open();
      await other;
      equals(await executor.submit(t.tasks.takeRuns), [4], "only the task without the signal ran");
    },
  },
  {
    law: "E7",
    title: "a signal that fires while the task runs aborts it",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 60_000 });
      const controller = new AbortController();
      const future = executor.with({ signal: controller.signal }).submit(t.tasks.waitForAbort);
      await until(() => future.running(), "the task runs");
      controller.abort(new Error("stop now"));
      await rejects(future, AbortError, /stop now/, "a signal aborts a running task");
      same(future.state, "cancelled", "an aborted task is cancelled");
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the worker goes on after an abort that was obeyed");
    },
  },
  {
    law: "E7",
    title: "no listener stays on the signal when its tasks are done",
    async run(t) {
      const executor = await t.executor();
      const { signal } = new AbortController();
      let listeners = 0;
      const counted = Object.assign(signal, {
        addEventListener: () => void listeners++,
        removeEventListener: () => void listeners--,
      });
      const view = executor.with({ signal: counted });
      await Promise.all(Array.from({ length: 20 }, (_, index) => view.submit(t.tasks.identity, index)));
      same(listeners, 0, "the signal has as many listeners as before");
    },
  },
  {
    law: "E8",
    title: "timeoutMs aborts the task and fails it with TimeoutError",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 60_000 });
      const future = executor.with({ timeoutMs: 20 }).submit(t.tasks.waitForAbort);
      await rejects(future, TimeoutError, /20/, "a task that takes longer than its timeoutMs fails with TimeoutError");
      same(future.state, "finished", "a timed-out task has failed, it is not cancelled");
      same(future.failed(), true, "a timed-out task has failed");
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the worker goes on");
    },
  },
  {
    law: "E8",
    title: "timeoutMs counts from the start of the body, not from submit",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const { gate } = await t.occupy(executor);
      const future = executor.with({ timeoutMs: 3000 }).submit(t.tasks.identity, "ran");
      const soon = executor.with({ timeoutMs: 30 }).submit(t.tasks.identity, "in time");
      await delay(60);
      same(soon.done(), false, "time in the queue does not count");
      gate.open();
      equals(await Promise.all([future, soon]), ["ran", "in time"], "tasks within their timeoutMs succeed");
    },
  },
  {
    law: "E8",
    title: "timeoutMs ends a task that never yields",
    requires: ["terminate"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 20 });
      const future = executor.with({ timeoutMs: 20 }).submit(t.tasks.stickForever);
      await rejects(future, TimeoutError, /20/, "a loop that never yields is ended at its timeoutMs");
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the pool goes on");
    },
  },
  {
    law: "E8",
    title: "a task that finishes although it was aborted keeps its value",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 60_000 });
      // So that the worker has loaded the tasks: an abort that comes while it loads them keeps the body from starting.
      await executor.submit(t.tasks.nothing);
      const future = executor.submit(t.tasks.finishDespiteAbort);
      await until(() => future.running(), "the task runs");
      same(future.abort("please"), true, "abort() of a running task says that there was something to stop");
      same(await future, "finished", "a result that came all the same is the result");
      same(future.abort(), false, "abort() of a finished future is false");
      const cancelled = executor.submit(t.tasks.nothing);
      cancelled.cancel();
      holds((await rejection(cancelled, "it is cancelled")) instanceof CancelledError, "cancel() gives CancelledError");
    },
  },
];
