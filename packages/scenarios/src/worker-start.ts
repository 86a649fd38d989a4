// Workers start on demand; a measurement should not pay for that.

import { type Executor, gather } from "@everycore/core";
import { tasks } from "./tasks.js";

/** Makes an executor start all its workers, and load the scenarios' tasks, by keeping them all busy for a moment. */
export async function startWorkers(executor: Executor): Promise<void> {
  await gather(Array.from({ length: executor.maxWorkers }, () => executor.submit(tasks.rest, 20)));
}
