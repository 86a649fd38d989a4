// The messages between a pool and its workers: a closed union with a version. Logic lives elsewhere. What travels most,
// tasks and results, travels in flat arrays, so that a burst is one message and few objects.

import { isWireError, ProtocolError, type TaskReference, type WireError } from "@everycore/core";

/** Changes whenever a message changes its meaning. Both sides must agree. */
export const protocolVersion = 1;

/** Bits of a task's `flags`. */
export const taskFlags = {
  /** `args` are tuples; the result is a chunk. */
  chunk: 1,
  /** Say when the body starts. */
  announceStart: 2,
  /** Move the result's buffers. */
  moveResult: 4,
  /** The function returns an iterable whose values are to be sent one by one. */
  stream: 8,
  /** There are marks of portable objects in the arguments; see portables.ts. */
  portables: 16,
  /** What the function returns is not wanted, and need not be cloneable. */
  noResult: 32,
  /** The result may wait for those of the quick tasks behind it, where there are no slots. */
  quick: 64,
} as const;

/** The bits above the flags hold the size of a stream's buffer, which is its first credit. */
export const bufferShift = 8;

/** How many array entries describe a task: id, slot, function, flags, args. */
export const taskStride = 5;

/** How many array entries describe a result: id, status, value, milliseconds that the body ran. */
export const resultStride = 4;

/** What became of a task. */
export const resultStatus = {
  value: 0,
  /** `value` is a {@link WireError}. */
  error: 1,
  /** `value` is `{ values, thrown?: WireError }`. */
  chunk: 2,
  /** The task stopped because it was aborted. */
  aborted: 3,
  /** The host had withdrawn it: the body did not run. */
  skipped: 4,
  /** `value` has marks of portable objects in it. */
  portables: 5,
} as const;

/** A function to call when a worker starts. */
export interface SetupCall {
  readonly reference: TaskReference;
  readonly args: readonly unknown[];
}

/** An argument that is an async iterable: it is fed by `input` messages. */
export interface InputHole {
  readonly task: number;
  readonly index: number;
  readonly input: number;
}

/** From the pool to a worker. */
export type HostMessage =
  | {
      readonly type: "init";
      readonly version: number;
      readonly workerId: number;
      readonly workerName: string;
      /** See slots.ts; absent where memory cannot be shared. */
      readonly slots: ArrayBufferLike | undefined;
      readonly shared: unknown;
      /** Whether there are marks of portable objects in `shared` or `setup`. */
      readonly portables?: boolean;
      readonly setup: readonly SetupCall[];
      readonly reportMemory: boolean;
    }
  | {
      readonly type: "run";
      /** Functions that are new to the worker: number, reference, number, reference, … */
      readonly define: readonly unknown[];
      readonly tasks: readonly unknown[];
      readonly holes?: readonly InputHole[];
    }
  | { readonly type: "abort"; readonly id: number; readonly reason: WireError }
  /** The consumer of a stream can take `count` more values. */
  | { readonly type: "credit"; readonly id: number; readonly count: number }
  /** The consumer of a stream has left. */
  | { readonly type: "close"; readonly id: number }
  /** Values of an async iterable that is an argument. */
  | {
      readonly type: "input";
      readonly input: number;
      readonly values: readonly unknown[];
      readonly end?: { readonly error?: WireError };
      readonly portables?: boolean;
    }
  /** Finish what there is, then end; after a task that failed with `exitCode`, if that is given. */
  | { readonly type: "stop"; readonly exitCode?: number };

/** From a worker to the pool. */
export type WorkerMessage =
  | { readonly type: "ready"; readonly version: number }
  | { readonly type: "unready"; readonly error: WireError }
  | { readonly type: "started"; readonly id: number }
  | { readonly type: "done"; readonly results: readonly unknown[]; readonly memoryBytes?: number }
  /** The worker is about to end. Of what it has not answered only this task has begun, or none (−1). */
  | { readonly type: "leaving"; readonly id: number }
  /** Results lie in the slots. */
  | { readonly type: "look"; readonly memoryBytes?: number }
  | { readonly type: "progress"; readonly id: number; readonly value: unknown }
  | { readonly type: "yield"; readonly id: number; readonly values: readonly unknown[]; readonly portables?: boolean }
  /** A task can take `count` more values of an input. */
  | { readonly type: "pull"; readonly input: number; readonly count: number }
  /** A task needs no more values of an input. */
  | { readonly type: "drop"; readonly input: number };

