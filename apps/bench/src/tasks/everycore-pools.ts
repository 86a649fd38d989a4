// Everycore's own pools: plain exported functions of a module, arrays moved where the backend can.

import type { Executor } from "@everycore/core";
import { Missing } from "../contender.js";
import { messageOf } from "../peers/reason.js";
import { measurePool } from "./measure-pool.js";
import type { Pool, PoolContender } from "./pool.js";

type Functions = typeof import("./functions.js");
type Create = (workers: number) => Promise<Executor>;

const threads: Create = async (maxWorkers) =>
  new (await import("@everycore/node-threads")).ThreadPoolExecutor({ maxWorkers });
const processes: Create = async (maxWorkers) =>
  new (await import("@everycore/node-processes")).ProcessPoolExecutor({ maxWorkers });

export const everycorePools: readonly PoolContender[] = [
  contender("Everycore threads", "threads", threads),
  contender("Everycore processes", "processes", processes),
];

function contender(name: string, kind: PoolContender["kind"], create: Create): PoolContender {
  return {
    name,
    kind,
    ours: true,
    async measure(settings) {
      let executor: Executor;
      try {
        executor = await create(settings.workers);
      } catch (error) {
        return new Missing(messageOf(error));
      }
      return measurePool(poolOf(executor, await functions()), settings);
    },
  };
}

/** Beside cli.js in dist, where workers find them too. */
function functions(): Promise<Functions> {
  return import(new URL("./tasks/functions.js", import.meta.url).href) as Promise<Functions>;
}

function poolOf(executor: Executor, { addNumbers, echoBytes }: Functions): Pool {
  const moving = executor.capabilities.transfer ? executor.with({ transfer: "move" }) : executor;
  return {
    add: (a, b) => executor.submit(addNumbers, a, b),
    echo: (bytes) => moving.submit(echoBytes, bytes),
    close: () => executor.shutdown(),
  };
}
