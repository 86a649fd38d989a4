// The program: `npm run bench -- --suite kernels`. See README.md.

import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { Case } from "./case.js";
import { suites } from "./cases/cases.js";
import { measureLatency } from "./latency.js";
import { describeMachine } from "./machine.js";
import { closeEverycore } from "./peers/everycore.js";
import { PythonSession } from "./peers/python.js";
import { caseText, latencyText, legend, machineText, summaryText } from "./report.js";
import { type Result, runCase } from "./suite.js";
import { summarize } from "./summary.js";
import { taskText } from "./tasks/task-report.js";
import { runTaskSuite } from "./tasks/task-suite.js";

interface Settings {
  readonly suite: string;
  readonly cases: readonly Case[];
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly minimumMs: number;
  readonly wanted: (name: string) => boolean;
  readonly json: string | undefined;
}

const usage = `Usage: npm run bench -- [--suite kernels|tasks|browser] [--only saxpy,sum] [--sizes 1e4,1e6] [--contenders everycore,numba]
                     [--rounds 5] [--min-ms 50] [--json file]
  --only    cases, by name: ${(suites.kernels ?? []).map(({ name }) => name).join(", ")}; "none" leaves the latencies
  --sizes   for saxpy, sqrt-chain, exp-sin, sum, dot; the other cases have sizes of their own
  --contenders  those whose names contain one of these; default: all
  --rounds  samples of each contender; --min-ms: how long the calls of a sample take at least`;

function settings(argv: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      suite: { type: "string", default: "kernels" },
      only: { type: "string" },
      sizes: { type: "string", default: "100,1e3,1e4,1e5,1e6,1e7" },
      contenders: { type: "string", default: "" },
      rounds: { type: "string", default: "5" },
      "min-ms": { type: "string", default: "50" },
      json: { type: "string" },
    },
  });
  return {
    suite: values.suite,
    cases: chosen(values.suite, values.only?.split(",")),
    sizes: values.sizes.split(",").map((size) => positive("--sizes", size)),
    rounds: positive("--rounds", values.rounds),
    minimumMs: positive("--min-ms", values["min-ms"]),
    wanted: filter(values.contenders.toLowerCase().split(",")),
    json: values.json,
  };
}

function chosen(suite: string, only: readonly string[] | undefined): readonly Case[] {
  if (suite === "tasks" || suite === "browser") return [];
  const cases = suites[suite];
  if (!cases)
    throw new TypeError(
      `There is no suite "${suite}": there is ${[...Object.keys(suites), "tasks", "browser"].join(", ")}.`,
    );
  const unknown = only?.find((name) => name !== "none" && !cases.some((one) => one.name === name));
  if (unknown !== undefined) throw new TypeError(`The suite has no case "${unknown}".`);
  return cases.filter(({ name }) => only?.includes(name) ?? true);
}

function filter(parts: readonly string[]): (name: string) => boolean {
  return (name) => parts.some((part) => name.toLowerCase().includes(part));
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`${option} takes whole numbers above 0, not "${text}".`);
}

const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text} …\r`);
};

async function measureTasks({ rounds, wanted, json }: Settings, suite: "tasks" | "browser"): Promise<void> {
  await using session = new PythonSession();
  const machine = describeMachine(session);
  console.log(`${machineText(machine)}\n`);
  const workers = Math.min(4, availableParallelism());
  const lines = await runTaskSuite({ suite, rounds, wanted, workers, progress });
  console.log(taskText(lines, workers));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, workers, lines }, null, 1)}\n`);
}

async function measureKernels({ cases, json, ...options }: Settings): Promise<void> {
  await using session = new PythonSession();
  const machine = describeMachine(session);
  console.log(`${machineText(machine)}\n\n${legend}\n`);
  const suite = { ...options, progress };
  const results: Result[] = [];
  for (const one of cases) {
    const measured = await runCase(one, session, suite);
    console.log(`${caseText(one, measured)}\n`);
    results.push(...measured);
  }
  const latency = await measureLatency(session, suite);
  const summary = summarize(results);
  const layer = await session.threadingLayer();
  console.log(`${latencyText(latency)}\n\n${summaryText(summary, cases)}`);
  if (layer !== undefined) console.log(`Numba's threads: ${layer}`);
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify({ machine, layer, options, results, latency, summary }, null, 1)}\n`);
  }
  await closeEverycore();
}

let parsed: Settings | undefined;
try {
  parsed = settings(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n${usage}`);
  process.exitCode = 2;
}
if (parsed) {
  const { suite } = parsed;
  await (suite === "tasks" || suite === "browser" ? measureTasks(parsed, suite) : measureKernels(parsed));
  // Peers leave threads behind.
  process.exit();
}
