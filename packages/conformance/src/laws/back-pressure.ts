// E10: a queue with a limit.

import { AbortError, QueueFullError, TimeoutError } from "@everycore/core";
import { equals, holds, rejection, rejects, same, throws } from "../assertions.js";
import { until, within } from "../conditions.js";
import type { LawTest } from "../law.js";

const nothingLost = "nothing is lost and nothing runs twice";

/** See the specification. */
export const backPressureLaws: readonly LawTest[] = [
  {
    law: "E10",
    title: "reject refuses the task at the call when the queue is full",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, maxQueue: 2 });
      const { gate } = await t.occupy(executor);
      const waiting = [1, 2].map((index) => executor.submit(t.tasks.recordRun, index));
      throws(() => executor.submit(t.tasks.recordRun, 3), QueueFullError, /ready\(\)/, "a full queue refuses the task");
      same(executor.stats().submitted, 3, "a refused task is not counted");
      waiting[0]?.cancel();
      const after = executor.submit(t.tasks.recordRun, 4);
      gate.open();
      await Promise.all([waiting[1], after]);
      equals(await executor.submit(t.tasks.takeRuns), [2, 4], nothingLost);
    },
  },
  {
    law: "E10",
    title: "a map that does not fit is refused, and leaves nothing behind",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, maxQueue: 3 });
      const { gate, held } = await t.occupy(executor);
      const call = (): unknown => executor.map(t.tasks.recordRun, [1, 2, 3, 4, 5]);
      throws(call, QueueFullError, /maxQueue: 3/, "a map that does not fit is refused at the call");
      gate.open();
      await Promise.all(held);
      equals(await executor.submit(t.tasks.takeRuns), [], "no element of a map that was refused runs");
      const fitting = executor.map(t.tasks.identity, [1, 2, 3, 4, 5, 6, 7], { bufferSize: 2 });
      equals(await fitting.toArray(), [1, 2, 3, 4, 5, 6, 7], "with a bufferSize that fits it runs");
    },
  },
  {
    law: "E10",
    title: "maxQueue 0 takes exactly what workers can run",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2, maxQueue: 0 });
      const { gate, held } = await t.occupy(executor, 2);
      throws(() => executor.submit(t.tasks.nothing), QueueFullError, /maxQueue: 0/, "no task waits with maxQueue: 0");
      gate.open();
      await Promise.all(held);
      same(await executor.submit(t.tasks.add, 1, 2), 3, "there is room again when workers are free");
    },
  },
  {
    law: "E10",
    title: "wait takes the task, and ready keeps a program within the limit",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2, maxQueue: 3, queuePolicy: "wait" });
      let most = 0;
      const futures = [];
      for (let index = 0; index < 60; index++) {
        await executor.ready();
        futures.push(executor.submit(t.tasks.recordRun, index));
        const { pending, running } = executor.stats();
        most = Math.max(most, pending + running);
      }
      await Promise.all(futures);
      holds(most <= 5, `a program that awaits ready() stays within the limit (it had ${most} of 5)`);
      const ran = (await executor.broadcast(t.tasks.takeRuns)).flat().sort((a, b) => a - b);
      equals(ran, [...Array(60).keys()], nothingLost);
      const { gate } = await t.occupy(executor, 2);
      const beyond = Array.from({ length: 10 }, (_, index) => executor.submit(t.tasks.identity, index));
      gate.open();
      equals(await Promise.all(beyond), [...Array(10).keys()], "a program that does not wait loses nothing either");
    },
  },
  {
    law: "E10",
    title: "run-inline runs what is too much on the calling thread",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, maxQueue: 1, queuePolicy: "run-inline" });
      const { gate } = await t.occupy(executor);
      const waiting = executor.submit(t.tasks.recordRun, 1);
      const inline = executor.submit(t.tasks.add, 1, 2);
      same(await within(5000, inline, "a task that runs inline ends"), 3, "a task that runs inline gives its value");
      const failing = executor.submit(t.tasks.fail, "inline");
      await rejects(failing, Error, /inline/, "a task that runs inline gives its error");
      same(waiting.done(), false, "what was in the queue still waits");
      gate.open();
      await waiting;
      equals(await executor.submit(t.tasks.takeRuns), [1], nothingLost);
      const { submitted, done } = executor.stats();
      same(submitted, done, "inline tasks are counted");
    },
  },
  {
    law: "E10",
    title: "ready resolves when there is room, first come first served",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, maxQueue: 1 });
      await within(5000, executor.ready(), "ready() resolves at once while there is room");
      const { gate, held } = await t.occupy(executor);
      const waiting = executor.submit(t.tasks.nothing);
      const order: number[] = [];
      const readies = [1, 2].map((index) => executor.ready().then(() => order.push(index)));
      await rejects(executor.ready({ timeoutMs: 5 }), TimeoutError, /./, "ready() has a timeout");
      const controller = new AbortController();
      const aborted = rejection(executor.ready({ signal: controller.signal }), "ready() has a signal");
      controller.abort(new AbortError());
      holds((await aborted) instanceof AbortError, "an aborted ready() rejects with the signal's reason");
      equals(order, [], "ready() waits while the queue is full");
      gate.open();
      await Promise.all([...readies, waiting, ...held]);
      equals(order, [1, 2], "ready() lets them in in the order in which they came");
    },
  },
  {
    law: "E10",
    title: "a cancelled task makes room",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, maxQueue: 1 });
      await t.occupy(executor);
      const waiting = executor.submit(t.tasks.nothing);
      let isReady = false;
      const ready = executor.ready().then(() => {
        isReady = true;
      });
      waiting.cancel();
      await until(() => isReady, "ready() resolves when a waiting task is cancelled");
      await ready;
    },
  },
  {
    law: "E10",
    title: "a shutdown wakes those who wait for room",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, maxQueue: 0 });
      const { gate } = await t.occupy(executor);
      const ready = rejection(executor.ready(), "ready() rejects at shutdown");
      const ended = executor.shutdown();
      holds(/shut down/.test(((await ready) as Error).message), "ready() says that the executor was shut down");
      gate.open();
      await ended;
    },
  },
];
