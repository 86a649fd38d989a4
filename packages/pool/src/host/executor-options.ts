// The checks of a pool's options, at the call.

import {
  checkCount,
  checkFunction,
  checkMs,
  checkOneOf,
  checkOptions,
  type ExecutorOptions,
  requireCapability,
  typeError,
} from "@everycore/core";
import type { Runtime } from "../wire/endpoint.js";

const optionNames: readonly string[] = [
  "maxWorkers",
  "name",
  "initializer",
  "initializerArgs",
  "shared",
  "maxQueue",
  "queuePolicy",
  "maxTasksPerWorker",
  "maxWorkerMemoryBytes",
  "abortGraceMs",
  "ageingMs",
];

/** Throws a `TypeError`, a `RangeError` or an `UnsupportedError` for options that a pool cannot have. */
export function checkExecutorOptions(options: ExecutorOptions, runtime: Runtime): void {
  checkOptions("options", options, [...optionNames, ...(runtime.optionNames ?? [])]);
  const { initializer, initializerArgs, maxWorkers, maxQueue, maxTasksPerWorker, maxWorkerMemoryBytes } = options;
  const { name, queuePolicy, abortGraceMs, ageingMs } = options;
  if (maxWorkers !== undefined) checkCount("maxWorkers", maxWorkers);
  if (name !== undefined && typeof name !== "string") throw typeError("name", "a string", name);
  if (initializer !== undefined) checkFunction("initializer", initializer);
  if (initializerArgs !== undefined && !Array.isArray(initializerArgs)) {
    throw typeError("initializerArgs", "an array", initializerArgs);
  }
  if (maxQueue !== undefined && maxQueue !== Number.POSITIVE_INFINITY) checkCount("maxQueue", maxQueue, 0);
  if (queuePolicy !== undefined) checkOneOf("queuePolicy", queuePolicy, ["reject", "wait", "run-inline"]);
  if (maxTasksPerWorker !== undefined) checkCount("maxTasksPerWorker", maxTasksPerWorker);
  if (abortGraceMs !== undefined) checkMs("abortGraceMs", abortGraceMs);
  if (ageingMs !== undefined) checkCount("ageingMs", ageingMs);
  if (maxWorkerMemoryBytes !== undefined) {
    checkCount("maxWorkerMemoryBytes", maxWorkerMemoryBytes);
    requireCapability(
      runtime.capabilities,
      "memoryLimit",
      "maxWorkerMemoryBytes",
      runtime.kind,
      "Use maxTasksPerWorker to replace workers now and then.",
    );
  }
}
