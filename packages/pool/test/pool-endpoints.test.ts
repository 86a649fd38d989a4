import {
  BrokenExecutorError,
  DataCloneError,
  encodeError,
  setUnobservedErrorHandler,
  type UnobservedErrorHandler,
  WorkerLostError,
} from "@everycore/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WorkerPool } from "../src/index.js";
import { HandRuntime } from "./fake-runtime.js";
import { outcomeOf, turn, until } from "./support.js";

let before: UnobservedErrorHandler;
beforeEach(() => {
  before = setUnobservedErrorHandler(() => {});
});
afterEach(() => {
  setUnobservedErrorHandler(before);
});

const task = (..._args: unknown[]): number => 1;

async function causeOf(promise: PromiseLike<unknown>): Promise<unknown> {
  const { thrown } = (await outcomeOf(promise)) as { thrown: BrokenExecutorError };
  expect(thrown).toBeInstanceOf(BrokenExecutorError);
  return thrown.cause;
}

describe("a worker that cannot start", () => {
  it("P4 breaks the pool with its cause, and every future with it", async () => {
    const runtime = new HandRuntime({ slots: true });
    const pool = new WorkerPool(runtime, { maxWorkers: 2, name: "p", maxQueue: 0, queuePolicy: "wait" });
    const futures = Array.from({ length: 5 }, () => pool.submit(task));
    const keyed = pool.with({ key: "k" }).submit(task);
    const room = outcomeOf(pool.ready());
    await turn();
    const cause = new Error("file not found");
    runtime.worker(0).end({ cause });
    for (const future of [...futures, keyed]) expect(await causeOf(future)).toBe(cause);
    expect((await room) as { thrown: unknown }).toMatchObject({ thrown: expect.any(BrokenExecutorError) });
    expect(() => pool.submit(task)).toThrow(BrokenExecutorError);
    expect(() => pool.submit(task)).toThrow(
      /Cannot submit: the workers of HandPool "p" cannot start \(Error: file not found\)/,
    );
    expect(new Set(await Promise.all(futures.map((future) => future.exception()))).size).toBe(5);
    await pool.shutdown();
    expect(pool.stats()).toMatchObject({ submitted: 6, done: 6, failed: 6, workers: 0 });
  });

  it("P4 tells how it ended when there is no cause", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { name: "p" });
    const future = pool.submit(task);
    await turn();
    runtime.worker(0).end({ exitCode: 7 });
    const cause = (await causeOf(future)) as WorkerLostError;
    expect(cause).toBeInstanceOf(WorkerLostError);
    expect(cause.message).toBe("Worker p-0 exited with code 7 while it started.");
  });

  it("P4 by a failing initializer, with its error", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { initializer: task });
    const future = pool.submit(task);
    await turn();
    runtime.worker(0).say({ type: "unready", error: encodeError(new RangeError("bad setup")) });
    runtime.worker(0).end({ exitCode: 0 });
    expect(await causeOf(future)).toMatchObject({ name: "RangeError", message: "bad setup" });
  });

  it("P4 because the runtime throws, or its first message cannot be sent", async () => {
    const boom = new Error("no threads left");
    for (const start of [
      () => {
        throw boom;
      },
      (worker: { onSend: () => void }) => {
        worker.onSend = () => {
          throw boom;
        };
        return undefined;
      },
    ]) {
      const runtime = new HandRuntime({ start: start as never });
      const pool = new WorkerPool(runtime);
      expect(await causeOf(pool.submit(task))).toBe(boom);
      await pool.shutdown();
    }
  });

  it("P4 lets running tasks of other workers finish", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 2 });
    const [running, waiting] = [pool.submit(task), pool.submit(task)];
    await turn();
    runtime.worker(0).ready();
    await turn();
    runtime.worker(1).end({ cause: new Error("second one") });
    await causeOf(waiting);
    runtime.worker(0).answer(0, "done all the same");
    expect(await running).toBe("done all the same");
    await pool.shutdown();
  });

  it("a worker that is ended on purpose while it starts breaks nothing", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime);
    const future = outcomeOf(pool.submit(task));
    await turn();
    await pool.terminateWorkers();
    expect(await future).not.toBe("pending");
    expect(() => pool.submit(task)).toThrow(/shut down/);
  });
});