const isNumber = (value: unknown): boolean => Number.isFinite(value);
const isAmount = (value: unknown): boolean => value === undefined || isNumber(value);
const isList = (value: unknown): boolean => Array.isArray(value);

/** The value and the duration of a result are what its status says. */
function isResult(id: unknown, status: unknown, value: unknown, runMs: unknown): boolean {
  if (!isNumber(id) || !isNumber(runMs)) return false;
  switch (status) {
    case resultStatus.value:
    case resultStatus.portables:
      return true;
    case resultStatus.error:
    case resultStatus.aborted:
      return isWireError(value);
    case resultStatus.chunk:
      return isChunk(value);
    default:
      return status === resultStatus.skipped && isNumber(value);
  }
}

function isChunk(value: unknown): boolean {
  const chunk = value as { values?: unknown; thrown?: unknown } | null | undefined;
  return isList(chunk?.values) && (chunk?.thrown === undefined || isWireError(chunk.thrown));
}

function areResults(list: unknown): boolean {
  if (!Array.isArray(list) || list.length % resultStride !== 0) return false;
  for (let at = 0; at < list.length; at += resultStride) {
    if (!isResult(list[at], list[at + 1], list[at + 2], list[at + 3])) return false;
  }
  return true;
}

const hostShape: Record<HostMessage["type"], (m: Record<string, unknown>) => boolean> = {
  init: (m) => m.version === protocolVersion && isNumber(m.workerId) && isList(m.setup),
  run: (m) => isList(m.tasks) && (m.tasks as unknown[]).length % taskStride === 0 && isList(m.define),
  abort: (m) => isNumber(m.id) && isWireError(m.reason),
  credit: (m) => isNumber(m.id) && isNumber(m.count),
  close: (m) => isNumber(m.id),
  input: (m) => isNumber(m.input) && isList(m.values),
  stop: (m) => isAmount(m.exitCode),
};

const workerShape: Record<WorkerMessage["type"], (m: Record<string, unknown>) => boolean> = {
  ready: (m) => m.version === protocolVersion,
  unready: (m) => isWireError(m.error),
  started: (m) => isNumber(m.id),
  done: (m) => areResults(m.results) && isAmount(m.memoryBytes),
  leaving: (m) => isNumber(m.id),
  look: (m) => isAmount(m.memoryBytes),
  progress: (m) => isNumber(m.id),
  yield: (m) => isNumber(m.id) && isList(m.values),
  pull: (m) => isNumber(m.input) && isNumber(m.count),
  drop: (m) => isNumber(m.input),
};

function check<M>(shapes: Record<string, (m: Record<string, unknown>) => boolean>, message: unknown, from: string): M {
  const type = typeof message === "object" && message !== null ? (message as { type?: unknown }).type : undefined;
  const shape = typeof type === "string" && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
  if (!shape?.(message as Record<string, unknown>)) {
    const version = (message as { version?: unknown } | null)?.version;
    const what = shape ? `a malformed "${type}" message` : "a message of unknown type";
    const hint = version === undefined ? "" : ` (its protocol version is ${String(version)}, ours ${protocolVersion})`;
    throw new ProtocolError(`Refused ${what} from ${from}${hint}.`);
  }
  return message as M;
}

/** Refuses what is no message of a pool. */
export function checkHostMessage(message: unknown): HostMessage {
  return check(hostShape, message, "the pool");
}

/** Refuses what is no message of a worker. */
export function checkWorkerMessage(message: unknown, worker: string): WorkerMessage {
  return check(workerShape, message, `worker ${worker}`);
}
