// What a launch is worth, by the estimate of its time, and what follows: where it runs, and in how many chunks.

import type { Program, Statement } from "@everycore/kernel/ir";
import type { Launch } from "./launch.js";

/** Launches that are worth less run on the calling thread. */
export const smallNs = 60_000;
/** A unit that is worth more is not run on the calling thread just because the threads are not up yet. */
export const longUnitNs = 10_000;
/** Worth of a chunk. The estimate knows nothing of long loops, so it is rather short: claiming one costs less than 0.5 µs. */
const chunkNs = 25_000;
const minChunksPerWorker = 4;
const maxChunks = 2 ** 20;
/** Threads that compiled code runs at once. */
const stripThreads = 8;

/** Whether a unit may take any time: how often a loop runs, nobody knows before. */
export function mayRunLong(program: Program): boolean {
  return program.kind === "grid" ? hasLoop(program.body) : hasLoop(program.map) || hasLoop(program.combine);
}

function hasLoop(list: readonly Statement[]): boolean {
  return list.some((statement) => {
    if (statement.kind === "if") return hasLoop(statement.then) || hasLoop(statement.otherwise);
    return statement.kind === "loop" || (statement.kind === "block" && hasLoop(statement.body));
  });
}

/** Units of a chunk. */
export function chunkUnits({ units, estimateNs, executable }: Launch, maxWorkers: number): number {
  const wanted = estimateNs / chunkNs;
  const least = estimateNs < smallNs ? 1 : minChunksPerWorker * maxWorkers;
  const chunks = Math.max(1, Math.min(units, maxChunks, Math.ceil(Math.max(wanted, least))));
  const size = Math.max(1, Math.ceil(units / chunks));
  // Threads are run in strips: what is left of one at the end of a chunk would run one by one, as do fewer than one strip.
  const strips = executable?.unit === "thread" && units >= stripThreads;
  const step = strips ? (size < 4 * stripThreads ? stripThreads : 64) : 1;
  return Math.ceil(size / step) * step;
}
