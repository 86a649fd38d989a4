// L1–L4, L6–L8: the end of an executor.

import { CancelledError, ExecutorShutdownError, type Future, wait } from "@everycore/core";
import { equals, holds, rejection, rejects, same, throws } from "../assertions.js";
import { delay, until, within } from "../conditions.js";
import type { LawTest } from "../law.js";

function countCancelled(futures: ReadonlyArray<Future<unknown>>): number {
  return futures.filter((future) => future.cancelled()).length;
}

/** How often each kind of resource occurs. */
function countKinds(resources: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of resources) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** See the specification. */
export const lifecycleLaws: readonly LawTest[] = [
  {
    law: "L1",
    title: "submit, map, broadcast, stream and ready after shutdown are refused",
    async run(t) {
      const executor = await t.executor({ name: "gone" });
      await executor.submit(t.tasks.nothing);
      await executor.shutdown();
      const calls: Record<string, () => unknown> = {
        submit: () => executor.submit(t.tasks.nothing),
        map: () => executor.map(t.tasks.identity, [1]),
        broadcast: () => executor.broadcast(t.tasks.nothing),
        stream: () => executor.stream(t.tasks.count, 3),
      };
      for (const [name, call] of Object.entries(calls)) {
        throws(call, ExecutorShutdownError, /gone.*shut down/, `${name} after shutdown throws at the call`);
      }
      await rejects(executor.ready(), ExecutorShutdownError, /shut down/, "ready after shutdown rejects");
    },
  },
  {
    law: "L1",
    title: "submit is refused as soon as shutdown was called, while work is being finished",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const { gate, held } = await t.occupy(executor);
      const ended = executor.shutdown();
      throws(() => executor.submit(t.tasks.nothing), ExecutorShutdownError, /./, "submit after shutdown throws");
      gate.open();
      await ended;
      same(held[0]?.state, "finished", "what was running has finished");
    },
  },
  {
    law: "L2",
    title: "shutdown twice, at once, on a fresh executor and by disposal is fine",
    async run(t) {
      const fresh = await t.executor();
      await within(5000, fresh.shutdown(), "shutdown of an executor that was never used ends");
      await within(5000, fresh.shutdown(), "a second shutdown ends");
      const used = await t.executor();
      const future = used.submit(t.tasks.sleep, 10, "done");
      await within(
        5000,
        Promise.all([used.shutdown(), used.shutdown({ wait: false }), used.shutdown()]),
        "three at once end",
      );
      same(await future, "done", "work is finished however often shutdown is called");
      await within(5000, used[Symbol.asyncDispose](), "disposing an executor that was shut down ends");
    },
  },
  {
    law: "L2",
    title: "disposal waits for the work",
    async run(t) {
      const executor = await t.executor();
      const future = executor.submit(t.tasks.sleep, 15, "done");
      await executor[Symbol.asyncDispose]();
      same(future.state, "finished", "disposal waits until the work is done");
      same(await future, "done", "with its result");
    },
  },
  {
    law: "L3",
    title: "50 sleeping tasks all finish on shutdown",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 3 });
      const futures = Array.from({ length: 50 }, (_, index) => executor.submit(t.tasks.sleep, 5, index));
      await executor.shutdown();
      same(futures.filter((future) => future.done()).length, 50, "shutdown resolves when all work is done");
      same(countCancelled(futures), 0, "shutdown cancels no queued work unless it is told to");
      equals(await Promise.all(futures), [...Array(50).keys()], "queued work finishes on shutdown");
    },
  },
  {
    law: "L3",
    title: "cancelFutures cancels what has not started, the rest finishes, at least one ran",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const futures = Array.from({ length: 50 }, (_, index) => executor.submit(t.tasks.sleep, 20, index));
      await until(() => futures.some((future) => future.running()), "a task runs");
      await executor.shutdown({ cancelFutures: true });
      const cancelled = countCancelled(futures);
      holds(cancelled > 20, `shutdown with cancelFutures cancels what has not started (only ${cancelled} of 50 were)`);
      const finished = futures.filter((future) => future.state === "finished");
      holds(finished.length >= 1, "what was running when cancelFutures came finishes");
      same(finished.length + cancelled, 50, "every future is settled");
      for (const future of finished) same(await future.exception(), null, "what ran has no error");
      await rejects(futures.at(-1) as Future<unknown>, CancelledError, /./, "the last one was cancelled");
    },
  },
  {
    law: "L3",
    title: "a second shutdown with cancelFutures still cancels",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const { gate } = await t.occupy(executor);
      const futures = Array.from({ length: 10 }, () => executor.submit(t.tasks.nothing));
      const ended = executor.shutdown();
      void executor.shutdown({ cancelFutures: true });
      same(countCancelled(futures), 10, "a later shutdown may still cancel");
      gate.open();
      await ended;
    },
  },
  {
    law: "L4",
    title: "shutdown with wait false returns at once, and queued work still finishes",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const { gate } = await t.occupy(executor);
      const futures = Array.from({ length: 10 }, (_, index) => executor.submit(t.tasks.identity, index));
      await within(1000, executor.shutdown({ wait: false }), "shutdown({ wait: false }) does not wait");
      same(futures[0]?.done(), false, "the work is still to be done");
      gate.open();
      equals(await Promise.all(futures), [...Array(10).keys()], "queued work finishes after shutdown({ wait: false })");
    },
  },
  {
    law: "L6",
    title: "submit, cancel and shutdown in one tick do not hang",
    // Each round has a limit of its own; ten processes take a while to start.
    timeoutMs: 65_000,
    async run(t) {
      for (let round = 0; round < 5; round++) {
        const executor = await t.executor({ maxWorkers: 2 });
        const futures = Array.from({ length: 5 }, (_, index) => executor.submit(t.tasks.identity, index));
        for (const index of [0, 2, 4]) futures[index]?.cancel();
        await within(6000, executor.shutdown(), "shutdown right after submit and cancel ends");
        holds(
          futures.every((future) => future.done()),
          "every future is settled",
        );
        same(await futures[1], 1, "what was not cancelled has run");
      }
    },
  },
  {
    law: "L6",
    title: "shutdown while workers start does not hang",
    async run(t) {
      for (const pause of [0, 1, 5, 20]) {
        const executor = await t.executor({ maxWorkers: 2 });
        const future = executor.submit(t.tasks.identity, pause);
        await delay(pause);
        await within(6000, executor.shutdown(), "shutdown while workers start ends");
        same(await future, pause, "a task that was submitted before runs");
      }
    },
  },
  {
    law: "L6",
    title: "shutdown right after an argument that cannot be sent, and after a worker's end, does not hang",
    requires: ["isolated"],
    async run(t) {
      for (const waits of [true, false]) {
        const executor = await t.executor({ maxWorkers: 2 });
        const futures: Array<Future<unknown>> = [
          executor.submit(t.tasks.identity, () => 1),
          executor.submit(t.tasks.exitWorker, 1),
          executor.submit(t.tasks.identity, "fine"),
        ];
        await within(8000, executor.shutdown({ wait: waits }), "shutdown among failures ends");
        const { done } = await wait(futures, { timeoutMs: 8000 });
        same(done.size, 3, "every future is settled");
        const failed = await Promise.all(futures.map(async (future) => (await future.exception()) !== null));
        equals(failed, [true, true, false], "each in its own way");
      }
    },
  },
  {
    law: "L1",
    title: "a callback may submit, and is refused after shutdown like everybody",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const next = await new Promise<Future<number>>((resolve) => {
        executor.submit(t.tasks.nothing).addDoneCallback(() => resolve(executor.submit(t.tasks.add, 1, 2)));
      });
      same(await next, 3, "a callback may submit");
      const { gate, held } = await t.occupy(executor);
      let error: unknown;
      held[0]?.addDoneCallback(() => {
        try {
          executor.submit(t.tasks.nothing);
        } catch (thrown) {
          error = thrown;
        }
      });
      const ended = executor.shutdown();
      gate.open();
      await ended;
      holds(error instanceof ExecutorShutdownError, `a callback that submits after shutdown is refused (got ${error})`);
    },
  },
  ...[true, false].map(
    (waits): LawTest => ({
      law: "L7",
      title: `a failing task with maxTasksPerWorker 1 and shutdown, wait ${waits}, neither crashes nor hangs`,
      async run(t) {
        const executor = await t.executor({ maxWorkers: 2, maxTasksPerWorker: 1 });
        const futures = Array.from({ length: 6 }, (_, index) =>
          index % 2 === 0
            ? executor.submit(t.tasks.fail, `failure ${index}`)
            : executor.submit(t.tasks.identity, index),
        );
        await within(12_000, executor.shutdown({ wait: waits }), "shutdown with failing tasks ends");
        const { done } = await wait(futures as ReadonlyArray<Future<unknown>>, { timeoutMs: 12_000 });
        same(done.size, 6, "all of the tasks end");
        for (const [index, future] of futures.entries()) {
          const error = (await future.exception()) as Error | null;
          same(error?.message, index % 2 === 0 ? `failure ${index}` : undefined, "each with its own error or none");
        }
      },
    }),
  ),
  {
    law: "L8",
    title: "nothing that keeps the process alive outlives shutdown",
    needs: ["activeResources"],
    async run(t) {
      const active = t.need("activeResources");
      await delay(5);
      const before = countKinds(await active());
      for (let round = 0; round < 3; round++) {
        const executor = await t.executor({ maxWorkers: 2 });
        await executor.map(t.tasks.identity, [1, 2, 3, 4]).toArray();
        await rejection(executor.submit(t.tasks.fail, "on purpose"), "a task fails");
        const timed = executor.with({ timeoutMs: 60_000, abortGraceMs: 60_000 });
        await timed.submit(t.tasks.nothing);
        const aborted = timed.submit(t.tasks.waitForAbort);
        await until(() => aborted.running(), "a task runs");
        aborted.abort();
        await rejection(aborted, "it is aborted");
        await executor.ready({ timeoutMs: 60_000 });
        await executor.shutdown();
      }
      let left: string[] = [];
      const isTidy = async (): Promise<boolean> => {
        const now = [...countKinds(await active())];
        left = now.filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind);
        return left.length === 0;
      };
      await until(isTidy, "no worker, handle or timer outlives shutdown").catch((error) => {
        throw Object.assign(error as Error, { message: `${(error as Error).message} (left: ${left.join(", ")})` });
      });
    },
  },
  {
    law: "L8",
    title: "no worker outlives shutdown, as stats tells",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      await executor.map(t.tasks.sleep, [5, 5, 5, 5]).toArray();
      holds(executor.stats().workers >= 1, "workers are there before shutdown");
      await executor.shutdown();
      equals([executor.stats().workers, executor.stats().running], [0, 0], "no worker is there after shutdown");
    },
  },
];