describe("an endpoint whose send throws", () => {
  it("D2 for one job fails that job, and the others of the burst run", async () => {
    for (const slots of [false, true]) {
      const runtime = new HandRuntime({ slots });
      const pool = new WorkerPool(runtime, { maxWorkers: 1 });
      const first = pool.submit(task);
      await turn();
      const worker = runtime.worker(0).ready();
      await turn();
      worker.slots?.start(0);
      worker.answer(0);
      await first;
      const futures = [pool.submit(task, 1), pool.submit(task, { deep: Promise.resolve() }), pool.submit(task, 3)];
      const outcomes = futures.map((future) => outcomeOf(future));
      for (const id of [1, 3]) {
        await until(() => worker.tasks.some((sent) => sent.id === id), `job ${id}`);
        const slot = worker.tasks.find((sent) => sent.id === id)?.slot ?? -1;
        worker.slots?.start(slot);
        worker.answer(id, `value ${id}`);
      }
      expect(await outcomes[0]).toEqual({ value: "value 1" });
      expect(await outcomes[1]).toMatchObject({ thrown: expect.any(DataCloneError) });
      expect(((await outcomes[1]) as { thrown: DataCloneError }).thrown.path).toBe("args[0].deep");
      expect(await outcomes[2]).toEqual({ value: "value 3" });
    }
  });

  it("D2 the function of a refused first job is still defined for the next one", async () => {
    const runtime = new HandRuntime({ slots: true });
    runtime.resolver.resolve = () => ({ kind: "source", text: "() => 1", name: "shared" });
    const pool = new WorkerPool(runtime, { maxWorkers: 1 });
    const refused = outcomeOf(pool.submit(task, Promise.resolve()));
    await turn();
    expect(await refused).toMatchObject({ thrown: expect.any(DataCloneError) });
    void pool.submit(task, 1);
    await turn();
    const run = runtime.worker(0).sent.find((message) => message.type === "run");
    expect(run).toMatchObject({ define: [0, { kind: "source" }] });
  });

  it("for everything but tasks ends the worker, not the pool", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1, abortGraceMs: 1 });
    const future = pool.submit(task);
    await turn();
    const worker = runtime.worker(0).ready();
    await turn();
    worker.onSend = () => {
      throw new Error("channel closed");
    };
    expect(future.abort("stop")).toBe(true);
    expect(await outcomeOf(future)).not.toBe("pending");
    expect(worker.ended).toBe(true);
    await pool.shutdown();
  });

  it("for the stop message does not keep shutdown from ending", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime);
    const future = pool.submit(task);
    await turn();
    const worker = runtime.worker(0).ready();
    await turn();
    worker.answer(0);
    await future;
    worker.onSend = () => {
      throw new Error("channel closed");
    };
    expect(await outcomeOf(pool.shutdown())).toEqual({ value: undefined });
  });
});

describe("the end of a worker", () => {
  it("L8 a worker that does not stop is terminated", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime);
    const future = pool.submit(task);
    await turn();
    const worker = runtime.worker(0).ready();
    await turn();
    worker.obedient = false;
    worker.answer(0);
    await future;
    await pool.shutdown();
    expect(worker.terminations).toEqual([false]);
  });

  it("L5 a worker is held exactly while there is something to wait for", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime);
    const first = pool.submit(task);
    await turn();
    const worker = runtime.worker(0);
    expect(worker.holds).toEqual([]);
    worker.ready();
    await turn();
    expect(worker.holds.at(-1) ?? true).toBe(true);
    worker.answer(0);
    await first;
    await turn();
    expect(worker.holds.at(-1)).toBe(false);
    const second = pool.submit(task);
    await turn();
    expect(worker.holds.at(-1)).toBe(true);
    worker.answer(1);
    await second;
    await turn();
    expect(worker.holds.at(-1)).toBe(false);
    void pool.shutdown();
    expect(worker.holds.at(-1)).toBe(true);
    for (let index = 1; index < worker.holds.length; index++)
      expect(worker.holds[index]).not.toBe(worker.holds[index - 1]);
  });

  it("P11 fails what ran with an error that tells who ended it", async () => {
    const runtime = new HandRuntime({ slots: true });
    const pool = new WorkerPool(runtime, { maxWorkers: 1, name: "p" });
    const running = pool.submit(task);
    await turn();
    runtime.worker(0).ready().slots?.start(0);
    await pool.terminateWorkers();
    const { thrown } = (await outcomeOf(running)) as { thrown: WorkerLostError };
    expect(thrown.message).toBe('The program ended worker p-0 while it ran "task".');
  });

  it("P3 fails what ran, each with an error of its own, and sends the rest elsewhere", async () => {
    const runtime = new HandRuntime({ slots: true });
    const pool = new WorkerPool(runtime, { maxWorkers: 1, name: "p" });
    const [running, waiting] = [pool.submit(task), pool.submit(task)];
    await turn();
    const worker = runtime.worker(0).ready();
    worker.slots?.start(0);
    worker.end({ signal: "SIGKILL", exitCode: null });
    const { thrown } = (await outcomeOf(running)) as { thrown: WorkerLostError };
    expect(thrown).toMatchObject({ signal: "SIGKILL", exitCode: null });
    expect(thrown.message).toContain('Worker p-0 was ended by SIGKILL while it ran "task"');
    await turn();
    const next = runtime.worker(1).ready();
    expect(next.tasks.map(({ id }) => id)).toEqual([1]);
    next.slots?.start(next.tasks[0]?.slot ?? -1);
    next.answer(1, "elsewhere");
    expect(await waiting).toBe("elsewhere");
  });
});
