// What the tests do in a page. Each experiment returns what it saw, as plain data.

import { activeThreads, backend, createBackend, Thread, WorkerPoolExecutor } from "@everycore/browser-workers";
import { serve } from "@everycore/browser-workers/worker";
import { defineTasks } from "@everycore/core";
import { vectorize } from "@everycore/kernel";
import { Lock, SharedValue } from "@everycore/sync";
import { others, tasks } from "./lab-tasks.js";

const worker = (): Worker => new Worker("/lab.worker.js", { type: "module" });
const failure = async (call: () => unknown): Promise<string> => {
  try {
    return `no error, but ${await call()}`;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

/** Notes the values of results that come by the private channels of workers that are started meanwhile. */
function hearPrivateChannels(): { readonly said: readonly unknown[]; restore(): void } {
  const { MessageChannel: Channel } = globalThis;
  const said: unknown[] = [];
  globalThis.MessageChannel = class extends Channel {
    constructor() {
      super();
      this.port1.addEventListener("message", ({ data }) => {
        if (data?.type === "done") said.push(data.results[2]);
      });
    }
  };
  return {
    said,
    restore() {
      globalThis.MessageChannel = Channel;
    },
  };
}

const experiments = {
  /** How a worker with this file fails to start, and after how long. */
  async start(path: string, startTimeoutMs?: number, type: WorkerType = "module"): Promise<[string, number]> {
    const begin = performance.now();
    await using pool = new WorkerPoolExecutor(() => new Worker(path, { type }), {
      startTimeoutMs,
      maxWorkers: 2,
    });
    const [first, second] = [pool.submit(tasks.add, 1, 2), pool.submit(tasks.add, 1, 2)];
    const message = await failure(() => first);
    await failure(() => second);
    return [`${message} / ${await failure(() => pool.submit(tasks.add, 1, 2))}`, performance.now() - begin];
  },
  async useTasks(): Promise<unknown> {
    await using pool = new WorkerPoolExecutor(worker, { maxWorkers: 2, name: "lab" });
    const greeting = await pool.submit(tasks.greet);
    return [await pool.submit(tasks.add, 1, 2), await pool.submit(others.add, 1, 2), greeting, pool.kernelSupport];
  },
  async useKernels(): Promise<unknown> {
    await using pool = new WorkerPoolExecutor(worker, { maxWorkers: 2 });
    const double = vectorize((x: number) => x * 2);
    const small = await pool.submit(double, Float32Array.of(1, 2, 3));
    const large = await pool.submit(double, new Float32Array(1_000_000).fill(4));
    return [[...small], large.every((value) => value === 8), pool.kernelSupport];
  },
  async refuse(): Promise<unknown> {
    const { stranger } = defineTasks("strangers", { stranger: () => 1 });
    const pool = new WorkerPoolExecutor(worker, { maxWorkers: 1 });
    const messages = [
      await failure(() => pool.submit(stranger)),
      await failure(() => pool.submit(() => 1)),
      await failure(() => serve(tasks)),
      await failure(() => new WorkerPoolExecutor(worker() as never)),
      await failure(() => new WorkerPoolExecutor(worker, { workers: 2 } as never)),
      await failure(() => backend.create({})),
      await failure(() => backend.createActivity(tasks.add, { args: [1, 2] })),
      await failure(() => new WorkerPoolExecutor((() => undefined) as never).submit(tasks.add, 1, 2)),
    ];
    await pool.shutdown();
    return messages;
  },
  /** 10,000 tasks, while workers end themselves and are ended. */
  async loseWorkers(): Promise<unknown> {
    await using pool = new WorkerPoolExecutor(worker, { maxWorkers: 2, abortGraceMs: 1 });
    const values: Array<PromiseLike<number>> = [];
    const killers: Array<Promise<unknown>> = [];
    for (let n = 0; n < 10_000; n++) {
      values.push(pool.submit(tasks.identity, n));
      if (n % 2000 === 999) killers.push(failure(() => pool.submit(tasks.closeWorker)));
    }
    const stuck = pool.submit(tasks.sleep, 60_000);
    stuck.abort();
    const all = await Promise.all(values);
    const names = (await Promise.all(killers)).map((text) => String(text).split(":")[0]);
    return [all.every((value, n) => value === n), names, await failure(() => stuck), pool.stats().pending];
  },
  /** How many messages a hundred lone tasks take, after the first. */
  async sendAlone(): Promise<number> {
    await using pool = new WorkerPoolExecutor(worker, { maxWorkers: 1 });
    await pool.submit(tasks.add, 1, 2);
    let posted = 0;
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (this: Worker, message: unknown, options?: object): void {
      posted++;
      postMessage.call(this, message, options);
    };
    for (let n = 0; n < 100; n++) if ((await pool.submit(tasks.add, n, 2)) !== n + 2) return Number.NaN;
    Worker.prototype.postMessage = postMessage;
    return posted;
  },
  /** How often the event loop of a worker has turned by itself in `ms`, while lone tasks come, with and without pauses. */
  async turnMeanwhile(ms: number): Promise<readonly [number, number]> {
    await using pool = new WorkerPoolExecutor(worker, { maxWorkers: 1 });
    const turnsDuring = async (pauseMs: number | undefined): Promise<number> => {
      await pool.submit(tasks.countTurns, ms);
      const before = await pool.submit(tasks.recallTurns);
      for (const end = performance.now() + ms; performance.now() < end; ) {
        await pool.submit(tasks.add, 1, 2);
        if (pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      return (await pool.submit(tasks.recallTurns)) - before;
    };
    return [await turnsDuring(undefined), await turnsDuring(5)];
  },
  /** What becomes of a lone task whose result has come, and was not yet heard of, when its worker is ended, and when it closes itself. */
  async endUnheard(): Promise<readonly unknown[]> {
    const ended = new WorkerPoolExecutor(worker, { maxWorkers: 1 });
    for (let n = 0; n < 20; n++) await ended.submit(tasks.add, n, 1);
    const sum = ended.submit(tasks.add, 1, 2);
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    tasks.spin(100);
    const end = ended.terminateWorkers();
    const values: unknown[] = [await sum];
    await end;
    const { said, restore } = hearPrivateChannels();
    await using closed = new WorkerPoolExecutor(worker, { maxWorkers: 1 });
    for (let n = 0; n < 20; n++) await closed.submit(tasks.closeAfter, n, 20);
    const last = closed.submit(tasks.closeAfter, 20, 20);
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    tasks.spin(100);
    values.push(await last, await closed.submit(tasks.closeAfter, 21, 20));
    restore();
    return [...values, said.includes(20)];
  },
  /** What listeners of the program hear: in a worker, to which the page posts messages of its own, and in the page. */
  async overhear(): Promise<readonly unknown[]> {
    const started: Worker[] = [];
    const said: unknown[] = [];
    const factory = (): Worker => {
      const made = worker();
      made.onmessage = ({ data }) => said.push(data);
      started.push(made);
      made.postMessage("early");
      return made;
    };
    await using pool = new WorkerPoolExecutor(factory, { maxWorkers: 1 });
    await pool.submit(tasks.identity, [1]);
    started[0]?.postMessage("late");
    for (let n = 0; n < 20; n++) await pool.submit(tasks.add, n, 1);
    await pool.submit(tasks.say, ["to the page"]);
    const heard = await pool.submit(tasks.recallHeard);
    // The page's channel and the pool's are not one.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return [heard, said];
  },
  /** Whether tasks with and without plain arguments, alone and not, run in the order of their calls. */
  async sendMixed(count: number): Promise<boolean> {
    await using pool = new WorkerPoolExecutor(worker, { maxWorkers: 1 });
    let random = 1;
    const next = (below: number): number => {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      return Math.floor((random / 2 ** 32) * below);
    };
    for (let n = 0; n < count; n++) {
      const counted = pool.submit(tasks.remember, next(2) ? n : [n]);
      if (next(3) === 0) await counted;
      if (next(5) === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return (await pool.submit(tasks.recall)).every((value, n) => Number(value) === n);
  },
  async move(bytes: number): Promise<unknown> {
    await using pool = new WorkerPoolExecutor(worker, { maxWorkers: 1 });
    const sent = new Uint8Array(bytes).fill(7);
    const back = await pool.with({ transfer: "move" }).submit(tasks.identity, sent);
    return [sent.byteLength, back.byteLength, back[0], back[bytes - 1]];
  },
  async share(): Promise<unknown> {
    await using pool = new WorkerPoolExecutor(worker, { maxWorkers: 2 });
    const [lock, total] = [new Lock({ name: "total" }), new SharedValue("int32")];
    const adding = [pool.submit(tasks.collect, lock, total, 2000), pool.submit(tasks.collect, lock, total, 2000)];
    for (let n = 0; n < 100; n++) {
      using _ = await lock.acquire();
      total.value = total.value + 1;
    }
    await Promise.all(adding);
    using _ = await lock.acquire();
    return [total.value, await failure(() => lock.acquireSync())];
  },
  async threads(): Promise<unknown> {
    const thread = new Thread(tasks.repeat, { worker, args: [3], name: "printer" });
    const closed = new Thread(tasks.closeWorker, { worker });
    const uncaught = new Thread(tasks.rejectLater, { worker });
    Thread.excepthook = () => {};
    for (const each of [thread, closed, uncaught]) each.start();
    const during = activeThreads().length;
    const joined = [await thread.join(), await closed.join(), await failure(() => uncaught.join())];
    return [
      during,
      joined,
      [thread.exitCode, closed.exitCode, uncaught.exitCode],
      thread.ident,
      activeThreads().length,
    ];
  },
  async terminate(): Promise<unknown> {
    const activity = createBackend(worker).createActivity(tasks.spin, { args: [60_000] });
    activity.start();
    const early = await activity.join({ timeoutMs: 200 });
    activity.terminate();
    return [early, await activity.join(), activity.exitCode];
  },
  /** Has 40 short and long tasks run, and tells when each was over. */
  async work(): Promise<unknown> {
    await using pool = new WorkerPoolExecutor(worker, { maxWorkers: 2 });
    const calls = Array.from({ length: 40 }, (_, n) => pool.submit(tasks.spin, n % 4 === 0 ? 30 : 1));
    return (await Promise.all(calls)).length;
  },
};

Object.assign(globalThis, { experiments });
