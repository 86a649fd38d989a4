// The examples of the table "queue" in PYTHON.md, under the first name of each row.

import assert from "node:assert/strict";
import { DataCloneError, QueueEmptyError, QueueFullError, QueueShutDownError } from "@everycore/core";
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { LifoQueue, PriorityQueue, Queue } from "@everycore/sync";
import { putAll, sumOf } from "./tasks.js";

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });

export const examples: Record<string, () => unknown> = {
  async Queue() {
    const queue = new Queue<number>({ maxSize: 2, maxBytes: 4096, name: "work" });
    const sum = pool.submit(sumOf, queue);
    await pool.submit(putAll, queue, [1, 2, 3, 4]); // waits for room
    queue.shutDown();
    assert.equal(await sum, 10);
  },

  async "Queue.put"() {
    const queue = new Queue<unknown>({ maxSize: 1, maxBytes: 1024 });
    await queue.put(new Map([["a", 1n]]), { timeoutMs: 1000 });
    assert.deepEqual(queue.getSync(), new Map([["a", 1n]]));
    queue.putSync(2);
    const waiting = queue.put(3);
    assert.deepEqual([await queue.get(), await waiting, await queue.get()], [2, undefined, 3]);
    await assert.rejects(queue.put(new Uint8Array(1_000_000)), RangeError);
    await assert.rejects(async () => queue.put(() => {}), DataCloneError);
  },

  "Queue.put_nowait"() {
    const queue = new Queue<number>({ maxSize: 1 });
    assert.deepEqual([queue.tryPut(1), queue.tryPut(2)], [true, false]);
  },

  async "Queue.get"() {
    const queue = new Queue<number>();
    const waiting = queue.get({ timeoutMs: 30_000 });
    await queue.put(1);
    await queue.put(2);
    assert.deepEqual([await waiting, queue.getSync()], [1, 2]);
  },

  async "Queue.get_nowait"() {
    const queue = new Queue<number | undefined>();
    assert.equal(queue.tryGet(), undefined);
    await queue.put(undefined);
    assert.deepEqual(queue.tryGet(), { value: undefined });
  },

  async "Queue.qsize"() {
    const queue = new Queue<number>({ maxSize: 1 });
    assert.deepEqual([queue.size, queue.isEmpty, queue.isFull], [0, true, false]);
    await queue.put(1);
    assert.deepEqual([queue.size, queue.isEmpty, queue.isFull], [1, false, true]);
  },

  async "Queue.task_done"() {
    const queue = new Queue<number>();
    await queue.put(1);
    const joined = queue.join();
    await queue.get();
    queue.taskDone();
    await joined;
    assert.throws(() => queue.taskDone(), RangeError);
  },

  async "Queue.shutdown"() {
    const queue = new Queue<number>();
    await queue.put(1);
    queue.shutDown();
    assert.equal(await queue.get(), 1);
    await assert.rejects(queue.get(), QueueShutDownError);
    const other = new Queue<number>();
    await other.put(1);
    other.shutDown({ immediate: true });
    await assert.rejects(other.get(), QueueShutDownError);
  },

  async Empty() {
    const queue = new Queue<number>({ maxSize: 1 });
    await assert.rejects(queue.get({ timeoutMs: 1 }), QueueEmptyError);
    await queue.put(1);
    assert.throws(() => queue.putSync(2, { timeoutMs: 1 }), QueueFullError);
  },

  async PriorityQueue() {
    const queue = new PriorityQueue<string>();
    await queue.put("second", { priority: 2 });
    await queue.put("first", { priority: 1 });
    await queue.put("third", { priority: 2 });
    assert.deepEqual([await queue.get(), await queue.get(), queue.getSync()], ["first", "second", "third"]);
  },

  async LifoQueue() {
    const queue = new LifoQueue<number>();
    await queue.put(1);
    await queue.put(2);
    assert.deepEqual([await queue.get(), await queue.get()], [2, 1]);
  },

  async SimpleQueue() {
    const queue = new Queue<number>();
    await queue.put(1);
    assert.deepEqual([queue.tryPut(2), queue.size, queue.isEmpty], [true, 2, false]);
    assert.deepEqual([await queue.get(), queue.tryGet()], [1, { value: 2 }]);
  },
};
