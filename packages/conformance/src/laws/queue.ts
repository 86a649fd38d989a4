// E9: priorities.

import type { Future } from "@everycore/core";
import { equals, holds } from "../assertions.js";
import type { LawTest } from "../law.js";

/** See the specification. */
export const queueLaws: readonly LawTest[] = [
  {
    law: "E9",
    title: "higher priority runs first, equal priority in order",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, ageingMs: 60_000 });
      const { gate } = await t.occupy(executor);
      const priorities = [0, 5, -3, 5, 0, 1.5, -3, 100, 0, 5];
      const futures = priorities.map((priority, index) => executor.with({ priority }).submit(t.tasks.recordRun, index));
      gate.open();
      await Promise.all(futures);
      equals(
        await executor.submit(t.tasks.takeRuns),
        [7, 1, 3, 9, 5, 0, 4, 8, 2, 6],
        "tasks run by priority, and in the order of submission within one",
      );
    },
  },
  {
    law: "E9",
    title: "a task of higher priority overtakes many that were there before",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, ageingMs: 60_000 });
      for (let round = 0; round < 20; round++) await executor.submit(t.tasks.nothing);
      const low = Array.from({ length: 300 }, (_, index) => executor.submit(t.tasks.spin, 0.5, index));
      await low[5];
      const urgent = executor.with({ priority: 10 }).submit(t.tasks.identity, "urgent");
      await urgent;
      const before = low.filter((future) => future.done()).length;
      holds(before < 150, `a task of higher priority does not wait for the queue (${before} of 300 ran before it)`);
      await Promise.all(low);
    },
  },
  {
    law: "E9",
    title: "without priorities tasks start in the order of submission",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const futures = Array.from({ length: 500 }, (_, index) => executor.submit(t.tasks.recordRun, index));
      await Promise.all(futures);
      equals(await executor.submit(t.tasks.takeRuns), [...Array(500).keys()], "tasks run in the order of submission");
    },
  },
  {
    law: "E9",
    title: "ageing lets a task of low priority through a steady stream of higher ones",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, ageingMs: 10 });
      const { gate } = await t.occupy(executor);
      const low = executor.submit(t.tasks.identity, "low");
      const urgent = executor.with({ priority: 5 });
      const stream: Array<Future<unknown>> = [];
      const feed = (): void => {
        while (stream.length < 20) stream.push(urgent.submit(t.tasks.spin, 1));
      };
      feed();
      gate.open();
      const deadline = performance.now() + 5000;
      let served = 0;
      while (!low.done() && performance.now() < deadline) {
        await stream.shift();
        served++;
        feed();
      }
      holds(low.done(), "a task of low priority is not starved by a steady stream of higher ones");
      holds(served > 1, "the higher ones still come first at the beginning");
      await Promise.all(stream);
    },
  },
];
