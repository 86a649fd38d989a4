// Y1–Y6, Y8, Y9: locks and the other primitives of @everycore/sync between the workers of a pool and its submitter.

import {
  BrokenBarrierError,
  type Executor,
  type Future,
  InvalidStateError,
  LockAbandonedError,
  TimeoutError,
  UnsupportedError,
} from "@everycore/core";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  Semaphore,
  SharedArray,
  SharedValue,
} from "@everycore/sync";
import { equals, holds, rejects, same, throws } from "../assertions.js";
import { delay, until, within } from "../conditions.js";
import type { Capability, LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

const requires: readonly Capability[] = ["parallel", "sharedMemory"];
const threads = 4;
const increments = 10_000;
const endMs = 15_000;
/** One worker blocks, the next one waits asynchronously, and so on. */
const forms = [true, false, true, false] as const;

/** See the specification. */
export const syncLaws: readonly LawTest[] = [
  {
    law: "Y1",
    title: "a lock excludes four workers that add 10,000 times each, whether it is an argument or shared",
    requires,
    timeoutMs: 40_000,
    async run(t) {
      const [lock, sum] = [new Lock({ name: "sum" }), new SharedArray("float64", 1)];
      const executor = await t.executor({ maxWorkers: threads, shared: { lock, sum } });
      for (const isSync of [true, false]) {
        await all(
          forms.map(() => executor.submit(t.tasks.addUnderLock, lock, sum, increments / 4, isSync)),
          "all have added",
        );
      }
      await all(
        forms.map((isSync) => executor.submit(t.tasks.addUnderSharedLock, increments / 2, isSync)),
        "all have added",
      );
      same(sum.at(0), threads * increments, "no increment under a lock is lost");
      same(lock.locked, false, "every guard has released");
    },
  },
  {
    law: "Y1",
    title: "an acquire ends at its deadline, and says who holds the lock; what it waited for is not disturbed",
    requires,
    async run(t) {
      const { lock, release, holding, name } = await hold(t, new Lock({ name: "held" }), true);
      const error = await rejects(lock.acquire({ timeoutMs: 20 }), TimeoutError, /./, "acquire times out");
      same(error.message, `Lock "held" was not acquired within 20 ms: ${name} holds it.`, "the message of a timeout");
      same(lock.tryAcquire(), undefined, "tryAcquire does not wait");
      release.set();
      await within(endMs, holding, "the holder goes on");
      (await within(endMs, lock.acquire(), "the lock can be had again")).release();
    },
  },
  {
    law: "Y1",
    title: "releasing a lock that is not held throws, and a guard releases when its block throws",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const lock = new Lock();
      await rejects(executor.submit(t.tasks.releaseLock, lock), InvalidStateError, /not held/, "release in a worker");
      await rejects(executor.submit(t.tasks.throwUnderLock, lock), Error, /thrown under a lock/, "the body throws");
      same(lock.locked, false, "a guard releases when its block throws");
    },
  },
  {
    law: "Y1",
    title: "a primitive is refused where memory cannot be shared, and the way out is named",
    lacks: "sharedMemory",
    async run(t) {
      const executor = await t.executor();
      for (const make of primitives) {
        if (typeof SharedArrayBuffer === "undefined") {
          throws(make, UnsupportedError, /SharedArrayBuffer.*isolated/, `${make} is refused, and the way out named`);
          continue;
        }
        const primitive = make();
        const name = primitive.toString().replace(/ \(.*/, "");
        const error = await rejects(
          executor.submit(t.tasks.identity, primitive),
          UnsupportedError,
          /node-processes/,
          `${name} is refused, and an alternative named`,
        );
        holds(error.message.includes(name), `the error says that ${name} cannot be shared`);
      }
    },
  },
  {
    law: "Y2",
    title: "an RLock is re-entrant in the thread that holds it, and only that thread releases it",
    requires,
    async run(t) {
      const { lock, executor, release, holding } = await hold(t, new RLock({ name: "tree" }), true);
      const notOwner = await rejects(
        executor.submit(t.tasks.releaseLock, lock),
        InvalidStateError,
        /only the thread that holds it/,
        "another thread releases an RLock",
      );
      holds(notOwner.message.includes("tree"), "the message names the lock");
      same(lock.tryAcquire(), undefined, "an RLock excludes other threads");
      release.set();
      await within(endMs, holding, "the holder releases");
      const freed = await executor.submit(t.tasks.nestLock, lock, 3);
      equals(freed, [false, false, true], "an RLock is free after as many releases as acquires");
    },
  },
  {
    law: "Y3",
    title: "notify wakes exactly as many as it says, of whichever form",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: threads });
      const condition = new Condition(new Lock());
      const [waiting, woken] = [new SharedValue("int32"), new SharedValue("int32")];
      const waits = forms.map((isSync) =>
        executor.submit(t.tasks.waitForNotification, condition, waiting, woken, isSync),
      );
      await until(() => waiting.value === threads, "all wait");
      let total = 0;
      for (const count of [1, 2, 0, 1]) {
        const guard = await condition.acquire();
        condition.notify(count);
        guard.release();
        total += count;
        await until(() => woken.value >= total, `notify(${count}) wakes ${count}`);
        await delay(20);
        same(woken.value, total, `notify(${count}) wakes no more than ${count}`);
      }
      await all(waits, "all were notified");
    },
  },
  {
    law: "Y3",
    title: "wait and notify without the lock throw, also while another thread holds it",
    requires,
    async run(t) {
      const { lock, release, holding } = await hold(t, new Lock(), false);
      const condition = new Condition(lock);
      await rejects(condition.wait(), InvalidStateError, /must hold its lock/, "wait without the lock");
      for (const notify of [() => condition.notify(), () => condition.notifyAll()]) {
        await rejects(
          Promise.resolve().then(notify),
          InvalidStateError,
          /must hold its lock/,
          "notify without the lock",
        );
      }
      release.set();
      await within(endMs, holding, "the holder goes on");
      await rejects(condition.wait(), InvalidStateError, /nobody does/, "wait with a lock that is free");
    },
  },
  {
    law: "Y3",
    title: "waitFor waits until its predicate holds: nothing is taken twice, and nothing waits for ever",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: threads });
      const total = 200;
      const [condition, items, taken] = [new Condition(), new SharedValue("int32"), new SharedValue("int32")];
      const takers = forms.map((isSync) =>
        executor.submit(t.tasks.takeUnderCondition, condition, items, taken, total, isSync),
      );
      for (let n = 0; n < total; n++) {
        const guard = await condition.acquire();
        items.add(1);
        condition.notify();
        guard.release();
      }
      const shares = await all(takers, "all items are taken");
      same(shares.reduce((sum, share) => sum + share, 0), total, "every item is taken once"); // biome-ignore format: a line
      const guard = condition.acquireSync();
      same(await condition.waitFor(() => false, { timeoutMs: 10 }), false, "waitFor that times out is false");
      same(condition.lock.locked, true, "the lock is held again after a wait that timed out");
      guard.release();
    },
  },
  {
    law: "Y4",
    title: "a semaphore lets in as many as it has permits; a bounded one is not released beyond",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: threads });
      const semaphore = new Semaphore(2);
      const [inUse, most] = [new SharedValue("int32"), new SharedValue("int32")];
      await all(
        forms.map((isSync) => executor.submit(t.tasks.usePermits, semaphore, inUse, most, 500, isSync)),
        "all had permits",
      );
      holds(most.value <= 2, `a semaphore of 2 lets in at most 2 (it let in ${most.value})`);
      same(semaphore.value, 2, "every permit came back");
      const bounded = new BoundedSemaphore(1, { name: "slots" });
      await rejects(executor.submit(t.tasks.releaseLock, bounded), RangeError, /slots/, "one release too many");
      same(bounded.value, 1, "and is without effect");
    },
  },
  {
    law: "Y5",
    title: "setting an event wakes all that wait, even when it is cleared at once",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: threads });
      const [event, waiting] = [new Event(), new SharedValue("int32")];
      for (let round = 1; round <= 10; round++) {
        const waits = forms.map((isSync) => executor.submit(t.tasks.waitForEvent, event, waiting, isSync));
        const here = event.wait();
        await until(() => waiting.value === round * threads, "all wait");
        // They have counted themselves, and wait within microseconds.
        await delay(10);
        event.set();
        event.clear();
        equals(await all([...waits, here], "set wakes all"), [true, true, true, true, true], "the results of wait");
        same(event.isSet, false, "clear clears");
      }
      same(await event.wait({ timeoutMs: 5 }), false, "a wait that times out is false");
    },
  },
  {
    law: "Y6",
    title: "a barrier keeps workers in step for ten rounds, with another index for each, and one action per round",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: threads - 1 });
      const rounds = 10;
      let actions = 0;
      const barrier = new Barrier(threads, { action: () => void actions++ });
      const arrivals = new SharedArray("int32", rounds);
      const others = [true, false, true].map((isSync) =>
        executor.submit(t.tasks.meetInRounds, barrier, arrivals, rounds, isSync),
      );
      const visits = await all([...others, t.tasks.meetInRounds(barrier, arrivals, rounds, false)], "all rounds end");
      for (let round = 0; round < rounds; round++) {
        const indices = visits.map((visit) => visit[round]?.index).sort();
        equals(indices, [0, 1, 2, 3], `the indices of round ${round}`);
        const arrived = visits.map((visit) => visit[round]?.arrived);
        equals(arrived, [4, 4, 4, 4], `nobody leaves round ${round} before all have arrived`);
      }
      same(actions, rounds, "the action runs once per round");
    },
  },
  {
    law: "Y6",
    title: "abort, reset and a timeout let all waiters go with BrokenBarrierError; reset makes the barrier new",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: threads - 1 });
      const barrier = new Barrier(threads);
      const meet = (): Future<number | "broken">[] =>
        [true, false, true].map((isSync) => executor.submit(t.tasks.meetOnce, barrier, isSync));
      const ends: Record<string, () => Promise<void> | void> = {
        abort: () => barrier.abort(),
        reset: () => barrier.reset(),
        "a timeout": async () => {
          const late = new Barrier(2).wait({ timeoutMs: 5 });
          await rejects(late, BrokenBarrierError, /5 ms/, "a wait that times out");
          barrier.abort();
        },
      };
      for (const [what, end] of Object.entries(ends)) {
        const waits = meet();
        await until(() => barrier.waiting === 3, "three wait");
        await end();
        equals(await all(waits, `${what} frees all`), ["broken", "broken", "broken"], `${what} breaks the barrier`);
        barrier.reset();
      }
      const indices = await all([...meet(), barrier.wait()], "after reset they meet");
      equals(indices.sort(), [0, 1, 2, 3], "a barrier that was reset is new");
    },
  },
  {
    law: "Y8",
    title: "blocked threads and async functions wait for the same primitives, and each wakes the other",
    requires,
    async run(t) {
      for (const isSync of [true, false]) {
        const { lock, release, holding, executor } = await hold(t, new Lock(), isSync);
        const here = lock.acquire();
        const [sum, start] = [new SharedArray("float64", 1), new Event()];
        const others = executor.submit(t.tasks.addUnderLock, lock, sum, 100, !isSync);
        start.set();
        release.set();
        (await within(endMs, here, "an async acquire gets a lock that a thread released")).release();
        await all([holding, others], "and so do the others");
        same(sum.at(0), 100, "nothing is lost");
      }
    },
  },
  {
    law: "Y9",
    title: "a lock whose holder ends is reported to all who wait and who come, until it is reset",
    requires: [...requires, "isolated"],
    async run(t) {
      for (const isSync of [true, false]) {
        const executor = await t.executor({ maxWorkers: 2 });
        const [lock, held, waiting] = [new Lock({ name: "accounts" }), new Event(), new SharedValue("int32")];
        const lost = executor.submit(t.tasks.endUnderLock, lock, held, 3);
        lost.addDoneCallback(() => {});
        same(await held.wait({ timeoutMs: endMs }), true, "a worker gets the lock");
        const blocked = executor.submit(t.tasks.waitForLock, lock, waiting, isSync);
        const here = lock.acquire({ timeoutMs: endMs });
        await checkAbandoned(here, "an async acquire that waited");
        await checkAbandoned(blocked, "a worker that waited");
        await checkAbandoned(lock.acquire(), "an acquire that comes later");
        await rejects(lost, Error, /./, "the worker is lost");
        lock.reset();
        await all([executor.submit(t.tasks.waitForLock, lock, waiting, isSync)], "after reset it can be acquired");
        same(lock.locked, false, "and is free");
      }
    },
  },
];

