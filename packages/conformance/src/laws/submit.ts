// E1, E6, E11, E12: submitting tasks, options of executors and of views, statistics.

import { type Executor, ExecutorShutdownError, type ExecutorStats, UnsupportedError } from "@everycore/core";
import { equals, holds, rejection, rejects, same, throws } from "../assertions.js";
import { until } from "../conditions.js";
import type { LawTest } from "../law.js";

function checkSums({ submitted, pending, running, done }: ExecutorStats, when: string): void {
  same(pending + running + done, submitted, `submitted = pending + running + done, ${when}`);
}

function checkWorkers({ workers, running, perWorker }: ExecutorStats, done: number, when: string): void {
  equals(
    [perWorker.length, perWorker.filter(({ name }) => name !== "").length],
    [workers, workers],
    `workers, ${when}`,
  );
  const sum = (key: "running" | "done"): number => perWorker.reduce((total, worker) => total + worker[key], 0);
  equals([sum("running"), sum("done")], [running, done], `the workers' tasks running and done, ${when}`);
}

/** See the specification. */
export const submitLaws: readonly LawTest[] = [
  {
    law: "E1",
    title: "submit gives the value, with any number of arguments",
    async run(t) {
      const executor = await t.executor();
      same(await executor.submit(t.tasks.add, 1, 2), 3, "submit gives the task's value");
      equals(await executor.submit(t.tasks.list), [], "a task without arguments gets none");
      const many = Array.from({ length: 20 }, (_, index) => index);
      equals(await executor.submit(t.tasks.list, ...many), many, "twenty arguments arrive in order");
      equals(await executor.submit(t.tasks.list, undefined, null), [undefined, null], "undefined is an argument");
    },
  },
  {
    law: "E1",
    title: "an async function is awaited",
    async run(t) {
      const executor = await t.executor();
      same(await executor.submit(t.tasks.addLater, 1, 2), 3, "an async function's value is awaited");
      await rejects(
        executor.submit(t.tasks.failAfter, 1, "later"),
        Error,
        /later/,
        "an async function's error arrives",
      );
    },
  },
  {
    law: "E1",
    title: "undefined, null and every small value are values",
    async run(t) {
      const executor = await t.executor();
      const values = [
        undefined,
        null,
        true,
        false,
        0,
        -0,
        1.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        -1e308,
        "",
        "ä😀",
        2n ** 70n,
      ];
      for (const value of values)
        same(await executor.submit(t.tasks.identity, value), value, "a value comes back as it went");
      same(await executor.submit(t.tasks.nothing), undefined, "a task that returns nothing gives undefined");
    },
  },
  {
    law: "E1",
    title: "tasks by name, by reference and by source give the same",
    needs: ["references"],
    async run(t) {
      const executor = await t.executor();
      const { add } = await import("../task-bodies.js");
      same(await executor.submit(t.tasks.add, 2, 3), 5, "a task by name runs");
      same(await executor.submit(add, 2, 3), 5, "a plain exported function runs");
      same(await executor.submit((a: number, b: number) => a + b, 2, 3), 5, "a self-contained inline function runs");
      const inline = async (a: number): Promise<number> => Math.abs(await a);
      same(await executor.submit(inline, -2), 2, "an inline function may use globals and await");
      function declared(this: unknown, n: number): number {
        return n < 2 ? n : n * 2;
      }
      same(await executor.submit(declared, 4), 8, "a function declaration within a function runs by its source");
    },
  },
  {
    law: "E6",
    title: "maxWorkers must be a whole number of at least 1",
    async run(t) {
      for (const maxWorkers of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await rejects(
          t.executor({ maxWorkers }),
          RangeError,
          /maxWorkers/,
          `maxWorkers: ${maxWorkers} is a RangeError`,
        );
      }
      const wrong = { maxWorkers: "4" } as unknown as { maxWorkers: number };
      await rejects(t.executor(wrong), TypeError, /maxWorkers/, "maxWorkers of another type is a TypeError");
      const executor = await t.executor();
      holds(executor.maxWorkers >= 1, "maxWorkers has a default");
    },
  },
  {
    law: "E6",
    title: "submit without a function is a TypeError at the call",
    async run(t) {
      const executor = await t.executor();
      for (const task of [undefined, null, 5, "add", {}, []]) {
        const call = (): unknown => executor.submit(task as unknown as () => void);
        throws(call, TypeError, /./, `submit(${JSON.stringify(task)}) is a TypeError at the call`);
        throws(
          () => executor.map(task as unknown as (value: number) => void, []),
          TypeError,
          /./,
          "map without a function is a TypeError",
        );
      }
      same(executor.stats().submitted, 0, "a refused submit is not counted");
    },
  },
  {
    law: "E6",
    title: "wrong options of an executor and of a view are refused at the call",
    async run(t) {
      const wrong: Array<[object, typeof RangeError | typeof TypeError]> = [
        [{ maxQueue: -1 }, RangeError],
        [{ queuePolicy: "drop" }, RangeError],
        [{ maxTasksPerWorker: 0 }, RangeError],
        [{ abortGraceMs: -1 }, RangeError],
        [{ name: 5 }, TypeError],
        [{ initializer: "init" }, TypeError],
      ];
      for (const [options, type] of wrong) {
        await rejects(t.executor(options), type, /./, `create(${JSON.stringify(options)}) is a ${type.name}`);
      }
      const executor = await t.executor();
      const wrongTask: Array<[object, typeof RangeError | typeof TypeError]> = [
        [{ priority: Number.NaN }, RangeError],
        [{ timeoutMs: -5 }, RangeError],
        [{ transfer: "steal" }, RangeError],
        [{ signal: {} }, TypeError],
        [{ streamBuffer: 0 }, RangeError],
      ];
      for (const [options, type] of wrongTask) {
        throws(() => executor.with(options), type, /./, `with(${JSON.stringify(options)}) is a ${type.name}`);
      }
    },
  },
  {
    law: "E6",
    title: "a kernel is refused by an executor without kernels",
    lacks: "kernels",
    async run(t) {
      const executor = await t.executor();
      const kernel = Object.assign(() => {}, { [Symbol.for("everycore.kernel")]: {} });
      const error = await rejection(
        Promise.resolve().then(() => executor.submit(kernel)),
        "a kernel is refused",
      );
      holds(error instanceof UnsupportedError, "a kernel is refused with UnsupportedError");
      holds(/kernel/.test(error.message) && error.message.includes(error.backend), "the refusal names what and who");
    },
  },
  {
    law: "E11",
    title: "with(options) is a view: same pool, same shutdown",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, name: "viewed" });
      const view = executor.with({ priority: 1 });
      const second = view.with({ timeoutMs: 5000 });
      equals(
        [view.label, view.maxWorkers, second.label],
        [executor.label, 1, executor.label],
        "a view has its executor's label and workers",
      );
      const ids = await Promise.all([executor, view, second].map((each) => each.submit(t.tasks.workerId)));
      equals(ids, [ids[0] as number, ids[0] as number, ids[0] as number], "a view's tasks run in the same workers");
      same(executor.stats().submitted, 3, "a view's tasks count for the executor");
      same(view.stats().submitted, 3, "a view's stats are the executor's");
      await second.shutdown();
      for (const each of [executor, view, second] as Executor[]) {
        throws(() => each.submit(t.tasks.nothing), ExecutorShutdownError, /./, "a view's shutdown is the executor's");
      }
    },
  },
  {
    law: "E11",
    title: "the options of a view do not leak into its executor",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const controller = new AbortController();
      const view = executor.with({ signal: controller.signal });
      controller.abort();
      await rejection(view.submit(t.tasks.nothing), "a task of the view is cancelled");
      same(await executor.submit(t.tasks.add, 1, 1), 2, "the executor itself has no signal");
      await rejection(view.with({ priority: 2 }).submit(t.tasks.nothing), "a view of a view keeps the options");
    },
  },
  {
    law: "E12",
    title: "stats adds up at any time",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      checkSums(executor.stats(), "before the first task");
      const { gate } = await t.occupy(executor);
      const futures = Array.from({ length: 5 }, (_, index) => executor.submit(t.tasks.identity, index));
      const failing = executor.submit(t.tasks.fail, "counted");
      futures[0]?.cancel();
      const busy = executor.stats();
      checkSums(busy, "while a task runs");
      equals(
        [busy.submitted, busy.pending, busy.running, busy.done],
        [7, 5, 1, 1],
        "one runs, five wait, one was cancelled",
      );
      checkWorkers(busy, 0, "while a task runs");
      gate.open();
      await Promise.allSettled([...futures, failing]);
      await until(() => executor.stats().running === 0, "nothing runs any more");
      const end = executor.stats();
      checkSums(end, "at the end");
      checkWorkers(end, 6, "at the end");
      equals([end.done, end.failed, end.cancelled], [7, 1, 1], "done counts results, errors and cancellations");
      equals([end.workers, end.started, end.idle], [1, 1, 1], "one worker was started, and is idle");
    },
  },
  {
    law: "E12",
    title: "stats measures queueing, waiting and running",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      for (let round = 0; round < 5; round++) await executor.submit(t.tasks.sleep, 10);
      const { runMs, queueMs, waitMs } = executor.stats();
      equals([runMs.count, queueMs.count, waitMs.count], [5, 5, 5], "every task is measured");
      holds(
        runMs.p50 >= 8 && runMs.p50 <= runMs.max && runMs.mean >= 8,
        `runMs is the body's time (${JSON.stringify(runMs)})`,
      );
      holds(runMs.p50 <= runMs.p99 && runMs.p99 <= runMs.max + 1e-9, "percentiles are in order");
    },
  },
];
