// The examples of the table "multiprocessing" in PYTHON.md, under the first name of each row.

import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import {
  asCompleted,
  ChannelClosedError,
  EndOfFileError,
  EverycoreError,
  InvalidStateError,
  type Portable,
  type PortableForm,
  QueueShutDownError,
  registerPortable,
  TimeoutError,
  UnsupportedError,
  WorkerLostError,
  wait,
} from "@everycore/core";
import {
  activeChildren,
  currentProcess,
  Pipe,
  Process,
  ProcessPoolExecutor,
  ProcessQueue,
  parentProcess,
} from "@everycore/node-processes";
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { Lock, SharedArray, SharedValue } from "@everycore/sync";
import {
  add,
  addAtomically,
  answer,
  echo,
  exit,
  fill,
  putAndStay,
  putInto,
  runForever,
  square,
  sumOf,
} from "./tasks.js";

const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
const threads = new ThreadPoolExecutor({ maxWorkers: 2 });

class Celsius implements Portable {
  readonly degrees: number;
  constructor(degrees: number) {
    this.degrees = degrees;
  }
  toPortable(): PortableForm {
    return { type: "example/Celsius", module: import.meta.url, data: this.degrees };
  }
}
registerPortable("example/Celsius", (degrees: number) => new Celsius(degrees));

