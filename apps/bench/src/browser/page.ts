// Measures one pool in a page: `?pool=comlink&workers=2&…`. The result is left on `globalThis.sample`, as a promise.

import { WorkerPoolExecutor } from "@everycore/browser-workers";
import { transfer, wrap } from "comlink";
import workerpool from "workerpool";
import { measurePool } from "../tasks/measure-pool.js";
import type { Pool, TaskSample } from "../tasks/pool.js";
import type { Api } from "./comlink.worker.js";
import { tasks } from "./tasks.js";

const start = (name: string): Worker => new Worker(`/${name}.worker.js`, { type: "module" });

const pools: Readonly<Record<string, (workers: number) => Pool>> = {
  everycore(maxWorkers) {
    const pool = new WorkerPoolExecutor(() => start("everycore"), { maxWorkers });
    const moving = pool.with({ transfer: "move" });
    return {
      add: (a, b) => pool.submit(tasks.addNumbers, a, b),
      echo: (bytes) => moving.submit(tasks.echoBytes, bytes) as PromiseLike<Uint8Array>,
      close: () => pool.shutdown(),
    };
  },
  /** It has no pool: calls go round the workers. */
  comlink(count) {
    const workers = Array.from({ length: count }, () => start("comlink"));
    const apis = workers.map((worker) => wrap<Api>(worker));
    let next = 0;
    const api = (): (typeof apis)[number] => apis[next++ % count] as (typeof apis)[number];
    return {
      add: (a, b) => api().addNumbers(a, b),
      echo: (bytes) => api().echo(transfer(bytes, [bytes.buffer])) as PromiseLike<Uint8Array>,
      close: async () => {
        for (const worker of workers) worker.terminate();
      },
    };
  },
  workerpool(count) {
    const options = {
      workerType: "web",
      minWorkers: count,
      maxWorkers: count,
      workerOpts: { type: "module" },
    } as const;
    const pool = workerpool.pool("/workerpool.worker.js", options);
    return {
      add: (a, b) => pool.exec("add", [{ a, b }]) as PromiseLike<number>,
      echo: (bytes) => pool.exec("echo", [{ bytes }], { transfer: [bytes.buffer] }) as PromiseLike<Uint8Array>,
      close: () => pool.terminate() as unknown as Promise<unknown>,
    };
  },
};

const query = new URLSearchParams(location.search);
const number = (name: string): number => Number(query.get(name));

async function measure(): Promise<TaskSample> {
  const workers = number("workers");
  const open = pools[query.get("pool") ?? ""];
  if (!open) throw new TypeError(`There is no pool "${query.get("pool")}".`);
  return measurePool(open(workers), { workers, burst: number("burst"), lone: number("lone"), bytes: number("bytes") });
}

Object.assign(globalThis, { sample: measure() });