/** A worker that holds the lock until `release` is set, and what the lock says about it. */
async function hold<L extends Lock | RLock>(t: LawContext, lock: L, isSync: boolean) {
  const executor: Executor = await t.executor({ maxWorkers: 2 });
  const [held, release] = [new Event(), new Event()];
  const holding = executor.submit(t.tasks.holdLock, lock, held, release, isSync);
  same(await held.wait({ timeoutMs: endMs }), true, "a worker gets the lock");
  t.defer(() => release.set());
  return { executor, lock, release, holding, name: lock.holder };
}

async function checkAbandoned(acquiring: PromiseLike<unknown>, who: string): Promise<void> {
  const what = `${who} gets LockAbandonedError`;
  const error = await within(endMs, rejects(acquiring, LockAbandonedError, /accounts/, what), what);
  holds(/code 3|close\(\)/.test(error.message), `the error says how the holder ended (${error.message})`);
}

function all<T>(waits: ReadonlyArray<PromiseLike<T>>, what: string): Promise<T[]> {
  return within(endMs, Promise.all(waits), what);
}

/** One of each. */
const primitives: ReadonlyArray<() => object> = [
  () => new Lock({ name: "a" }),
  () => new RLock({ name: "b" }),
  () => new Condition(undefined, { name: "c" }),
  () => new Semaphore(1, { name: "d" }),
  () => new BoundedSemaphore(1, { name: "e" }),
  () => new Event({ name: "f" }),
  () => new Barrier(2, { name: "g" }),
  () => new SharedValue("int32", 0, { name: "h" }),
  () => new SharedArray("int32", 1, { name: "i" }),
];
