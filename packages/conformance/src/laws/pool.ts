// P1, P2, P7, P8, P10, P14, P15: how many workers there are, which one gets a task, and when one is replaced.

import { UnsupportedError } from "@everycore/core";
import { equals, holds, rejects, same } from "../assertions.js";
import { until } from "../conditions.js";
import type { LawTest } from "../law.js";

/** See the specification. */
export const poolLaws: readonly LawTest[] = [
  {
    law: "P1",
    title: "15 tasks per worker make exactly maxWorkers workers",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 3 });
      const ids = await executor.map(t.tasks.workerIdAfter, Array(45).fill(3)).toArray();
      holds(new Set(ids).size >= 2, "the tasks run on several workers, but for one that is slow to start");
      await t.occupy(executor, 3);
      equals([executor.stats().started, executor.stats().workers], [3, 3], "45 tasks on 3 workers start exactly 3");
    },
  },
  {
    law: "P1",
    title: "there are never more than maxWorkers tasks at a time",
    requires: ["sharedMemory"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const { gate, held } = await t.occupy(executor, 2);
      const waiting = executor.submit(t.tasks.nothing);
      await executor.with({ priority: 5 }).ready();
      equals(
        [executor.stats().running, waiting.state],
        [2, "pending"],
        "a third task waits while two workers are busy",
      );
      gate.open();
      await Promise.all([...held, waiting]);
    },
  },
  {
    law: "P1",
    title: "workers start on demand: three sequential tasks make one",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 3 });
      same(executor.stats().started, 0, "a new executor has no workers");
      for (let round = 0; round < 3; round++) await executor.submit(t.tasks.nothing);
      same(executor.stats().started, 1, "three sequential tasks make one worker");
    },
  },
  {
    law: "P2",
    title: "an idle worker is reused before a new one is started",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 4 });
      await Promise.all([executor.submit(t.tasks.sleep, 20), executor.submit(t.tasks.sleep, 20)]);
      const started = executor.stats().started;
      same(started, 2, "two tasks at a time make two workers");
      for (let round = 0; round < 20; round++) {
        await Promise.all([executor.submit(t.tasks.nothing), executor.submit(t.tasks.nothing)]);
      }
      same(executor.stats().started, 2, "idle workers are reused");
    },
  },
  {
    law: "P2",
    title: "tasks are spread over the workers that are there",
    requires: ["parallel"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      await Promise.all([executor.submit(t.tasks.sleep, 20), executor.submit(t.tasks.sleep, 20)]);
      for (let round = 0; round < 50; round++) await executor.submit(t.tasks.nothing);
      const begin = performance.now();
      const ids = await Promise.all(Array.from({ length: 6 }, () => executor.submit(t.tasks.workerIdAfter, 50)));
      same(new Set(ids).size, 2, "a burst of long tasks uses both workers");
      holds(performance.now() - begin < 6 * 50, "workers run at the same time");
    },
  },
  {
    law: "P7",
    title: "maxTasksPerWorker 3: the same worker three times, then another",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, maxTasksPerWorker: 3 });
      const ids: number[] = [];
      for (let round = 0; round < 7; round++) ids.push(await executor.submit(t.tasks.workerId));
      const [a, b, c] = [ids[0] as number, ids[3] as number, ids[6] as number];
      equals(ids, [a, a, a, b, b, b, c], "a worker runs three tasks and is replaced");
      same(new Set([a, b, c]).size, 3, "by another one each time");
    },
  },
  {
    law: "P7",
    title: "a backlog with recycling never strands",
    timeoutMs: 40_000,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2, maxTasksPerWorker: 3 });
      const results = await executor.map(t.tasks.identity, Array(24).keys()).toArray();
      equals(results, [...Array(24).keys()], "every task of a backlog runs, once, while workers are replaced");
      const { started } = executor.stats();
      holds(started >= 8, `24 tasks need at least 8 workers of 3 tasks each (it had ${started})`);
    },
  },
  {
    law: "P8",
    title: "a worker above its memory limit is replaced between tasks, never during one",
    requires: ["memoryLimit"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, maxWorkerMemoryBytes: 128 * 2 ** 20 });
      const before = await executor.submit(t.tasks.workerId);
      const during = executor.submit(t.tasks.hoard, 160 * 2 ** 20, 150);
      same(await during, before, "a task that takes the worker above its limit finishes there");
      let now = before;
      await until(async () => {
        now = await executor.submit(t.tasks.workerId);
        return now !== before;
      }, "a worker above its memory limit is replaced");
      same(await executor.submit(t.tasks.workerId), now, "its successor, below the limit, stays");
    },
  },
  {
    law: "P8",
    title: "a memory limit is refused where memory cannot be measured",
    lacks: "memoryLimit",
    async run(t) {
      const creating = t.executor({ maxWorkerMemoryBytes: 2 ** 27 });
      const error = await rejects(
        creating,
        UnsupportedError,
        /maxWorkerMemoryBytes/,
        "maxWorkerMemoryBytes is refused by name",
      );
      holds(
        error.message.includes(error.backend) && /\. \S/.test(error.message),
        "the refusal names the backend and the alternative",
      );
    },
  },
  {
    law: "P10",
    title: "workers are named prefix-0, prefix-1, …",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 3, name: "painter" });
      const names = new Set<string>();
      const { gate, held } = await t.occupy(executor, 3);
      gate.open();
      await Promise.all(held);
      for (const name of await executor.broadcast(t.tasks.workerName)) names.add(name);
      equals([...names].sort(), ["painter-0", "painter-1", "painter-2"], "workers are numbered from 0");
      holds(executor.label.includes("painter"), "the executor's label has its name");
      const [a, b] = [await t.executor({ maxWorkers: 1 }), await t.executor({ maxWorkers: 1 })];
      const [first, second] = await Promise.all([a.submit(t.tasks.workerName), b.submit(t.tasks.workerName)]);
      holds(first !== second && /-0$/.test(first), "executors without a name have names of their own");
    },
  },
  {
    law: "P14",
    title: "tasks with the same key run in the same worker",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 3 });
      const keys = ["red", "green", 7];
      const futures = Array.from({ length: 60 }, (_, index) => {
        const key = keys[index % 3] as string | number;
        return { key, id: executor.with({ key }).submit(t.tasks.workerId) };
      });
      const workers = new Map<unknown, Set<number>>();
      for (const { key, id } of futures) workers.set(key, (workers.get(key) ?? new Set()).add(await id));
      for (const [key, ids] of workers) same(ids.size, 1, `all tasks with the key ${key} run in one worker`);
      same(new Set([...workers.values()].flatMap((ids) => [...ids])).size, 3, "keys are spread over the workers");
    },
  },
  {
    law: "P14",
    title: "a key's tasks keep their order, wait for their worker, and can be cancelled",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const sticky = executor.with({ key: "one" });
      const gate = t.gate();
      const held = sticky.submit(t.tasks.hold, gate.token);
      await until(() => held.running(), "the key's worker is busy");
      const futures = Array.from({ length: 10 }, (_, index) => sticky.submit(t.tasks.recordRun, index));
      same(futures[4]?.cancel(), true, "a task that waits for its key's worker can be cancelled");
      same(await executor.submit(t.tasks.add, 1, 2), 3, "tasks without the key go elsewhere");
      same(futures[0]?.done(), false, "a task with the key waits for its worker");
      gate.open();
      await Promise.allSettled(futures);
      equals(await sticky.submit(t.tasks.takeRuns), [0, 1, 2, 3, 5, 6, 7, 8, 9], "a key's tasks keep their order");
    },
  },
  {
    law: "P15",
    title: "broadcast runs once in every worker, also in later ones, before their tasks",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 3 });
      await executor.submit(t.tasks.nothing);
      const first = await executor.broadcast(t.tasks.recordRun, 42);
      equals(first, [42], "broadcast gives the result of each worker that is there");
      const { gate, held } = await t.occupy(executor, 3);
      gate.open();
      await Promise.all(held);
      same(executor.stats().workers, 3, "two more workers were started");
      const runs = await executor.broadcast(t.tasks.takeRuns);
      if (t.capabilities.isolated)
        equals(runs, [[42], [42], [42]], "broadcast ran once in each worker, also in later ones");
      else equals(runs.flat(), [42, 42, 42], "broadcast ran once for each worker, also for later ones");
      same(executor.stats().submitted, 4, "a broadcast is not counted as a task");
    },
  },
  {
    law: "P15",
    title: "a broadcast runs in busy workers when they are free, and its error arrives",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const { gate } = await t.occupy(executor, 2);
      const everywhere = executor.broadcast(t.tasks.workerId);
      gate.open();
      same(new Set(await everywhere).size, 2, "broadcast reaches busy workers");
      await rejects(executor.broadcast(t.tasks.fail, "everywhere"), Error, /everywhere/, "a broadcast's error arrives");
    },
  },
];
