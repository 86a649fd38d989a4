// X7: functions that cannot be sent, and those that can.

import { TaskReferenceError } from "@everycore/core";
import { equals, holds, rejects, same, throws } from "../assertions.js";
import type { LawTest } from "../law.js";

class Counter {
  count = 0;
  increment(): number {
    return ++this.count;
  }
}

/** See the specification. */
export const referenceLaws: readonly LawTest[] = [
  {
    law: "X7",
    title: "a closure is refused at the call, and the captured names are in the message",
    lacks: "closures",
    needs: ["references"],
    async run(t) {
      const executor = await t.executor();
      const factor = 3;
      const offset = { by: 1 };
      const scaled = (value: number): number => value * factor + offset.by;
      const error = throws(
        () => executor.submit(scaled, 2),
        TaskReferenceError,
        /"factor"/,
        "a closure is refused at the call",
      );
      holds(
        /"offset"/.test(error.message) && /scaled/.test(error.message),
        `the message names all of it: ${error.message}`,
      );
      equals([...error.captured].sort(), ["factor", "offset"], "the error lists the captured names");
      holds(/argument/.test(error.message) && /module/.test(error.message), "the message says what to do");
      throws(() => executor.map(scaled, [1]), TaskReferenceError, /"factor"/, "map refuses it too");
      throws(() => executor.broadcast(scaled, 1), TaskReferenceError, /"factor"/, "broadcast refuses it too");
      await rejects(
        t.executor({ initializer: scaled }),
        TaskReferenceError,
        /"factor"/,
        "an initializer is checked too",
      );
      same(executor.stats().submitted, 0, "a refused task is not counted");
      same(executor.stats().started, 0, "no worker was started for it");
    },
  },
  {
    law: "X7",
    title: "where functions are sent by name only, one that has none is refused at the call, with the way out",
    lacks: "closures",
    async run(t) {
      if (t.environment.references) t.untested("functions are sent by reference and by source, too (references)");
      const executor = await t.executor();
      const square = (value: number): number => value * value;
      const calls = [
        () => executor.submit(square, 2),
        () => executor.map(square, [1]),
        () => executor.broadcast(square, 1),
      ];
      for (const call of calls) {
        const error = throws(call, TaskReferenceError, /"square"/, `a function without a name is refused: ${call}`);
        holds(/defineTasks/.test(error.message), `the message says what to do: ${error.message}`);
      }
      const broken = t.executor({ initializer: square });
      await rejects(broken, TaskReferenceError, /"square"/, "an initializer is checked too");
      const { submitted, started } = executor.stats();
      equals([submitted, started], [0, 0], "nothing was counted or started for it");
    },
  },
  {
    law: "X7",
    title: "methods, bound, native functions and classes are refused at the call",
    lacks: "closures",
    async run(t) {
      const executor = await t.executor();
      const counter = new Counter();
      const refused: Array<() => unknown> = [
        () => executor.submit(counter.increment),
        () => executor.submit(counter.increment.bind(counter)),
        () => executor.submit(Math.max, 1, 2),
        () => executor.submit(Counter as unknown as () => void),
      ];
      for (const call of refused) {
        const error = throws(
          call,
          TaskReferenceError,
          /Cannot send/,
          `a function that cannot be sent is refused: ${call}`,
        );
        holds(/ass a function|xport/.test(error.message), `the message says what to do: ${error.message}`);
      }
    },
  },
  {
    law: "X7",
    title: "closures run where task and caller share one heap",
    requires: ["closures"],
    async run(t) {
      const executor = await t.executor();
      const factor = 3;
      same(await executor.submit((value: number) => value * factor, 2), 6, "a closure runs with what it captured");
      const counter = new Counter();
      await executor.submit(() => counter.increment());
      same(counter.count, 1, "it may change what it captured");
      same(await executor.submit(counter.increment.bind(counter)), 2, "a bound function runs");
      equals(await executor.map((value) => value + factor, [1, 2]).toArray(), [4, 5], "map takes closures");
    },
  },
  {
    law: "X7",
    title: "a task that the worker does not know fails with TaskReferenceError",
    requires: ["isolated"],
    async run(t) {
      const { defineTasks } = await import("@everycore/core");
      const { nowhere } = defineTasks("a table that no worker loads", { nowhere: () => 1 });
      const executor = await t.executor();
      await rejects(
        executor.submit(nowhere),
        TaskReferenceError,
        /nowhere/,
        "an unknown task fails, and the error names it",
      );
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the pool goes on");
    },
  },
];
