// The program: `npm run bench -- --suite kernels`. See README.md.

import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { suites } from "./cases/cases.js";
import { type GpuCaseName, gpuCases } from "./gpu/gpu-case.js";
import { gpuCaseNames } from "./gpu/gpu-suite.js";
import { measureGpu, type Where } from "./gpu/measure-gpu.js";
import { measureLatency } from "./latency.js";
import { describeMachine, type Machine } from "./machine.js";
import { closeEverycore } from "./peers/everycore.js";
import { PythonSession } from "./peers/python.js";
import { caseText, latencyText, legend, machineText, summaryText } from "./report.js";
import { type Result, runCase } from "./suite.js";
import { summarize } from "./summary.js";
import { taskText } from "./tasks/task-report.js";
import { runTaskSuite } from "./tasks/task-suite.js";

interface Settings {
  readonly suite: string;
  readonly where: Where;
  readonly only: readonly string[] | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly rounds: number;
  readonly minimumMs: number;
  readonly wanted: (name: string) => boolean;
  readonly json: string | undefined;
}

const usage = `Usage: npm run bench -- [--suite kernels|tasks|browser|gpu] [--where pages|node] [--only saxpy,sum] [--sizes 1e4,1e6] [--contenders everycore,numba]
                     [--rounds 5] [--min-ms 50] [--json file]
  --where   for the suite gpu: in pages of Chromium, or in Node, against CuPy
  --only    cases, by name: ${(suites.kernels ?? []).map(({ name }) => name).join(", ")}; "none" leaves the latencies;
            of the suite gpu: ${Object.keys(gpuCases).join(", ")}
  --sizes   for saxpy, sqrt-chain, exp-sin, sum, dot, and most cases of the suite gpu; the other cases have sizes of their own
  --contenders  those whose names contain one of these; default: all
  --rounds  samples of each contender; --min-ms: how long the calls of a sample take at least`;

/** A mistake in the arguments. */
class UsageError extends Error {}

const suiteNames = [...Object.keys(suites), "tasks", "browser", "gpu"];
const defaultSizes = [100, 1e3, 1e4, 1e5, 1e6, 1e7];

function settings(argv: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      suite: { type: "string", default: "kernels" },
      where: { type: "string", default: "pages" },
      only: { type: "string" },
      sizes: { type: "string" },
      contenders: { type: "string", default: "" },
      rounds: { type: "string", default: "5" },
      "min-ms": { type: "string", default: "50" },
      json: { type: "string" },
    },
  });
  return {
    suite: oneOf("--suite", values.suite, suiteNames),
    where: oneOf("--where", values.where, Object.keys(gpuCaseNames)) as Where,
    only: values.only?.split(","),
    sizes: values.sizes?.split(",").map((size) => positive("--sizes", size)),
    rounds: positive("--rounds", values.rounds),
    minimumMs: positive("--min-ms", values["min-ms"]),
    wanted: filter(values.contenders.toLowerCase().split(",")),
    json: values.json,
  };
}

/** Those of `names` that were asked for. */
function chosen<Name extends string>({ only }: Settings, names: readonly Name[]): readonly Name[] {
  for (const name of only ?? []) if (name !== "none") oneOf("--only", name, names);
  return names.filter((name) => only?.includes(name) ?? true);
}

function oneOf(option: string, text: string, known: readonly string[]): string {
  if (known.includes(text)) return text;
  throw new UsageError(`${option} takes ${known.join(", ")}, not "${text}".`);
}

function filter(parts: readonly string[]): (name: string) => boolean {
  return (name) => parts.some((part) => name.toLowerCase().includes(part));
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`${option} takes whole numbers above 0, not "${text}".`);
}

const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text} …\r`);
};

async function measureTasks(settings: Settings, suite: "tasks" | "browser"): Promise<void> {
  await using session = new PythonSession();
  const machine = machineOf(session);
  const workers = Math.min(4, availableParallelism());
  const { rounds, wanted } = settings;
  const lines = await runTaskSuite({ suite, rounds, wanted, workers, progress });
  console.log(taskText(lines, workers));
  write(settings, { machine, workers, lines });
}

async function measureKernels(settings: Settings): Promise<void> {
  const { sizes = defaultSizes, ...options } = settings;
  const all = suites[settings.suite] ?? [];
  const names = chosen(
    settings,
    all.map(({ name }) => name),
  );
  const cases = all.filter(({ name }) => names.includes(name));
  await using session = new PythonSession();
  const machine = machineOf(session);
  console.log(`${legend}\n`);
  const suite = { ...options, sizes, progress };
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
  write(settings, { machine, layer, options: { ...options, sizes }, results, latency, summary });
  await closeEverycore();
}

async function measureGpus(settings: Settings): Promise<void> {
  const cases = chosen<GpuCaseName>(settings, gpuCaseNames[settings.where]);
  await using session = new PythonSession();
  const machine = machineOf(session);
  const run = await measureGpu({ ...settings, cases, progress });
  write(settings, { machine, ...run });
}

/** Describes and prints the machine. */
function machineOf(session: PythonSession): Machine {
  const machine = describeMachine(session);
  console.log(`${machineText(machine)}\n`);
  return machine;
}

function write({ json }: Settings, run: object): void {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(run, null, 1)}\n`);
}

function measure(settings: Settings): Promise<void> {
  const { suite } = settings;
  if (suite === "tasks" || suite === "browser") return measureTasks(settings, suite);
  return suite === "gpu" ? measureGpus(settings) : measureKernels(settings);
}

try {
  await measure(settings(process.argv.slice(2)));
  // Peers leave threads behind.
  process.exit();
} catch (error) {
  // parseArgs has errors of its own.
  const isUsage = error instanceof UsageError || String((error as { code?: string }).code).startsWith("ERR_PARSE_ARGS");
  if (!isUsage) throw error;
  console.error(`${(error as Error).message}\n${usage}`);
  process.exitCode = 2;
}
