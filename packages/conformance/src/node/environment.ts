// What the kit needs of a platform, for Node.

import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { BlockList } from "node:net";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Environment, Garbled, ProgramOptions, ProgramRun } from "../environment.js";
import type { ProgramName } from "../programs.js";

/** What the Node environment cannot know by itself. */
export interface NodeEnvironmentOptions
  extends Pick<
    Environment,
    | "references"
    | "unstartable"
    | "smallMemory"
    | "postRaw"
    | "isProcessAlive"
    | "loseDevice"
    | "fullRunOn"
    | "randomPrograms"
    | "randomSeed"
  > {
  /** URL of the module that exports the backend as `backend`: `import.meta.resolve("@everycore/node-threads")`. */
  readonly backendUrl: string;
  /** Whether values that cannot be received can be made: by `postMessage`, between threads. Default false. */
  readonly garbles?: boolean;
}

/**
 * The environment of Node: all that the kit cannot do itself.
 *
 * @example
 * ```ts
 * const environment = nodeEnvironment({ backendUrl: import.meta.resolve("@everycore/node-threads"), references: true });
 * ```
 */
export function nodeEnvironment({ backendUrl, garbles = false, ...rest }: NodeEnvironmentOptions): Environment {
  return {
    platform: `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`,
    gc: createCollector(),
    heapBytes: () => process.memoryUsage().heapUsed,
    memoryBytes: () => process.memoryUsage().rss,
    ...fullRun(),
    ...numberFrom("randomPrograms", "EVERYCORE_RANDOM_PROGRAMS"),
    ...numberFrom("randomSeed", "EVERYCORE_RANDOM_SEED"),
    runProgram: (program, options) => runProgram(backendUrl, program, options),
    programsEnd: true,
    activeResources: () => process.getActiveResourcesInfo(),
    contextStorage: () => new AsyncLocalStorage<string>(),
    secondCore: () =>
      import(`${import.meta.resolve("@everycore/core")}?second`) as Promise<typeof import("@everycore/core")>,
    ...(garbles && { garbled }),
    ...rest,
  };
}

/** `EVERYCORE_FULL_RUN_ON` is for programs that run the tests on several versions of Node, such as scripts/on-node.mjs of this repository. */
function fullRun(): Pick<Environment, "fullRunOn"> {
  const version = process.env.EVERYCORE_FULL_RUN_ON;
  return version ? { fullRunOn: version } : {};
}

/** Thousands of random programs are for a person to ask for: `EVERYCORE_RANDOM_PROGRAMS=5000 EVERYCORE_RANDOM_SEED=7 npm test`. */
function numberFrom(member: "randomPrograms" | "randomSeed", variable: string): Partial<Record<typeof member, number>> {
  const text = process.env[variable];
  if (text === undefined) return {};
  if (!/^\d+$/.test(text))
    throw new RangeError(`${variable} has to be a whole number, and is ${JSON.stringify(text)}.`);
  return { [member]: Number(text) };
}

function createCollector(): () => Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  return async () => {
    collect();
    // Finalization callbacks, and what they release, have a turn of their own.
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
}

function runProgram(
  backendUrl: string,
  program: ProgramName,
  { limitMs = 15_000, killAt }: ProgramOptions = {},
): Promise<ProgramRun> {
  const runner = fileURLToPath(new URL("./program-runner.js", import.meta.url));
  const begin = performance.now();
  const child = spawn(process.execPath, [runner, backendUrl, program], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, limitMs);
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      if (killAt !== undefined && output[name].includes(killAt)) child.kill("SIGKILL");
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      clearTimeout(limit);
      resolve({ exitCode, signal, ...output, ms: performance.now() - begin, timedOut });
    });
  });
}

/** Node rebuilds its own cloneable classes with a method of theirs; one that throws is a message that cannot be read. */
const garbled: Garbled = {
  make: () => new BlockList(),
  // These two are sent by their source.
  prepareWorker: () => {
    const { prototype } = process.getBuiltinModule("node:net").BlockList;
    const method = Object.getOwnPropertySymbols(prototype).find((symbol) => /deserialize/.test(String(symbol)));
    if (!method) throw new Error("This Node does not rebuild a BlockList.");
    const value = (): never => {
      throw new Error("cannot be received");
    };
    Object.defineProperty(prototype, method, { value });
  },
  makeInWorker: () => {
    const { BlockList } = process.getBuiltinModule("node:net");
    return new BlockList();
  },
  prepareHere() {
    const { prototype } = BlockList;
    const method = Object.getOwnPropertySymbols(prototype).find((symbol) => /deserialize/.test(String(symbol)));
    if (!method) throw new Error("This Node does not rebuild a BlockList.");
    const original = Object.getOwnPropertyDescriptor(prototype, method) as PropertyDescriptor;
    const value = (): never => {
      throw new Error("cannot be received");
    };
    Object.defineProperty(prototype, method, { ...original, value });
    return () => Object.defineProperty(prototype, method, original);
  },
};
