// P3, P5, P6, P13, P14: workers that end in the middle of their work.

import { AbortError, type ErrorCode, type Future, WorkerLostError } from "@everycore/core";
import { equals, holds, rejection, rejects, same } from "../assertions.js";
import { until, within } from "../conditions.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

const queuedTasks = 1000;

/** 1,000 queued tasks with one among them that ends its worker. */
async function loseOneOf(
  t: LawContext,
  killer: (executor: Awaited<ReturnType<LawContext["executor"]>>) => Future<unknown>,
) {
  const executor = await t.executor({ maxWorkers: 2, abortGraceMs: 20 });
  await executor.submit(t.tasks.nothing);
  const before = Array.from({ length: queuedTasks / 2 }, (_, index) => executor.submit(t.tasks.identity, index));
  const killing = killer(executor);
  const after = Array.from({ length: queuedTasks / 2 }, (_, index) => executor.submit(t.tasks.identity, index));
  return { executor, killing, neighbours: [...before, ...after] };
}

async function checkNeighbours(neighbours: ReadonlyArray<Future<unknown>>): Promise<void> {
  const results = await Promise.allSettled(neighbours);
  const failed = results.filter(({ status }) => status === "rejected");
  same(
    failed.length,
    0,
    `the loss of a worker fails no task but its own (${(failed[0] as PromiseRejectedResult | undefined)?.reason})`,
  );
  const values = results.map((result) => (result as PromiseFulfilledResult<unknown>).value);
  equals(
    values,
    neighbours.map((_, index) => index % (queuedTasks / 2)),
    "every other task has its own value",
  );
}

