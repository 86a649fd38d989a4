// F12, A3, P9: what is no longer needed can be garbage-collected.

import { asCompleted, type Executor } from "@everycore/core";
import { holds, same } from "../assertions.js";
import { delay } from "../conditions.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

/** Functions of their own, so that no variable of the test keeps the objects alive. */
async function submitAndDrop(t: LawContext, executor: Executor, refs: Record<string, WeakRef<object>>): Promise<void> {
  const argument = { payload: new Array(1000).fill(1) };
  const future = executor.submit(t.tasks.identity, argument);
  refs.argument = new WeakRef(argument);
  refs.future = new WeakRef(future);
  refs.result = new WeakRef(await future);
}

async function failAndDrop(t: LawContext, executor: Executor, refs: Record<string, WeakRef<object>>): Promise<void> {
  const future = executor.submit(t.tasks.fail, "dropped");
  refs["failed future"] = new WeakRef(future);
  refs.error = new WeakRef((await future.exception()) as object);
}

async function cancelAndDrop(t: LawContext, executor: Executor, refs: Record<string, WeakRef<object>>): Promise<void> {
  const { gate, held } = await t.occupy(executor);
  const argument = { payload: [2] };
  const future = executor.submit(t.tasks.identity, argument);
  future.cancel();
  refs["argument of a cancelled task"] = new WeakRef(argument);
  refs["cancelled future"] = new WeakRef(future);
  gate.open();
  await held[0];
}

/** See the specification. */
export const collectionLaws: readonly LawTest[] = [
  {
    law: "F12",
    title: "dropped futures, arguments, results and errors are collected",
    needs: ["gc"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const refs: Record<string, WeakRef<object>> = {};
      await submitAndDrop(t, executor, refs);
      await failAndDrop(t, executor, refs);
      await cancelAndDrop(t, executor, refs);
      await executor.submit(t.tasks.nothing);
      for (const [what, ref] of Object.entries(refs)) {
        await t.collectUntil(() => ref.deref() === undefined, `a dropped ${what} is collected`);
      }
    },
  },
  {
    law: "F12",
    title: "an executor that was shut down and dropped is collected",
    needs: ["gc"],
    async run(t) {
      let ref: WeakRef<object> | undefined;
      await (async () => {
        const executor = await t.backend.create({ maxWorkers: 1 });
        await executor.submit(t.tasks.nothing);
        await executor.shutdown();
        ref = new WeakRef(executor);
      })();
      await t.collectUntil(() => ref?.deref() === undefined, "an executor that was shut down is collected");
    },
  },
  {
    law: "F12",
    title: "a function that is passed inline is not kept",
    needs: ["gc", "references"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      let ref: WeakRef<object> | undefined;
      await (async () => {
        const inline = (a: number, b: number): number => a * b;
        ref = new WeakRef(inline);
        same(await executor.submit(inline, 3, 4), 12, "an inline function runs");
      })();
      await executor.submit(t.tasks.nothing);
      await t.collectUntil(() => ref?.deref() === undefined, "an inline function is collected after its task");
    },
  },
  {
    law: "A3",
    title: "asCompleted keeps no reference to what it has yielded",
    needs: ["gc"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const gate = t.gate();
      const refs: Array<WeakRef<object>> = [];
      const completed = asCompleted(
        (function* () {
          for (let index = 0; index < 3; index++) {
            const future = executor.submit(t.tasks.identity, { index });
            refs.push(new WeakRef(future));
            yield future;
          }
          yield executor.submit(t.tasks.hold, gate.token, { index: 3 });
        })(),
      );
      for (let index = 0; index < 3; index++) await completed.next();
      await executor.ready();
      await delay(1);
      for (const ref of refs) {
        await t.collectUntil(() => ref.deref() === undefined, "a future that asCompleted has yielded is collected");
      }
      gate.open();
      holds(!(await completed.next()).done, "the last future comes");
    },
  },
  {
    law: "P9",
    title: "a worker does not keep arguments alive after the task",
    needs: ["gc"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      await executor.submit(t.tasks.remember, { payload: new Array(1000).fill(1) });
      await executor.submit(t.tasks.nothing);
      const remembered = await executor.submit(t.tasks.isRemembered);
      if (remembered === null) t.untested("workers cannot collect garbage");
      same(remembered, false, "the argument of a finished task is collected in the worker");
    },
  },
];
