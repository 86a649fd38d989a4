// The examples of the table "concurrent.futures" in PYTHON.md, under the first name of each row.

import assert from "node:assert/strict";
import {
  asCompleted,
  BrokenExecutorError,
  CancelledError,
  type Executor,
  Future,
  setException,
  setResult,
  setRunning,
  TimeoutError,
  WorkerLostError,
  wait,
} from "@everycore/core";
import { ProcessPoolExecutor } from "@everycore/node-processes";
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { add, exit, fail, runForever, square } from "./tasks.js";

export const examples: Record<string, () => unknown> = {
  async Executor() {
    const double = async (pool: Executor): Promise<number> => pool.submit(add, 2, 2);
    await using threads = new ThreadPoolExecutor({ maxWorkers: 1 });
    assert.equal(await double(threads), 4);
    assert.equal(await double(threads.with({ priority: 1 })), 4);
  },

  async ThreadPoolExecutor() {
    const initializer = (name: string): void => void Object.assign(globalThis, { greeting: `hello ${name}` });
    await using pool = new ThreadPoolExecutor({ maxWorkers: 4, name: "crunch", initializer, initializerArgs: ["Ada"] });
    assert.equal(await pool.submit(() => (globalThis as { greeting?: string }).greeting), "hello Ada");
  },

  async ProcessPoolExecutor() {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    assert.notEqual(await pool.submit(() => process.pid), process.pid);
  },

  async "ProcessPoolExecutor.terminate_workers"() {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit(runForever);
    await pool.terminateWorkers();
    assert.ok(await future.exception().catch((error) => error instanceof CancelledError));
    const other = new ThreadPoolExecutor({ maxWorkers: 1 });
    await other.killWorkers();
  },

  async InterpreterPoolExecutor() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    assert.equal(await pool.submit(() => Object.assign(globalThis, { inThread: true }) && 1), 1);
    assert.equal("inThread" in globalThis, false);
  },

  async "Executor.submit"() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    assert.equal(await pool.submit(add, 1, 2), 3);
    assert.equal(await pool.submit((x: number) => x + 1, 1), 2);
    const captured = 5;
    assert.throws(() => pool.submit((x: number) => x + captured, 1), /captures "captured"/);
  },

  async "Executor.map"() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    assert.deepEqual(await pool.map(add, [1, 2, 3], [10, 20]).toArray(), [11, 22]);
    const squares = pool.map(square, [1, 2, 3], { chunkSize: 2, bufferSize: 2, timeoutMs: 30_000 });
    assert.deepEqual(await squares.toArray(), [1, 4, 9]);
  },

  async "Executor.shutdown"() {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit(add, 1, 1);
    await pool.shutdown({ wait: true, cancelFutures: false });
    assert.equal(future.resultNow(), 2);
    assert.throws(() => pool.submit(add, 1, 1), { code: "EVERYCORE_SHUTDOWN" });
  },

  async Future() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit(add, 1, 1);
    assert.ok(future instanceof Future);
    assert.equal(await future, 2);
  },

  async "Future.result"() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    assert.equal(await pool.submit(add, 1, 1).result({ timeoutMs: 30_000 }), 2);
    assert.ok((await pool.submit(fail, "no").exception()) instanceof RangeError);
    assert.equal(await pool.submit(add, 1, 1).exception(), null);
  },

  async "Future.cancel"() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const running = pool.submit(runForever);
    const waiting = pool.submit(add, 1, 1);
    assert.equal(waiting.cancel(), true);
    assert.equal(waiting.cancelled() && waiting.done() && !waiting.running(), true);
    running.abort("enough");
    await assert.rejects(running.result(), { name: "AbortError" });
  },

  async "Future.add_done_callback"() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    let seen: unknown;
    const future = pool.submit(add, 1, 1).addDoneCallback((done) => {
      seen = done;
    });
    await future;
    assert.equal(seen, future);
  },

  async "Future.set_result"() {
    const [good, bad] = [new Future<number>(), new Future<number>()];
    assert.equal(setRunning(good), true);
    setResult(good, 1);
    setException(bad, new RangeError("no"));
    assert.equal(await good, 1);
    await assert.rejects(bad.result(), RangeError);
  },

  async wait() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const futures = [pool.submit(add, 1, 1), pool.submit(add, 2, 2)];
    const first = await wait(futures, { returnWhen: "FIRST_COMPLETED" });
    assert.ok(first.done.size >= 1);
    const { done, notDone } = await wait(futures, { timeoutMs: 30_000 });
    assert.deepEqual([done.size, notDone.size], [2, 0]);
  },

  async as_completed() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const values: number[] = [];
    for await (const future of asCompleted([pool.submit(add, 1, 1), pool.submit(add, 2, 2)]))
      values.push(future.resultNow());
    assert.deepEqual(values.sort(), [2, 4]);
  },

  async CancelledError() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const running = pool.submit(runForever);
    await assert.rejects(running.result({ timeoutMs: 1 }), TimeoutError);
    running.abort();
    await assert.rejects(running.result(), CancelledError);
  },

  async BrokenExecutor() {
    await using broken = new ThreadPoolExecutor({ maxWorkers: 1, initializer: fail, initializerArgs: ["no"] });
    assert.ok((await broken.submit(add, 1, 1).exception()) instanceof BrokenExecutorError);
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    assert.ok((await pool.submit(exit, 3).exception()) instanceof WorkerLostError);
    assert.equal(await pool.submit(add, 1, 1), 2);
  },
};