/** See the specification. */
export const lostWorkerLaws: readonly LawTest[] = [
  {
    law: "P3",
    title: "a worker that ends fails only what it was running, among 1,000 queued tasks",
    requires: ["isolated"],
    async run(t) {
      const { executor, killing, neighbours } = await loseOneOf(t, (e) => e.submit(t.tasks.exitWorker, 3));
      const error = await rejects(
        killing,
        WorkerLostError,
        /./,
        "the task of a worker that ends fails with WorkerLostError",
      );
      same(error.code satisfies ErrorCode, "EVERYCORE_WORKER_LOST", "with its code");
      await checkNeighbours(neighbours);
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the pool goes on");
    },
  },
  {
    law: "P3",
    title: "workers that end again and again strand nothing, one error object per future",
    requires: ["isolated"],
    timeoutMs: 40_000,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const killers: Array<Future<unknown>> = [];
      const others: Array<Future<unknown>> = [];
      for (let index = 0; index < 60; index++) {
        others.push(executor.submit(t.tasks.identity, index));
        if (index % 10 === 5) killers.push(executor.submit(t.tasks.exitWorker, 1));
      }
      equals(await Promise.all(others), [...Array(60).keys()], "tasks between killers run elsewhere");
      const errors = await Promise.all(killers.map((future) => future.exception()));
      holds(
        errors.every((error) => error instanceof WorkerLostError),
        "each killer fails with WorkerLostError",
      );
      same(new Set(errors).size, killers.length, "each future has an error object of its own");
      const { submitted, pending, running, done } = executor.stats();
      equals([pending, running, done], [0, 0, submitted], "nothing is stranded");
    },
  },
  {
    law: "P5",
    title: "exit(3) in a task is a lost worker with code 3",
    requires: ["isolated"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      if ((await executor.submit(t.tasks.processId)) < 0) t.untested("workers of this runtime have no exit code");
      const error = await rejects(
        executor.submit(t.tasks.exitWorker, 3),
        WorkerLostError,
        /exitWorker/,
        "exit in a task loses the worker",
      );
      same(error.exitCode, 3, "the error has the exit code");
      holds(/code 3/.test(error.message), `the message has the exit code: ${error.message}`);
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the worker is replaced");
    },
  },
  {
    law: "P6",
    title: "out of memory in a task is a lost worker, and the error says so",
    requires: ["isolated"],
    needs: ["smallMemory"],
    timeoutMs: 40_000,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2, ...t.need("smallMemory") });
      const hungry = executor.submit(t.tasks.fillMemory);
      const neighbours = Array.from({ length: 20 }, (_, index) => executor.submit(t.tasks.identity, index));
      const error = await rejects(
        hungry,
        WorkerLostError,
        /memory/,
        "a task that fills its memory loses its worker, and the error says so",
      );
      same(error.name, "WorkerLostError", "it is a WorkerLostError");
      equals(await Promise.all(neighbours), [...Array(20).keys()], "other tasks do not notice");
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the pool goes on");
    },
  },
  {
    law: "P13",
    title: "abort ends a task stuck in a loop, and 1,000 queued others do not notice",
    requires: ["terminate"],
    async run(t) {
      const { executor, killing, neighbours } = await loseOneOf(t, (e) => e.submit(t.tasks.spinForever));
      await until(() => killing.running(), "the stuck task runs");
      const reason = new Error("stuck");
      const begin = performance.now();
      same(killing.abort(reason), true, "abort() says that there was something to stop");
      const error = await rejects(
        killing,
        AbortError,
        /stuck/,
        "a task that does not listen is ended after the grace period",
      );
      same(error.reason, reason, "the AbortError has the reason");
      holds(performance.now() - begin < 4000, "soon after the grace period");
      same(killing.state, "cancelled", "an aborted task is cancelled");
      await checkNeighbours(neighbours);
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the pool goes on");
    },
  },
  {
    law: "P13",
    title: "a task that was sent behind a stuck one can still be cancelled, and runs elsewhere otherwise",
    requires: ["terminate", "parallel"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2, abortGraceMs: 20 });
      for (let round = 0; round < 200; round++) executor.submit(t.tasks.nothing);
      await Promise.all([executor.submit(t.tasks.sleep, 5), executor.submit(t.tasks.sleep, 5)]);
      for (let round = 0; round < 100; round++) await executor.submit(t.tasks.nothing);
      const stuck = executor.submit(t.tasks.stickForever);
      const futures = Array.from({ length: 200 }, (_, index) => executor.submit(t.tasks.identity, index));
      const cancelled = futures.filter((future, index) => index % 2 === 0 && future.cancel());
      const rest = futures.filter((future) => !cancelled.includes(future));
      const values = await within(8000, Promise.all(rest), "tasks behind a stuck one run elsewhere");
      equals(
        values,
        [...Array(200).keys()].filter((index) => rest.includes(futures[index] as Future<number>)),
        "each with its value",
      );
      holds(cancelled.length > 0, "some were cancelled in time");
      stuck.abort();
      await rejects(stuck, AbortError, /./, "the stuck one is ended");
    },
  },
  {
    law: "P13",
    title: "a task that obeys within the grace period costs no worker",
    requires: ["terminate"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 8000 });
      const before = await executor.submit(t.tasks.workerId);
      const future = executor.submit(t.tasks.waitForAbort);
      await until(() => future.running(), "the task runs");
      future.abort();
      await rejects(future, AbortError, /./, "the task stops");
      same(await executor.submit(t.tasks.workerId), before, "a worker whose task obeys stays");
    },
  },
  {
    law: "P14",
    title: "a key moves to another worker when its own is lost",
    requires: ["isolated"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const sticky = executor.with({ key: "k" });
      const first = await sticky.submit(t.tasks.workerId);
      const killing = sticky.submit(t.tasks.exitWorker, 1);
      const waiting = Array.from({ length: 5 }, () => sticky.submit(t.tasks.workerId));
      await rejection(killing, "the key's worker is lost");
      const ids = await Promise.all(waiting);
      same(new Set(ids).size, 1, "the key's tasks stay together");
      holds(ids[0] !== first, "in another worker");
    },
  },
];
