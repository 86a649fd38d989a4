// S1–S4, S7: what a task finds around it, and what it can tell while it runs.

import { AbortError, taskContext } from "@everycore/core";
import { equals, holds, rejection, rejects, same } from "../assertions.js";
import { until } from "../conditions.js";
import type { LawTest } from "../law.js";

/** See the specification. */
export const contextLaws: readonly LawTest[] = [
  {
    law: "S1",
    title: "the initializer has run in every worker before any task",
    async run(t) {
      const options = { maxWorkers: 3, initializer: t.tasks.initializeLater, initializerArgs: [{ ink: "blue" }] };
      const executor = await t.executor(options);
      const futures = Array.from({ length: 12 }, () => executor.submit(t.tasks.initialized));
      for (const future of futures) equals(await future, { ink: "blue" }, "the initializer has run before the task");
      await Promise.all(Array.from({ length: 3 }, () => executor.submit(t.tasks.sleep, 15)));
      const everywhere = await executor.broadcast(t.tasks.initialized);
      equals(
        everywhere,
        everywhere.map(() => ({ ink: "blue" })),
        "the initializer ran in every worker",
      );
    },
  },
  {
    law: "S1",
    title: "the initializer runs again in a worker that replaces another",
    async run(t) {
      const executor = await t.executor({
        maxWorkers: 1,
        maxTasksPerWorker: 1,
        initializer: t.tasks.recordRun,
        initializerArgs: [9],
      });
      for (let round = 0; round < 3; round++)
        equals(await executor.submit(t.tasks.takeRuns), [9], "each worker is initialized once");
    },
  },
  {
    law: "S2",
    title: "shared data is there in every task, as a copy",
    async run(t) {
      const shared = { palette: ["red", "green"], limits: new Map([["max", 5]]) };
      const executor = await t.executor({ maxWorkers: 2, shared });
      shared.palette.push("added later");
      for (const found of await Promise.all([1, 2, 3].map(() => executor.submit(t.tasks.sharedData)))) {
        holds(typeof found === "object" && found !== null, "shared data is there");
        equals((found as typeof shared).limits, shared.limits, "shared data is whole");
      }
      const without = await t.executor();
      same(await without.submit(t.tasks.sharedData), undefined, "without shared data there is none");
      const wrong = t.executor({ shared: { onDone: () => 1 } });
      await rejects(wrong, Error, /shared\.onDone/, "shared data that cannot be sent is refused, with its path");
    },
  },
  {
    law: "S2",
    title: "SharedArrayBuffers in the shared data are shared",
    requires: ["sharedMemory"],
    async run(t) {
      const counter = new SharedArrayBuffer(4);
      const executor = await t.executor({ maxWorkers: 2, shared: { counter } });
      await Promise.all(Array.from({ length: 100 }, () => executor.submit(t.tasks.incrementShared)));
      same(new Int32Array(counter)[0], 100, "all workers count in the caller's memory");
    },
  },
  {
    law: "S3",
    title: "the task's signal fires on abort, as an event",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 60_000 });
      // Its module is there, so that the body starts at once and has to wait for the event.
      await executor.submit(t.tasks.nothing);
      const future = executor.submit(t.tasks.abortEvent);
      await until(() => future.running(), "the task runs");
      future.abort(new Error("ring"));
      const error = await rejects(future, AbortError, /ring/, "the signal's abort event reaches the task");
      same((error.reason as Error).message, "ring", "with the reason");
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the next task has a signal of its own");
    },
  },
  {
    law: "S3",
    title: "throwIfAborted works in a loop that never yields",
    requires: ["abortInLoops"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 60_000 });
      const before = await executor.submit(t.tasks.workerId);
      const future = executor.submit(t.tasks.spinUntilAborted);
      await until(() => future.running(), "the loop runs");
      const reason = new Error("out of the loop");
      future.abort(reason);
      const error = await rejects(
        future,
        AbortError,
        /out of the loop/,
        "throwIfAborted() ends a loop that never yields",
      );
      same(error.reason, reason, "with the reason");
      same(await executor.submit(t.tasks.workerId), before, "the worker stays");
    },
  },
  {
    law: "S4",
    title: "progress reports arrive in order, before the result",
    async run(t) {
      const executor = await t.executor();
      const events: unknown[] = [];
      const future = executor.submit(t.tasks.reportSteps, 40).onProgress((step) => events.push(step));
      future.addDoneCallback((done) => events.push(done.resultNow()));
      await future;
      equals(events, [...Array(40).keys(), "done"], "progress arrives in order, before the result");
      const atOnce: unknown[] = [];
      const busy = executor.submit(t.tasks.reportAtOnce, 40).onProgress((step) => atOnce.push(step));
      busy.addDoneCallback((done) => atOnce.push(`${done.resultNow()} steps`));
      await busy;
      equals(atOnce, [...Array(40).keys(), "40 steps"], "no result overtakes the progress before it");
      const other = executor.submit(t.tasks.reportSteps, 3).onProgress(() => {
        throw new Error("a mistake in a listener");
      });
      same(await other, "done", "a listener that throws does not harm the task");
      holds(
        t.reported.some(({ error }) => (error as Error).message === "a mistake in a listener"),
        "it is reported",
      );
    },
  },
  {
    law: "S4",
    title: "a task has its context also after an await",
    async run(t) {
      if (!t.capabilities.isolated && !t.environment.contextStorage)
        t.untested("the tasks share a thread, and the runtime keeps no async context (contextStorage)");
      const executor = await t.executor();
      const reports: unknown[] = [];
      const id = await executor.submit(t.tasks.reportAfterAwait).onProgress((value) => reports.push(value));
      equals(reports, ["after an await"], "report() after an await arrives");
      holds(id >= 0, "the context is that of the worker");
    },
  },
  {
    law: "S4",
    title: "outside of a task there is a detached context",
    async run(t) {
      const context = taskContext();
      equals(
        [context.workerId, context.workerName, context.shared],
        [-1, "main", undefined],
        "taskContext() works outside of a task",
      );
      context.throwIfAborted();
      context.report("nobody listens");
      const executor = await t.executor({ maxWorkers: 2 });
      // Both workers are up before: one that is slow to start would leave its task to the other.
      const { gate, held } = await t.occupy(executor, 2);
      gate.open();
      await Promise.all(held);
      const ids = await Promise.all([1, 2].map(() => executor.submit(t.tasks.workerIdAfter, 10)));
      holds(ids.every((id) => id >= 0) && new Set(ids).size === 2, "each task sees the number of its own worker");
      same(taskContext().workerId, -1, "a task's context does not leak");
    },
  },
  {
    law: "S7",
    title: "the submitter's async context is current in callbacks, progress and awaits",
    needs: ["contextStorage"],
    async run(t) {
      const storage = t.need("contextStorage")();
      const executor = await t.executor({ maxWorkers: 1 });
      const seen: unknown[] = [];
      const submit = (name: string): Promise<void> =>
        storage.run(name, async () => {
          const future = executor.submit(t.tasks.reportSteps, 1);
          future.onProgress(() => seen.push(`progress ${storage.getStore()}`));
          future.addDoneCallback(() => seen.push(`callback ${storage.getStore()}`));
          await future;
          seen.push(`await ${storage.getStore()}`);
          await rejection(executor.submit(t.tasks.fail, name), "it fails");
          seen.push(`catch ${storage.getStore()}`);
        });
      await Promise.all([submit("a"), submit("b")]);
      const expected = ["a", "b"].flatMap((name) =>
        ["await", "callback", "catch", "progress"].map((what) => `${what} ${name}`),
      );
      equals([...seen].sort(), expected.sort(), "callbacks and awaits run in the context of the submitter");
      same(storage.getStore(), undefined, "no context leaks");
    },
  },
];
