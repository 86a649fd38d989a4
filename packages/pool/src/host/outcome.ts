// Settles the future of a task from what the worker says became of it.

import {
  AbortError,
  type ChunkResult,
  decodeError,
  type Future,
  setCancelled,
  setException,
  setResult,
  TimeoutError,
  type WireError,
  WorkerLostError,
} from "@everycore/core";
import type { WorkerEnd } from "../wire/endpoint.js";
import { revive } from "../wire/portables.js";
import { resultStatus } from "../wire/protocol.js";
import type { Job } from "./job.js";
import type { SubmitSite } from "./submit-sites.js";

/** Settles a task that has answered. Nothing happens if it is settled already. */
export function settleJob(job: Job, status: number, value: unknown): void {
  const { future } = job;
  if (future.done()) return;
  if (status === resultStatus.value) setResult(future, value);
  else if (status === resultStatus.portables) settleWith(future, () => revive(value, "result"));
  else if (status === resultStatus.chunk) settleWith(future, () => chunkResult(job, value as WireChunk));
  else if (status === resultStatus.aborted && job.abort) settleAborted(job);
  else setException(future, fromWorker(job, value as WireError));
}

/** What arrives may be of a class that nobody has imported here. */
function settleWith(future: Future<unknown>, value: () => unknown): void {
  try {
    setResult(future, value());
  } catch (error) {
    setException(future, error);
  }
}

/** Whether an answer says that the function threw. */
export function hasThrown(status: number, value: unknown): boolean {
  return status === resultStatus.error || (status === resultStatus.chunk && (value as WireChunk).thrown !== undefined);
}

/** Settles a task that stopped, or whose worker was ended, because it was asked to stop. */
export function settleAborted(job: Job): void {
  const { future, abort } = job;
  if (future.done() || !abort) return;
  if (abort.timeoutMs === undefined) setCancelled(future, new AbortError(abort.reason));
  else
    setException(
      future,
      new TimeoutError(`The task ran longer than its timeoutMs (${abort.timeoutMs}) and was aborted.`),
    );
}

/** Fails a task whose worker ended while it ran; each future gets an error of its own. `wanted`: the program has ended all workers. */
export function settleLost(job: Job, worker: string, end: WorkerEnd, wanted: boolean): void {
  if (job.future.done()) return;
  if (job.abort) return settleAborted(job);
  const error = new WorkerLostError(
    wanted ? `The program ended worker ${worker} while it ran "${nameOf(job)}".` : lossOf(job, worker, end),
    end,
  );
  setException(job.future, withSite(error, job));
}

function lossOf(job: Job, worker: string, end: WorkerEnd): string {
  // Uncaught: thrown by this task, or by what an earlier one left behind in the worker.
  const stray = end.cause instanceof Error && !end.description;
  const doubt = stray ? " (an earlier task may have left behind what threw, such as a timer)" : "";
  const what = `Worker ${worker} ${describeEnd(end)} while it ran "${nameOf(job)}"${doubt}.`;
  return `${what} The task was not retried, because it may have had effects.`;
}

/** The values of a broadcast: workers that left before it reached them have none. */
export async function valuesThatCame(futures: ReadonlyArray<Future<unknown>>): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(futures);
  return outcomes.flatMap((outcome, index) => {
    if (outcome.status === "fulfilled") return [outcome.value];
    if (futures[index]?.cancelled()) return [];
    throw outcome.reason;
  });
}

/** How a worker ended, in words that follow its name. */
export function describeEnd({ exitCode, signal, description, cause }: WorkerEnd): string {
  if (description) return description;
  if (signal) return `was ended by ${signal}`;
  if (cause instanceof Error) return `failed with ${cause.name}: ${cause.message}`;
  return exitCode === null || exitCode === undefined ? "ended" : `exited with code ${exitCode}`;
}

/** The name of a task's function, for messages. */
function nameOf(job: Job): string {
  const { reference } = job;
  return (reference.kind === "export" ? reference.path.at(-1) : reference.name) || job.task.name || "anonymous";
}

interface WireChunk {
  readonly values: readonly unknown[];
  readonly thrown?: WireError;
  readonly portables?: boolean;
}

function chunkResult(job: Job, { values: sent, thrown, portables }: WireChunk): ChunkResult<unknown> {
  const values = portables ? (revive(sent, "result") as readonly unknown[]) : sent;
  return thrown ? { values, thrown: { error: fromWorker(job, thrown) } } : { values };
}

function fromWorker(job: Job, wire: WireError): unknown {
  const error = decodeError(wire);
  return error instanceof Error ? withSite(error, job) : error;
}

function withSite<E extends Error>(error: E, job: Job): E {
  return appendSite(error, job.site, "submitted by");
}

/** Appends where `submit`, say, was called to the stack of an error that came from elsewhere (law X2). */
export function appendSite<E extends Error>(error: E, site: SubmitSite | undefined, label: string): E {
  const frames = site?.trace.stack?.split("\n").slice(1).join("\n");
  if (!site || !frames) return error;
  const which = site.exact ? label : `${label} or near, not every call is recorded`;
  const stack = `${error.stack ?? String(error)}\n    at [${which}]\n${frames}`;
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  return error;
}
