// The examples of the table "asyncio" in PYTHON.md, under the first name of each row.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AbortError,
  asCompleted,
  BrokenBarrierError,
  CancelledError,
  Future,
  gather,
  InvalidStateError,
  isFuture,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  setResult,
  setUnobservedErrorHandler,
  shield,
  TaskGroup,
  TimeoutError,
  taskContext,
  timeout,
  wait,
} from "@everycore/core";
import { ThreadPoolExecutor } from "@everycore/node-threads";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
} from "@everycore/sync";
import { add, fail, nameOfWorker, runForever } from "./tasks.js";

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
const fetched: number = await Promise.resolve(1);

export const examples: Record<string, () => unknown> = {
  run() {
    assert.equal(fetched, 1); // awaited above, outside of any function
  },

  async create_task() {
    const order: string[] = [];
    await TaskGroup.run(async (group) => {
      const child = group.start(async (signal) => {
        await sleep(1, undefined, { signal });
        order.push("child");
      });
      group.add(pool.submit(add, 1, 1));
      assert.ok(isFuture(child));
    });
    assert.deepEqual(order, ["child"]);
  },

  async Task() {
    const task = pool.submit(add, 1, 1);
    const callback = (): void => {};
    assert.equal(task.addDoneCallback(callback).removeDoneCallback(callback), 1);
    assert.equal(await task.result(), 2);
    assert.deepEqual([task.done(), task.cancelled(), await task.exception()], [true, false, null]);
  },

  async "Task.cancel"() {
    const task = pool.submit(runForever);
    assert.equal(task.abort("not needed"), true);
    await assert.rejects(task.result(), AbortError);
    assert.equal(task.cancelled(), true);
  },

  async current_task() {
    assert.match(await pool.submit(nameOfWorker), /-\d$/);
    assert.equal(taskContext().workerName, "main");
  },

  async gather() {
    assert.deepEqual(await gather([pool.submit(add, 1, 1), sleep(1, "two"), 3]), [2, "two", 3]);
    const [error, value] = await gather([pool.submit(fail, "no"), pool.submit(add, 1, 1)], { returnExceptions: true });
    assert.ok(error instanceof RangeError && value === 2);
  },

  async wait() {
    const { done } = await wait([pool.submit(add, 1, 1)], { returnWhen: "FIRST_EXCEPTION" });
    assert.equal(done.size, 1);
  },

  async as_completed() {
    const future = pool.submit(add, 1, 1);
    for await (const done of asCompleted([future])) assert.equal(done as unknown, future);
  },

  async shield() {
    const inner = pool.submit(add, 1, 1);
    const outer = shield(inner);
    outer.cancel();
    assert.equal(await inner, 2);
    assert.equal(outer.cancelled(), true);
  },

  async wait_for() {
    const task = pool.submit(runForever);
    await assert.rejects(task.result({ timeoutMs: 1 }), TimeoutError);
    assert.equal(task.done(), false);
    task.abort();
    await assert.rejects(pool.with({ timeoutMs: 1 }).submit(runForever).result(), TimeoutError);
  },

  async timeout() {
    const late = timeout(60_000, async (scope) => {
      scope.reschedule(1);
      await once(scope.signal, "abort");
      assert.equal(scope.expired, true);
    });
    await assert.rejects(late, TimeoutError);
  },

  async sleep() {
    assert.equal(await sleep(1, "rested"), "rested");
  },

  async to_thread() {
    assert.equal(await pool.submit(add, 1, 2), 3);
  },

  isfuture() {
    assert.deepEqual([isFuture(new Future()), isFuture(Promise.resolve())], [true, false]);
  },

  async Future() {
    const future = new Future<number>();
    queueMicrotask(() => setResult(future, 1));
    assert.equal(await future, 1);
  },

  async Queue() {
    const queue = new Queue<number>({ maxSize: 2 });
    await queue.put(1);
    assert.equal(queue.tryPut(2), true);
    assert.deepEqual(
      [queue.size, queue.isFull, queue.isEmpty, queue.maxSize, queue.tryPut(3)],
      [2, true, false, 2, false],
    );
    assert.deepEqual([await queue.get(), queue.tryGet()], [1, { value: 2 }]);
    queue.taskDone();
    queue.taskDone();
    await queue.join();
    queue.shutDown();
    await assert.rejects(queue.put(3), QueueShutDownError);
  },

  async PriorityQueue() {
    const queue = new PriorityQueue<string>();
    await queue.put("later", { priority: 2 });
    await queue.put("first", { priority: 1 });
    const stack = new LifoQueue<number>();
    await stack.put(1);
    await stack.put(2);
    assert.deepEqual([await queue.get(), await stack.get()], ["first", 2]);
  },

  async QueueShutDown() {
    const queue = new Queue<number>();
    const waiting = queue.get();
    queue.shutDown();
    await assert.rejects(waiting, QueueShutDownError);
  },

  async QueueEmpty() {
    const queue = new Queue<number>({ maxSize: 1 });
    await assert.rejects(queue.get({ timeoutMs: 1 }), QueueEmptyError);
    await queue.put(1);
    await assert.rejects(queue.put(2, { timeoutMs: 1 }), QueueFullError);
  },

  async Lock() {
    const lock = new Lock();
    {
      using _ = await lock.acquire();
      assert.equal(lock.locked, true);
    }
    assert.equal(lock.locked, false);
  },

  async Event() {
    const event = new Event();
    const waiting = event.wait();
    event.set();
    assert.equal(await waiting, true);
    event.clear();
    assert.equal(event.isSet, false);
  },

  async Condition() {
    const condition = new Condition(new Lock());
    let ready = false;
    const waiting = (async () => {
      using _ = await condition.acquire();
      return await condition.waitFor(() => ready); // without await, the guard would go first
    })();
    {
      using _ = await condition.acquire();
      ready = true;
      condition.notify();
      condition.notifyAll();
    }
    assert.equal(await waiting, true);
  },

  async Semaphore() {
    const semaphore = new Semaphore(1);
    const guard = await semaphore.acquire();
    assert.equal(semaphore.value, 0);
    guard.release();
    assert.throws(() => new BoundedSemaphore(1).release(), RangeError);
  },

  async Barrier() {
    const barrier = new Barrier(2);
    assert.deepEqual((await Promise.all([barrier.wait(), barrier.wait()])).sort(), [0, 1]);
    assert.deepEqual([barrier.parties, barrier.waiting, barrier.broken], [2, 0, false]);
    barrier.abort();
    await assert.rejects(barrier.wait(), BrokenBarrierError);
    barrier.reset();
    assert.equal(barrier.broken, false);
  },

  CancelledError() {
    assert.ok(new AbortError() instanceof CancelledError);
    assert.equal(new TimeoutError("late").name, "TimeoutError");
    assert.throws(() => new Future().resultNow(), InvalidStateError);
  },

  async "AbstractEventLoop.call_soon"() {
    const order: string[] = [];
    const timer = setTimeout(() => order.push("never"), 1000);
    await new Promise<void>((resolve) => {
      setTimeout(() => order.push("later") && resolve(), 5);
      setImmediate(() => order.push("soon"));
    });
    clearTimeout(timer);
    assert.deepEqual(order, ["soon", "later"]);
  },

  "AbstractEventLoop.time"() {
    const before = performance.now();
    assert.ok(performance.now() >= before);
  },

  "AbstractEventLoop.set_exception_handler"() {
    const seen: unknown[] = [];
    const previous = setUnobservedErrorHandler((error) => seen.push(error));
    const future = new Future<number>().addDoneCallback(() => {
      throw "lost";
    });
    setResult(future, 1);
    setUnobservedErrorHandler(previous);
    assert.deepEqual(seen, ["lost"]);
  },

  async "AbstractEventLoop.add_signal_handler"() {
    const heard = once(process, "SIGUSR2");
    const open = setTimeout(() => {}, 30_000); // a handler alone does not hold the process
    process.kill(process.pid, "SIGUSR2");
    await heard;
    clearTimeout(open);
  },

  async create_subprocess_exec() {
    const child = spawn(process.execPath, ["-e", "process.exitCode = 3"]);
    assert.deepEqual(await once(child, "exit"), [3, null]);
  },
};