export const examples: Record<string, () => unknown> = {
  async Process() {
    const queue = new ProcessQueue<unknown>();
    const process = new Process(putInto, { args: [queue, "hello"], env: { LANG: "C" }, cwd: "/", execArgv: [] });
    process.start();
    assert.equal(await queue.get(), "hello");
    await process.join();
    assert.equal(process.exitCode, 0);
    await queue.close();
  },

  async "Process.start"() {
    const process = new Process(runForever, { name: "eternal", daemon: true });
    await assert.rejects(process.join(), InvalidStateError);
    process.start();
    assert.throws(() => process.start(), InvalidStateError);
    assert.deepEqual([process.isAlive, process.name, process.daemon], [true, "eternal", true]);
    assert.equal(await process.join({ timeoutMs: 1 }), false);
    process.kill();
    assert.equal(await process.join(), true);
    assert.equal(process.isAlive, false);
  },

  async "Process.pid"() {
    const child = new Process(answer);
    assert.equal(child.pid, undefined);
    child.start();
    assert.equal(typeof child.pid, "number");
    await child.join();
  },

  async "Process.exitcode"() {
    const child = new Process(exit, { args: [3] });
    child.start();
    assert.equal(child.exitCode, undefined);
    await child.join();
    assert.deepEqual([child.exitCode, child.signal], [3, null]);
  },

  async "Process.terminate"() {
    for (const [how, signal] of [["terminate", "SIGTERM"] as const, ["kill", "SIGKILL"] as const]) {
      const child = new Process(runForever);
      child.start();
      child[how]();
      await child.join();
      assert.deepEqual([child.exitCode, child.signal], [null, signal]);
    }
  },

  async "Process.close"() {
    const child = new Process(answer);
    child.start();
    await child.join();
    child.close();
  },

  async "Process.interrupt"() {
    const queue = new ProcessQueue<string>();
    const child = new Process(putAndStay, { args: [queue, "here"] });
    child.start();
    assert.equal(await queue.get(), "here");
    process.kill(child.pid as number, "SIGINT");
    await child.join();
    await queue.close();
    assert.equal(child.signal, "SIGINT");
  },

  async current_process() {
    assert.deepEqual([currentProcess().name, parentProcess()], ["main", undefined]);
    const child = new Process(runForever);
    child.start();
    assert.deepEqual(activeChildren(), [child]);
    child.kill();
    await child.join();
    assert.deepEqual(activeChildren(), []);
  },

  cpu_count() {
    assert.ok(availableParallelism() >= 1);
  },

  async Pool() {
    const initializer = (): void => void Object.assign(globalThis, { ready: true });
    await using own = new ProcessPoolExecutor({ maxWorkers: 1, initializer, maxTasksPerWorker: 100 });
    assert.equal(await own.submit(() => "ready" in globalThis), true);
  },

  async "Pool.apply"() {
    assert.equal(await pool.submit(add, 1, 2), 3);
  },

  async "Pool.map"() {
    assert.deepEqual(await pool.map(square, [1, 2, 3], { chunkSize: 2 }).toArray(), [1, 4, 9]);
    assert.deepEqual(await pool.map(add, [1, 2], [10, 20]).toArray(), [11, 22]);
  },

  async "Pool.imap"() {
    let sum = 0;
    for await (const y of pool.map(square, [1, 2, 3], { bufferSize: 2 })) sum += y;
    assert.equal(sum, 14);
  },

  async "Pool.imap_unordered"() {
    let sum = 0;
    for await (const future of asCompleted([1, 2, 3].map((x) => pool.submit(square, x)))) sum += future.resultNow();
    assert.equal(sum, 14);
  },

  async "Pool.close"() {
    const own = new ProcessPoolExecutor({ maxWorkers: 1 });
    const future = own.submit(add, 1, 1);
    await own.shutdown({ wait: false });
    await own.shutdown();
    assert.equal(future.resultNow(), 2);
    await own.terminateWorkers();
  },

  async "AsyncResult.get"() {
    const future = pool.submit(add, 1, 1);
    await wait([future], { timeoutMs: 30_000 });
    assert.deepEqual([future.done(), future.failed(), await future.result({ timeoutMs: 1000 })], [true, false, 2]);
  },

  async Pipe() {
    const [ours, theirs] = Pipe();
    const child = new Process(echo, { args: [theirs] });
    child.start();
    await ours.send({ numbers: Float64Array.of(1, 2) });
    assert.deepEqual(await ours.recv(), { numbers: Float64Array.of(1, 2) });
    await child.join();
    await ours.close();
  },

  async "Connection.send"() {
    const [a, b] = Pipe();
    await a.send(new Set([1]));
    assert.deepEqual(await b.recv(), new Set([1]));
    await a.close();
    await b.close();
    assert.equal(a.closed, true);
  },

  async "Connection.poll"() {
    const [a, b] = Pipe();
    assert.equal(await b.poll({ timeoutMs: 1 }), false);
    await a.send(1);
    assert.equal(await b.poll({ timeoutMs: 30_000 }), true);
    await a.close();
    await b.close();
  },

  async "Connection.readable"() {
    const [receiver, sender] = Pipe({ duplex: false });
    assert.deepEqual([receiver.readable, receiver.writable], [true, false]);
    assert.deepEqual([sender.readable, sender.writable], [false, true]);
    await sender.close();
    await assert.rejects(receiver.recv(), EndOfFileError);
    await receiver.close();
  },

  async "connection.wait"() {
    const [a, b] = Pipe();
    const [c, d] = Pipe();
    const ready = (end: typeof b) => end.poll({ timeoutMs: 30_000 }).then(() => end);
    const first = Promise.race([ready(b), ready(d)]);
    await c.send("c");
    assert.equal(await (await first).recv(), "c");
    await a.send("a");
    assert.equal(await b.recv(), "a");
    for (const end of [a, b, c, d]) await end.close();
  },

  async Queue() {
    const queue = new ProcessQueue<number>({ maxSize: 2 });
    const sums = [pool.submit(sumOf, queue), pool.submit(sumOf, queue)];
    for (const value of [1, 2, 3, 4]) await queue.put(value);
    queue.shutDown();
    const [a, b] = await Promise.all(sums);
    assert.equal((a as number) + (b as number), 10);
    await queue.close();
  },

  async "Queue.put"() {
    const queue = new ProcessQueue<number>({ maxSize: 1 });
    await queue.put(1);
    assert.equal(await queue.size(), 1);
    assert.equal(await queue.get({ timeoutMs: 1000 }), 1);
    await queue.close();
  },

  async "Queue.put_nowait"() {
    const queue = new ProcessQueue<number>({ maxSize: 1 });
    assert.deepEqual([await queue.tryPut(1), await queue.tryPut(2)], [true, false]);
    assert.deepEqual([await queue.tryGet(), await queue.tryGet()], [{ value: 1 }, undefined]);
    await queue.close();
  },

  async "Queue.task_done"() {
    const queue = new ProcessQueue<number>();
    await queue.put(1);
    const joined = queue.join();
    await queue.get();
    queue.taskDone();
    await joined;
    await queue.close();
  },

  async "Queue.close"() {
    const queue = new ProcessQueue<number>();
    await queue.put(1);
    await queue.shutDown();
    assert.equal(await queue.get(), 1);
    await assert.rejects(queue.get(), QueueShutDownError);
    await queue.close();
    await assert.rejects(queue.put(2), ChannelClosedError);
  },

  async SimpleQueue() {
    const queue = new ProcessQueue<number>({ tracked: false });
    await queue.put(1);
    assert.equal(await queue.get(), 1);
    await queue.join(); // nothing is awaited of whoever took it
    await queue.close();
  },

  async Lock() {
    const lock = new Lock();
    assert.equal(await threads.submit((it: Lock) => it.acquireSync() !== undefined, lock), true);
    const refused = await pool.submit((it: Lock) => it.locked, lock).exception();
    assert.ok(refused instanceof UnsupportedError);
  },

  async Value() {
    const counter = new SharedValue("int32", 0);
    await Promise.all([threads.submit(addAtomically, counter, 1000), threads.submit(addAtomically, counter, 1000)]);
    assert.equal(counter.value, 2000);
    using _ = await counter.getLock().acquire();
    assert.equal(counter.compareExchange(2000, 1), 2000);
  },

  async Array() {
    const array = new SharedArray("float64", 4);
    await threads.submit(fill, array, 0.5);
    assert.deepEqual([...array.view], [0.5, 0.5, 0.5, 0.5]);
    using _ = array.lock.acquireSync();
  },

  async "shared_memory.SharedMemory"() {
    const memory = new SharedArrayBuffer(8);
    await threads.submit((shared: SharedArrayBuffer) => void new Uint8Array(shared).fill(7), memory);
    assert.equal(new Uint8Array(memory)[7], 7);
    assert.ok(
      (await pool.submit((shared: SharedArrayBuffer) => shared.byteLength, memory).exception()) instanceof
        UnsupportedError,
    );
  },

  async allow_connection_pickling() {
    const back = await pool.submit((celsius: Celsius) => celsius, new Celsius(20));
    assert.ok(back instanceof Celsius && back.degrees === 20);
  },

  async ProcessError() {
    const error = await pool.submit(exit, 3).exception();
    assert.ok(error instanceof WorkerLostError && error instanceof EverycoreError);
    assert.equal(error.code, "EVERYCORE_WORKER_LOST");
  },

  async TimeoutError() {
    const future = pool.submit(runForever);
    await assert.rejects(future.result({ timeoutMs: 1 }), TimeoutError);
    future.abort();
    await future.exception().catch(() => {});
  },
};
