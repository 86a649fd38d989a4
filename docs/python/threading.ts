// The examples of the table "threading" in PYTHON.md, under the first name of each row.

import assert from "node:assert/strict";
import { threadId } from "node:worker_threads";
import { BrokenBarrierError, InvalidStateError, LockAbandonedError, TimeoutError } from "@everycore/core";
import { activeThreads, currentThread, Thread, ThreadPoolExecutor } from "@everycore/node-threads";
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore, SharedValue } from "@everycore/sync";
import { add, answer, countCalls, dieHolding, fail, increment, meet, produce, runForever, setLater } from "./tasks.js";

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });

/** Waits until the pool's other threads are where the test wants them. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

export const examples: Record<string, () => unknown> = {
  async Thread() {
    const counter = new SharedValue("int32");
    const thread = new Thread(increment, { args: [new Lock(), counter, 10], name: "counter" });
    thread.start();
    await thread.join();
    assert.deepEqual([counter.value, thread.name, thread.exitCode], [10, "counter", 0]);
  },

  async "Thread.start"() {
    const thread = new Thread(answer);
    assert.throws(() => thread.terminate(), InvalidStateError);
    thread.start();
    assert.throws(() => thread.start(), InvalidStateError);
    await thread.join();
  },

  async "Thread.join"() {
    const thread = new Thread(runForever);
    await assert.rejects(thread.join(), InvalidStateError);
    thread.start();
    assert.equal(await thread.join({ timeoutMs: 1 }), false);
    thread.terminate();
    assert.equal(await thread.join(), true);

    const previous = Thread.excepthook;
    Thread.excepthook = () => {};
    const failing = new Thread(fail, { args: ["no luck"] });
    failing.start();
    await assert.rejects(failing.join(), /no luck/);
    Thread.excepthook = previous;
  },

  async "Thread.is_alive"() {
    const thread = new Thread(runForever, { name: "eternal", daemon: true });
    assert.equal(thread.isAlive, false);
    thread.start();
    assert.deepEqual(
      [thread.isAlive, thread.name, thread.daemon, typeof thread.ident],
      [true, "eternal", true, "number"],
    );
    thread.kill();
    await thread.join();
    assert.equal(thread.isAlive, false);
  },

  current_thread() {
    assert.equal(currentThread().name, "main");
  },

  async main_thread() {
    assert.equal(currentThread().isMain, true);
    const inPool = async (): Promise<boolean> => (await import("@everycore/node-threads")).currentThread().isMain;
    assert.equal(await pool.submit(inPool), false);
  },

  async enumerate() {
    const thread = new Thread(runForever);
    thread.start();
    assert.ok(activeThreads().includes(thread));
    thread.terminate();
    await thread.join();
    assert.equal(activeThreads().includes(thread), false);
  },

  get_ident() {
    assert.deepEqual([threadId, currentThread().ident], [0, 0]);
  },

  async excepthook() {
    const seen: unknown[] = [];
    const previous = Thread.excepthook;
    Thread.excepthook = ({ error, thread }) => void seen.push((error as Error).message, thread.name);
    const thread = new Thread(fail, { args: ["no luck"], name: "unlucky" });
    thread.start();
    await thread.join().catch(() => {});
    Thread.excepthook = previous;
    assert.deepEqual(seen, ["no luck", "unlucky"]);
  },

  async local() {
    assert.deepEqual([countCalls(), countCalls()], [1, 2]);
    assert.equal(await pool.submit(countCalls), 1);
  },

  async stack_size() {
    const depth = (): number => {
      const dive = (n: number): number => {
        try {
          return dive(n + 1);
        } catch {
          return n;
        }
      };
      return dive(0);
    };
    await using small = new ThreadPoolExecutor({ maxWorkers: 1, resourceLimits: { stackSizeMb: 1 } });
    await using large = new ThreadPoolExecutor({ maxWorkers: 1, resourceLimits: { stackSizeMb: 16 } });
    assert.ok((await large.submit(depth)) > (await small.submit(depth)));
  },

  async Timer() {
    const timer = setTimeout(() => assert.fail("it was cancelled"), 5);
    clearTimeout(timer);
    assert.equal(await new Promise((resolve) => setTimeout(resolve, 10, "late")), "late");
  },

  async Lock() {
    const lock = new Lock({ name: "account" });
    const counter = new SharedValue("int32");
    await Promise.all([pool.submit(increment, lock, counter, 1000), pool.submit(increment, lock, counter, 1000)]);
    assert.equal(counter.value, 2000);
  },

  async "Lock.acquire"() {
    const lock = new Lock({ name: "account" });
    {
      using _ = await lock.acquire({ timeoutMs: 1000 });
      assert.equal(lock.tryAcquire(), undefined);
      await assert.rejects(
        lock.acquire({ timeoutMs: 1 }),
        (error) => error instanceof TimeoutError && /main/.test(error.message),
      );
    }
    lock.acquireSync({ timeoutMs: 1000 }).release();
    const thread = new Thread(dieHolding, { args: [lock], name: "careless" });
    thread.start();
    await thread.join().catch(() => {});
    await assert.rejects(lock.acquire(), LockAbandonedError);
    lock.reset();
    (await lock.acquire()).release();
  },

  "Lock.release"() {
    const lock = new Lock();
    lock.acquireSync();
    lock.release();
    const guard = lock.acquireSync();
    guard.release();
    guard.release(); // has nothing left to do
    assert.throws(() => lock.release(), InvalidStateError);
  },

  "Lock.locked"() {
    const lock = new Lock();
    assert.deepEqual([lock.locked, lock.holder], [false, undefined]);
    using _ = lock.acquireSync();
    assert.deepEqual([lock.locked, lock.holder], [true, "main"]);
  },

  async RLock() {
    const lock = new RLock();
    using _outer = await lock.acquire();
    using _inner = lock.acquireSync();
    assert.equal(lock.locked, true);
  },

  async Condition() {
    const condition = new Condition(new Lock());
    using _ = await condition.acquire();
    assert.equal(condition.lock.locked, true);
  },

  async "Condition.wait"() {
    const condition = new Condition();
    using _ = await condition.acquire();
    assert.equal(await condition.wait({ timeoutMs: 1 }), false);
    assert.equal(condition.waitSync({ timeoutMs: 1 }), false);
  },

  async "Condition.wait_for"() {
    const condition = new Condition();
    const ready = new SharedValue("int32");
    const produced = pool.submit(produce, condition, ready);
    {
      using _ = await condition.acquire();
      assert.equal(await condition.waitFor(() => ready.value === 1), true);
      assert.ok(condition.waitForSync(() => ready.value === 1));
    }
    await produced;
  },

  async "Condition.notify"() {
    const condition = new Condition();
    assert.throws(() => condition.notify(), InvalidStateError);
    using _ = await condition.acquire();
    condition.notify(2);
    condition.notifyAll();
  },

  async Semaphore() {
    const semaphore = new Semaphore(2);
    const guard = await semaphore.acquire();
    semaphore.acquireSync();
    assert.deepEqual([semaphore.value, semaphore.tryAcquire()], [0, undefined]);
    guard.release();
    semaphore.release();
    assert.equal(semaphore.value, 2);
  },

  BoundedSemaphore() {
    const semaphore = new BoundedSemaphore(1);
    semaphore.acquireSync().release();
    assert.throws(() => semaphore.release(), RangeError);
  },

  async Event() {
    const event = new Event();
    assert.equal(await event.wait({ timeoutMs: 1 }), false);
    const waiting = [event.wait(), event.wait()];
    event.set();
    event.clear();
    assert.deepEqual([await Promise.all(waiting), event.isSet], [[true, true], false]);
    const set = pool.submit(setLater, event);
    assert.equal(await event.wait(), true);
    assert.equal(await event.wait(), true);
    assert.equal(event.waitSync(), true);
    await set;
  },

  async Barrier() {
    let ended = 0;
    const barrier = new Barrier(2, { action: () => void ended++ });
    assert.equal(barrier.parties, 2);
    const first = barrier.wait();
    await until(() => barrier.waiting === 1);
    const second = barrier.wait();
    assert.deepEqual([(await Promise.all([first, second])).sort(), ended], [[0, 1], 1]);
    const elsewhere = new Barrier(2);
    const others = [pool.submit(meet, elsewhere), pool.submit(meet, elsewhere)];
    assert.deepEqual((await Promise.all(others)).sort(), [0, 1]);
  },

  async "Barrier.reset"() {
    const barrier = new Barrier(2);
    const waiting = assert.rejects(barrier.wait(), BrokenBarrierError);
    await until(() => barrier.waiting === 1);
    barrier.reset();
    await waiting;
    await assert.rejects(barrier.wait({ timeoutMs: 1 }), BrokenBarrierError);
    assert.equal(barrier.broken, true);
    barrier.abort();
    barrier.reset();
    assert.equal(barrier.broken, false);
  },

  ThreadError() {
    assert.throws(() => new Lock().release(), InvalidStateError);
    assert.equal(add(1, 1), 2);
  },
};
