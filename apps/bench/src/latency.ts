// What small launches and first calls cost.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { saxpy } from "./cases/saxpy.js";
import { Missing } from "./contender.js";
import { median } from "./measure.js";
import { load } from "./peers/everycore.js";
import type { PythonSession } from "./peers/python.js";
import { messageOf } from "./peers/reason.js";
import { type Line, runProblem, type SuiteOptions } from "./suite.js";

/** Medians of fresh processes, in milliseconds. */
export interface FirstCall {
  /** Loading the packages. */
  readonly importMs: number;
  /** From kernel() to the result of the process's first launch: loads the compiler, parses, compiles, starts the memory. */
  readonly firstMs: number;
  /** `prepare()`, in another process. */
  readonly prepareMs: number;
  /** From kernel() to the result of that process's first launch, after `prepare()`. */
  readonly preparedMs: number;
  /** The same for another kernel, right after: parses and compiles. */
  readonly nextMs: number;
}

export interface Latency {
  readonly elements: number;
  /** saxpy on so many elements, warm. */
  readonly launches: readonly Line[];
  readonly firstCall: FirstCall | { readonly missing: string };
}

const elements = 1000;
/** A first call that takes so long does not come back. */
const patienceMs = 60_000;

export async function measureLatency(session: PythonSession, options: SuiteOptions): Promise<Latency> {
  options.progress("latency of launches");
  const launches = await runProblem(saxpy, elements, session, options);
  options.progress("first calls");
  return { elements, launches, firstCall: await firstCalls(options.rounds) };
}

async function firstCalls(rounds: number): Promise<Latency["firstCall"]> {
  const loaded = await load("node-threads");
  if (loaded instanceof Missing) return { missing: loaded.reason };
  try {
    const cold: Measured[] = [];
    const prepared: Measured[] = [];
    for (let round = 0; round < rounds; round++) {
      cold.push(await firstCall());
      prepared.push(await firstCall("prepare"));
    }
    const middle = (calls: readonly Measured[], key: keyof Measured) => median(calls.map((call) => call[key]));
    return {
      importMs: middle(cold, "importMs"),
      firstMs: middle(cold, "firstMs"),
      prepareMs: middle(prepared, "prepareMs"),
      preparedMs: middle(prepared, "firstMs"),
      nextMs: middle(cold, "nextMs"),
    };
  } catch (error) {
    return { missing: messageOf(error) };
  }
}

/** What one run of first-call.ts prints. */
type Measured = Omit<FirstCall, "preparedMs">;

async function firstCall(...how: readonly "prepare"[]): Promise<Measured> {
  // Beside cli.js in dist.
  const program = fileURLToPath(new URL("./first-call.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...how], { timeout: patienceMs });
  return JSON.parse(stdout) as Measured;
}
