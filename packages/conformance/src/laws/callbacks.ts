// F1, F2: the callbacks of a future.

import type { Executor, Future } from "@everycore/core";
import { equals, same } from "../assertions.js";
import { until } from "../conditions.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

/** Ends a future of a waiting task in one of the three ways, and checks that callbacks ran in order. */
function callbackTest(
  how: string,
  submit: (t: LawContext, executor: Executor) => Future<unknown>,
  cancels: boolean,
): LawTest {
  return {
    law: "F1",
    title: `callbacks run in order on ${how}, and one added late runs at once`,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const { gate } = await t.occupy(executor);
      const future = submit(t, executor);
      const calls: string[] = [];
      for (const name of ["first", "second", "third"]) {
        future.addDoneCallback((done) => calls.push(done === future && done.done() ? name : `${name}, not done`));
      }
      equals(calls, [], `a callback waits for ${how}`);
      if (cancels) future.cancel();
      gate.open();
      await until(() => future.done(), `the future ends with ${how}`);
      await future.exception().catch(() => {});
      equals(calls, ["first", "second", "third"], `callbacks run once each, in the order they were added, on ${how}`);
      future.addDoneCallback(() => calls.push("late"));
      same(calls.at(-1), "late", `a callback added after ${how} runs at once`);
    },
  };
}

/** See the specification. */
export const callbackLaws: readonly LawTest[] = [
  callbackTest("a result", (t, executor) => executor.submit(t.tasks.add, 1, 2), false),
  callbackTest("an error", (t, executor) => executor.submit(t.tasks.fail, "on purpose"), false),
  callbackTest("a cancellation", (t, executor) => executor.submit(t.tasks.add, 1, 2), true),
  {
    law: "F1",
    title: "a callback that was removed does not run",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const { gate } = await t.occupy(executor);
      const future = executor.submit(t.tasks.add, 1, 2);
      let calls = 0;
      const callback = (): unknown => calls++;
      future.addDoneCallback(callback).addDoneCallback(callback);
      same(future.removeDoneCallback(callback), 2, "removeDoneCallback says how many it removed");
      gate.open();
      await future;
      same(calls, 0, "a removed callback does not run");
    },
  },
  {
    law: "F2",
    title: "a callback that throws is reported and stops nobody",
    async run(t) {
      const executor = await t.executor();
      const future = executor.submit(t.tasks.sleep, 5, "value");
      const mistake = new Error("a mistake in a callback");
      const calls: string[] = [];
      future.addDoneCallback(() => calls.push("before"));
      future.addDoneCallback(() => {
        throw mistake;
      });
      future.addDoneCallback(() => calls.push("after"));
      same(await future, "value", "the future keeps its value");
      equals(calls, ["before", "after"], "the callbacks around one that throws run");
      const reports = (): unknown[] => t.reported.filter(({ error }) => error === mistake);
      same(reports().length, 1, "what a callback throws is reported once");
      future.addDoneCallback(() => {
        throw mistake;
      });
      same(reports().length, 2, "what a late callback throws is reported, not thrown");
    },
  },
];
