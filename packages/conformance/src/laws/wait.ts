// W1–W5, A1, A2, A4: waiting for several futures of one executor.

import { asCompleted, type Executor, type Future, gather, shield, TimeoutError, wait } from "@everycore/core";
import { equals, holds, rejection, rejects, same } from "../assertions.js";
import { until } from "../conditions.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

/** Two finished futures, one that runs, and one that waits behind it. */
async function mixed(
  t: LawContext,
): Promise<{ executor: Executor; done: Future<unknown>[]; open: Future<unknown>[]; release: () => void }> {
  const executor = await t.executor({ maxWorkers: 1 });
  const done: Future<unknown>[] = [executor.submit(t.tasks.identity, "a"), executor.submit(t.tasks.identity, "b")];
  await Promise.all(done);
  const { gate, held } = await t.occupy(executor);
  const open = [held[0] as Future<unknown>, executor.submit(t.tasks.identity, "d")];
  return { executor, done, open, release: () => gate.open() };
}

/** Counts the callbacks that stand on a future. */
function countCallbacks(future: Future<unknown>): () => number {
  let count = 0;
  const { addDoneCallback, removeDoneCallback } = future;
  Object.assign(future, {
    addDoneCallback(callback: () => void) {
      count++;
      return addDoneCallback.call(future, callback);
    },
    removeDoneCallback(callback: () => void) {
      const removed = removeDoneCallback.call(future, callback);
      count -= removed;
      return removed;
    },
  });
  return () => count;
}

