// What can be set per thread, and its checks.

import type { ResourceLimits } from "node:worker_threads";
import { checkOptions, type ExecutorOptions, typeError } from "@everycore/core";

/** Options of `ThreadPoolExecutor`: those of every pool, and what `worker_threads` can set per thread. */
export interface ThreadPoolExecutorOptions extends ExecutorOptions {
  /** Limits of each thread's JavaScript engine. A thread that exceeds them is lost with "ran out of memory". */
  readonly resourceLimits?: ResourceLimits | undefined;
  /** Node options of the threads. Default: those of this process. */
  readonly execArgv?: readonly string[] | undefined;
  /** `process.env` in the threads. Default: a copy of this one. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * The file that threads start with. Default: this package's own; set it when a bundler has moved that file, to a
   * file that imports `@everycore/node-threads/worker`.
   */
  readonly workerUrl?: URL | undefined;
}

/** Throws a `TypeError` for options that no thread can have. */
export function checkThreadOptions(options: ThreadPoolExecutorOptions): void {
  checkOptions("options", options);
  const { resourceLimits, execArgv, env, workerUrl } = options;
  if (resourceLimits !== undefined) checkOptions("resourceLimits", resourceLimits);
  if (execArgv !== undefined && !Array.isArray(execArgv)) throw typeError("execArgv", "an array of strings", execArgv);
  if (env !== undefined) checkOptions("env", env);
  if (workerUrl !== undefined && !(workerUrl instanceof URL)) throw typeError("workerUrl", "a URL", workerUrl);
}
