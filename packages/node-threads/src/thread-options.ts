// What can be set per thread, and its checks.

import type { ResourceLimits } from "node:worker_threads";
import { checkOptions, type ExecutorOptions, typeError } from "@everycore/core";
import type { KernelFeatures } from "@everycore/wasm";

/** What `worker_threads` can set per thread. */
export interface ThreadSettings {
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

/** Options of `ThreadPoolExecutor`: those of every pool, of each of its threads, and of those that run kernels. */
export interface ThreadPoolExecutorOptions extends ExecutorOptions, ThreadSettings {
  /** As `workerUrl`, for the threads that run kernels: a file that imports `@everycore/node-threads/kernel-worker`. */
  readonly kernelWorkerUrl?: URL | undefined;
  /** Switches off what the platform offers for kernels, such as shared memory. */
  readonly kernelFeatures?: KernelFeatures | undefined;
}

/** Throws a `TypeError` for options that no pool of threads can have. */
export function checkThreadPoolOptions(options: ThreadPoolExecutorOptions): void {
  checkThreadSettings(options);
  const { kernelWorkerUrl, kernelFeatures } = options;
  checkUrl("kernelWorkerUrl", kernelWorkerUrl);
  if (kernelFeatures !== undefined) checkOptions("kernelFeatures", kernelFeatures);
}

/** Throws a `TypeError` for settings that no thread can have. */
export function checkThreadSettings(options: ThreadSettings): void {
  checkOptions("options", options);
  const { resourceLimits, execArgv, env, workerUrl } = options;
  if (resourceLimits !== undefined) checkOptions("resourceLimits", resourceLimits);
  if (execArgv !== undefined && !Array.isArray(execArgv)) throw typeError("execArgv", "an array of strings", execArgv);
  if (env !== undefined) checkOptions("env", env);
  checkUrl("workerUrl", workerUrl);
}

function checkUrl(name: string, url: unknown): void {
  if (url !== undefined && !(url instanceof URL)) throw typeError(name, "a URL", url);
}