/** See the specification. */
export const waitLaws: readonly LawTest[] = [
  {
    law: "W1",
    title: "wait collapses duplicates",
    async run(t) {
      const executor = await t.executor();
      const future = executor.submit(t.tasks.add, 1, 2);
      const { done, notDone } = await wait([future, future, future]);
      equals([done.size, notDone.size], [1, 0], "a future that is given three times is waited for once");
    },
  },
  {
    law: "W2",
    title: "FIRST_COMPLETED returns at the first, also one already done",
    async run(t) {
      const { executor, done, open, release } = await mixed(t);
      const at = await wait([...open, ...done], { returnWhen: "FIRST_COMPLETED" });
      equals([at.done.size, at.notDone.size], [2, 2], "FIRST_COMPLETED returns at once with all that are done");
      const quick = executor.submit(t.tasks.nothing);
      const waiting = wait([...open, quick], { returnWhen: "FIRST_COMPLETED" });
      quick.cancel();
      holds((await waiting).done.has(quick), "FIRST_COMPLETED returns when one is cancelled");
      release();
    },
  },
  {
    law: "W2",
    title: "FIRST_EXCEPTION returns at the first failure, and otherwise waits for all",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const gate = t.gate();
      const held = executor.submit(t.tasks.hold, gate.token);
      const fine = executor.submit(t.tasks.add, 1, 2);
      const failing = executor.submit(t.tasks.failAfter, 5, "first");
      const first = await wait([held, fine, failing], { returnWhen: "FIRST_EXCEPTION" });
      holds(first.done.has(failing) && first.notDone.has(held), "FIRST_EXCEPTION returns at the first failure");
      const again = await wait([held, failing], { returnWhen: "FIRST_EXCEPTION" });
      equals([again.done.size, again.notDone.size], [1, 1], "FIRST_EXCEPTION sees a failure that was there before");
      const all = wait([held, fine], { returnWhen: "FIRST_EXCEPTION" });
      gate.open();
      same((await all).done.size, 2, "FIRST_EXCEPTION without a failure waits for all");
      await failing.exception();
    },
  },
  {
    law: "W2",
    title: "ALL_COMPLETED waits for results, errors and cancellations",
    async run(t) {
      const { executor, done, open, release } = await mixed(t);
      const failing = executor.submit(t.tasks.fail, "counts as completed");
      const cancelled = executor.submit(t.tasks.nothing);
      cancelled.cancel();
      const waiting = wait([...done, ...open, failing, cancelled]);
      release();
      const { done: all, notDone } = await waiting;
      equals([all.size, notDone.size], [6, 0], "ALL_COMPLETED returns when every future is done");
      await failing.exception();
    },
  },
  {
    law: "W3",
    title: "a timeout resolves with the partial sets",
    async run(t) {
      const { done, open, release } = await mixed(t);
      for (const timeoutMs of [0, 10]) {
        const partial = await wait([...open, ...done], { timeoutMs });
        equals([...partial.done], done, "a wait with a timeout has what is done by then");
        same(partial.notDone.size, 2, "a wait with a timeout has the others as not done");
      }
      release();
      same((await wait(open)).done.size, 2, "a timeout of a wait cancels nothing");
    },
  },
  {
    law: "W4",
    title: "100 racing futures settle once each",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const calls = new Map<unknown, number>();
      const futures = Array.from({ length: 100 }, (_, index) =>
        executor.submit(t.tasks.sleep, index % 3, index).addDoneCallback((future) => {
          calls.set(future, (calls.get(future) ?? 0) + 1);
        }),
      );
      const { done } = await wait(futures);
      same(done.size, 100, "all of 100 racing futures are done");
      equals([...calls.values()], new Array(100).fill(1), "each of 100 racing futures settles once");
      equals(await Promise.all(futures), [...Array(100).keys()], "each has its own value");
    },
  },
  {
    law: "W5",
    title: "a signal rejects the wait and cancels nothing",
    async run(t) {
      const { open, release } = await mixed(t);
      const controller = new AbortController();
      const waiting = rejection(wait(open, { signal: controller.signal }), "an aborted wait rejects");
      const reason = new Error("no more time");
      controller.abort(reason);
      same(await waiting, reason, "an aborted wait rejects with the signal's reason");
      equals(
        open.map((future) => future.cancelled()),
        [false, false],
        "an aborted wait cancels nothing",
      );
      release();
      same((await wait(open)).done.size, 2, "the futures go on after an aborted wait");
    },
  },
  {
    law: "A1",
    title: "asCompleted yields finished ones first, each once, of any iterable",
    async run(t) {
      const { done, open, release } = await mixed(t);
      const order: unknown[] = [];
      for await (const future of asCompleted(new Set([...open, ...done]))) {
        order.push(future);
        if (order.length === 2) {
          holds(done.includes(order[0] as Future<unknown>), "asCompleted yields what is done first");
          release();
        }
      }
      equals(order.length, 4, "asCompleted yields each future once");
      same(new Set(order).size, 4, "asCompleted yields each future once");
      const twice = asCompleted([done[0] as Future<unknown>, done[0] as Future<unknown>]);
      await twice.next();
      same((await twice.next()).done, true, "asCompleted collapses duplicates");
    },
  },
  {
    law: "A2",
    title: "asCompleted with a timeout yields what finished, then TimeoutError",
    async run(t) {
      const { done, open, release } = await mixed(t);
      for (const timeoutMs of [0, 15]) {
        const completed = asCompleted([...open, ...done], { timeoutMs });
        await completed.next();
        await completed.next();
        await rejects(
          completed.next(),
          TimeoutError,
          /2 \(of 4\) futures unfinished/,
          "asCompleted ends with a TimeoutError that counts",
        );
      }
      release();
      await Promise.all(open);
    },
  },
  {
    law: "A4",
    title: "breaking the loop leaks no listener",
    async run(t) {
      const { done, open, release } = await mixed(t);
      const counts = open.map(countCallbacks);
      for await (const _ of asCompleted([...done, ...open])) break;
      equals(
        counts.map((count) => count()),
        [0, 0],
        "asCompleted takes its callbacks away when the loop is left",
      );
      await wait([...done, ...open], { returnWhen: "FIRST_COMPLETED" });
      await wait(open, { timeoutMs: 1 });
      equals(
        counts.map((count) => count()),
        [0, 0],
        "wait takes its callbacks away when it returns",
      );
      release();
    },
  },
  {
    law: "A1",
    title: "gather keeps order, and shield keeps cancellation out",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const futures = [executor.submit(t.tasks.sleep, 5, "slow"), executor.submit(t.tasks.identity, "fast")] as const;
      equals(await gather(futures), ["slow", "fast"], "gather gives the values in order");
      const errors = await gather([executor.submit(t.tasks.fail, "x"), 1], { returnExceptions: true });
      same((errors[0] as Error).message, "x", "gather with returnExceptions has the error in its place");
      const { gate, held } = await t.occupy(executor);
      const outer = shield(held[0] as Future<unknown>);
      same(outer.cancel(), true, "a shield can be cancelled");
      same(held[0]?.done(), false, "cancelling a shield does not reach the task");
      gate.open();
      await until(() => held[0]?.state === "finished", "the shielded task finishes");
    },
  },
];
