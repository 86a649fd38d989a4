// What can be set per worker process, and its checks.

import { checkOptions, type ExecutorOptions, typeError } from "@everycore/core";

/** What can be set for a process. */
export interface ProcessSettings {
  /** The environment of the process, instead of a copy of this one's. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The working directory of the process. Default: this one's. */
  readonly cwd?: string | URL | undefined;
  /** Node options of the process. Default: those of this one, but for `--eval`, `--inspect` and the like. */
  readonly execArgv?: readonly string[] | undefined;
  /**
   * The file that the process starts with. Default: this package's own; set it when a bundler has moved that file, to a
   * file that imports `@everycore/node-processes/worker`.
   */
  readonly workerUrl?: URL | undefined;
}

/** Options of `ProcessPoolExecutor`: those of every pool, and what can be set per process. */
export interface ProcessPoolExecutorOptions extends ExecutorOptions, ProcessSettings {}

/** Names of what processes have and other workers have not. */
export const processOptionNames: readonly (keyof ProcessSettings)[] = ["env", "cwd", "execArgv", "workerUrl"];

/** Throws a `TypeError` for options that no process can have. */
export function checkProcessOptions(options: ProcessSettings): void {
  checkOptions("options", options);
  const { env, cwd, execArgv, workerUrl } = options;
  if (env !== undefined) checkOptions("env", env);
  if (cwd !== undefined && typeof cwd !== "string" && !isFileUrl(cwd))
    throw typeError("cwd", "a path or a file: URL", cwd);
  if (execArgv !== undefined && !Array.isArray(execArgv)) throw typeError("execArgv", "an array of strings", execArgv);
  if (workerUrl !== undefined && !isFileUrl(workerUrl)) throw typeError("workerUrl", "a file: URL", workerUrl);
}

function isFileUrl(url: unknown): boolean {
  return url instanceof URL && url.protocol === "file:";
}

const withoutValue = /^(?:--(?:inspect|watch|test|check|interactive|input-type|build-sea)\b.*|-[ic])$/;
const withValue = /^(?:-e|--eval|-p|--print|-pe)$/;

/** This process's own Node options, without those that tell it what to run, or that only one process can have. */
export function inheritedExecArgv(execArgv: readonly string[] = process.execArgv): string[] {
  const kept: string[] = [];
  for (let index = 0; index < execArgv.length; index++) {
    const option = execArgv[index] as string;
    if (withValue.test(option)) index++;
    else if (!withoutValue.test(option)) kept.push(option);
  }
  return kept;
}
