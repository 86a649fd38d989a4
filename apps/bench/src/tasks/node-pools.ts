// The pools that Node programs use today, each as its documentation says it is fastest: functions in a file of the pool's kind.

import { fileURLToPath } from "node:url";
import { Missing } from "../contender.js";
import { messageOf } from "../peers/reason.js";
import { measurePool } from "./measure-pool.js";
import type { Pool, PoolContender } from "./pool.js";

/** Beside cli.js in dist. */
const file = (name: string): string => fileURLToPath(new URL(`./tasks/${name}.js`, import.meta.url));

export const nodePools: readonly PoolContender[] = [
  contender("piscina", "threads", async (workers) => {
    const { Piscina } = await import("piscina");
    const pool = new Piscina({ filename: file("functions"), minThreads: workers, maxThreads: workers });
    return {
      add: (a, b) => pool.run({ a, b }, { name: "add" }),
      echo: (bytes) => pool.run({ bytes }, { name: "echo", transferList: [bytes.buffer] as never }),
      close: () => pool.destroy(),
    };
  }),
  contender("tinypool", "threads", async (workers) => {
    const { Tinypool } = await import("tinypool");
    const pool = new Tinypool({ filename: file("functions"), minThreads: workers, maxThreads: workers });
    return {
      add: (a, b) => pool.run({ a, b }, { name: "add" }),
      echo: (bytes) => pool.run({ bytes }, { name: "echo", transferList: [bytes.buffer] as never }),
      close: () => pool.destroy(),
    };
  }),
  contender("poolifier", "threads", async (workers) => {
    const { FixedThreadPool } = await import("poolifier");
    const pool = new FixedThreadPool(workers, file("poolifier-worker"));
    return {
      add: (a, b) => pool.execute({ a, b }, "add") as Promise<number>,
      echo: (bytes) => pool.execute({ bytes }, "echo", undefined, [bytes.buffer]) as Promise<Uint8Array>,
      close: () => pool.destroy(),
    };
  }),
  contender("workerpool threads", "threads", (workers) => workerpool("thread", workers)),
  contender("workerpool processes", "processes", (workers) => workerpool("process", workers)),
];

async function workerpool(workerType: "thread" | "process", workers: number): Promise<Pool> {
  const { default: library } = await import("workerpool");
  const pool = library.pool(file("workerpool-worker"), { workerType, minWorkers: workers, maxWorkers: workers });
  return {
    add: (a, b) => pool.exec("add", [{ a, b }]) as PromiseLike<number>,
    // Its processes are spoken to in JSON.
    ...(workerType === "thread" && { echo: (bytes) => pool.exec("echo", [{ bytes }]) as PromiseLike<Uint8Array> }),
    close: () => pool.terminate() as unknown as Promise<unknown>,
  };
}

function contender(name: string, kind: PoolContender["kind"], open: (workers: number) => Promise<Pool>): PoolContender {
  return {
    name,
    kind,
    async measure(settings) {
      try {
        return await measurePool(await open(settings.workers), settings);
      } catch (error) {
        return new Missing(messageOf(error));
      }
    },
  };
}
