// concurrent.futures, in a Python of its own (python/tasks.py).

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Missing } from "../contender.js";
import { messageOf } from "../peers/reason.js";
import type { PoolContender, TaskSample } from "./pool.js";

const script = fileURLToPath(new URL("../python/tasks.py", import.meta.url));
const interpreter = process.env.BENCH_PYTHON ?? "python3";

export const pythonPools: readonly PoolContender[] = [
  contender("Python ThreadPoolExecutor", "threads"),
  contender("Python ProcessPoolExecutor", "processes"),
];

function contender(name: string, kind: PoolContender["kind"]): PoolContender {
  return {
    name,
    kind,
    async measure({ workers, burst, lone, bytes }) {
      const numbers = [workers, burst, lone, bytes].map(String);
      try {
        const { stdout } = await promisify(execFile)(interpreter, [script, kind, ...numbers]);
        return JSON.parse(stdout) as TaskSample;
      } catch (error) {
        return new Missing(messageOf(error));
      }
    },
  };
}
