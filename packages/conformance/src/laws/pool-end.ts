// P4, P11: pools that end at once: because no worker can start, or because all workers are ended.

import {
  BrokenExecutorError,
  CancelledError,
  ExecutorShutdownError,
  UnsupportedError,
  WorkerLostError,
} from "@everycore/core";
import { holds, rejection, rejects, same, throws } from "../assertions.js";
import { until, within } from "../conditions.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

async function checkBroken(t: LawContext, options: object, cause: RegExp): Promise<void> {
  const executor = await t.executor({ maxWorkers: 2, ...options });
  const futures = Array.from({ length: 5 }, (_, index) => executor.submit(t.tasks.identity, index));
  const errors = await within(
    8000,
    Promise.all(futures.map((future) => future.exception())),
    "no task of a broken pool hangs",
  );
  for (const error of errors) {
    holds(
      error instanceof BrokenExecutorError,
      `a pending task of a broken pool gets BrokenExecutorError (got ${error})`,
    );
    holds(cause.test(`${error.message} ${error.cause}`), `the error says why: ${error.message}`);
  }
  same(new Set(errors).size, 5, "each future of a broken pool has an error of its own");
  throws(() => executor.submit(t.tasks.nothing), BrokenExecutorError, cause, "submit on a broken pool throws");
  await within(5000, executor.shutdown(), "a broken pool shuts down");
}

/** Both ways to end all workers. */
function endingTest(how: "terminateWorkers" | "killWorkers"): LawTest[] {
  return [
    {
      law: "P11",
      title: `${how} stops running tasks, cancels waiting ones, and later submit throws`,
      requires: ["terminate"],
      async run(t) {
        const executor = await t.executor({ maxWorkers: 2 });
        const running = [executor.submit(t.tasks.stickForever), executor.submit(t.tasks.stickForever)];
        await until(() => running.every((future) => future.running()), "both workers are stuck");
        const waiting = executor.submit(t.tasks.nothing);
        await within(8000, executor[how](), `${how}() ends`);
        for (const future of running)
          await rejects(future, WorkerLostError, /./, `a task that ran at ${how}() is lost`);
        await rejects(waiting, CancelledError, /./, `a task that waited at ${how}() is cancelled`);
        throws(() => executor.submit(t.tasks.nothing), ExecutorShutdownError, /./, `submit after ${how}() throws`);
        same(executor.stats().workers, 0, `no worker is left after ${how}()`);
        await within(5000, executor[how](), `a second ${how}() ends`);
      },
    },
    {
      law: "P11",
      title: `${how} is a no-op on a pool that was never started`,
      requires: ["terminate"],
      async run(t) {
        const executor = await t.executor();
        await within(5000, executor[how](), `${how}() of an unused pool ends`);
        throws(() => executor.submit(t.tasks.nothing), ExecutorShutdownError, /./, `submit after ${how}() throws`);
      },
    },
    {
      law: "P11",
      title: `${how} is refused where workers cannot be ended`,
      lacks: "terminate",
      async run(t) {
        const executor = await t.executor();
        const ending = (async () => executor[how]())();
        const error = await rejects(ending, UnsupportedError, /ending workers/, `${how}() is refused by name`);
        holds(
          error.message.includes(error.backend) && /shutdown/.test(error.message),
          "the refusal names the backend and the alternative",
        );
        same(await executor.submit(t.tasks.add, 1, 2), 3, "a refused call changes nothing");
      },
    },
  ];
}

/** See the specification. */
export const poolEndLaws: readonly LawTest[] = [
  {
    law: "P4",
    title: "an initializer that throws breaks the pool with its error",
    async run(t) {
      const options = { initializer: t.tasks.failInitializer, initializerArgs: ["no ink"] };
      await checkBroken(t, options, /RangeError: no ink/);
    },
  },
  {
    law: "P4",
    title: "a worker that cannot start breaks the pool with the cause",
    needs: ["unstartable"],
    async run(t) {
      for (const options of Object.values(t.need("unstartable"))) await checkBroken(t, options, /./);
    },
  },
  {
    law: "P4",
    title: "an initializer that ends the worker breaks the pool",
    requires: ["isolated"],
    async run(t) {
      await checkBroken(t, { initializer: t.tasks.exitWorker, initializerArgs: [4] }, /./);
    },
  },
  {
    law: "P4",
    title: "a broken pool rejects ready and broadcast too",
    async run(t) {
      const executor = await t.executor({
        initializer: t.tasks.failInitializer,
        initializerArgs: ["x"],
        maxWorkers: 1,
      });
      await rejection(executor.submit(t.tasks.nothing), "the pool is broken");
      await rejects(executor.ready(), BrokenExecutorError, /./, "ready() on a broken pool rejects");
      throws(
        () => executor.broadcast(t.tasks.nothing),
        BrokenExecutorError,
        /./,
        "broadcast() on a broken pool throws",
      );
    },
  },
  ...endingTest("terminateWorkers"),
  ...endingTest("killWorkers"),
];
