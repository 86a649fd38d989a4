// The one table of errors. A code is permanent; a message may be improved. A message says what happened, then what to
// do. Classes are recognised across duplicate copies of this package by a brand, not by identity (law X6).

const brand: unique symbol = Symbol.for("everycore.error");

/** Every error code of the task half of Everycore, with what it means. Listed with examples in `docs/errors.md`. */
export const errorCodes = {
  EVERYCORE_CANCELLED: "the task was cancelled before it started",
  EVERYCORE_ABORTED: "a running task was asked to stop, and stopped",
  EVERYCORE_TIMEOUT: "a deadline passed",
  EVERYCORE_INVALID_STATE: "the operation does not fit the state of the object",
  EVERYCORE_SHUTDOWN: "the executor no longer accepts work",
  EVERYCORE_BROKEN: "the executor cannot start its workers",
  EVERYCORE_WORKER_LOST: "the worker that ran the task ended before the task did",
  EVERYCORE_QUEUE_FULL: "the queue holds maxQueue tasks, or as many items as it may",
  EVERYCORE_QUEUE_EMPTY: "no item arrived in the queue in time",
  EVERYCORE_QUEUE_SHUTDOWN: "the queue was shut down",
  EVERYCORE_CHANNEL_CLOSED: "the queue or pipe is closed, or the process that keeps it has ended",
  EVERYCORE_END_OF_FILE: "the other end of the pipe is closed and everything was received",
  EVERYCORE_LOCK_ABANDONED: "the thread that held the lock ended without releasing it",
  EVERYCORE_BROKEN_BARRIER: "the barrier was aborted or reset, or a wait for it ended early",
  EVERYCORE_TASK_REFERENCE: "the function cannot be sent to, or found in, a worker",
  EVERYCORE_DATA_CLONE: "a value cannot be sent between workers",
  EVERYCORE_UNSUPPORTED: "the backend cannot do this",
  EVERYCORE_PROTOCOL: "a message on the wire is not one of ours",
  EVERYCORE_INVALID_TYPE: "an argument has the wrong type",
  EVERYCORE_OUT_OF_RANGE: "an argument is outside its range",
  EVERYCORE_KERNEL: "a kernel's function is not in the kernel language, or does not fit its arguments",
  EVERYCORE_DEVICE_LOST: "the device that ran the kernel is gone",
} as const;

/** A permanent error code; see {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes;

/**
 * Base of the errors that Everycore itself raises. `code` is permanent, `message` is not.
 * `instanceof` also recognises an error made by another copy of this package.
 */
export class EverycoreError extends Error {
  static readonly kind: string = "EverycoreError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, "kind")) return Function.prototype[Symbol.hasInstance].call(this, value);
    const kinds = (value as { [brand]?: unknown } | null | undefined)?.[brand];
    return Array.isArray(kinds) && kinds.includes(this.kind);
  }
}

// On the prototype, so that an error that was rebuilt after a journey has them too.
Object.defineProperties(EverycoreError.prototype, {
  name: {
    get(this: EverycoreError): string {
      return kindsOf(this)[0] as string;
    },
    // So that a subclass may assign `this.name`, as subclasses of Error do.
    set(this: EverycoreError, value: unknown): void {
      Object.defineProperty(this, "name", { value, configurable: true, writable: true });
    },
  },
  [brand]: {
    get(this: EverycoreError): string[] {
      return kindsOf(this);
    },
  },
});

/** The `kind` of the error's class and of every class above it. */
function kindsOf(error: EverycoreError): string[] {
  const kinds: string[] = [];
  let prototype: { constructor?: { kind?: string } } | null = Object.getPrototypeOf(error);
  for (; prototype; prototype = Object.getPrototypeOf(prototype)) {
    const type = prototype.constructor;
    if (type && Object.hasOwn(type, "kind")) kinds.push(type.kind as string);
  }
  return kinds;
}

/** `future.cancel()` withdrew the task: its body never ran. Python's `CancelledError`. */
export class CancelledError extends EverycoreError {
  static override readonly kind: string = "CancelledError";
  constructor(
    message = "The task was cancelled before it started.",
    options?: { cause?: unknown },
    code: ErrorCode = "EVERYCORE_CANCELLED",
  ) {
    super(code, message, options);
  }
}

/** A running task was aborted and stopped. `reason` (also `cause`) is what `abort(reason)` was given. */
export class AbortError extends CancelledError {
  static override readonly kind: string = "AbortError";
  readonly reason: unknown;
  constructor(reason?: unknown, message: string = `The task was aborted${describeReason(reason)}.`) {
    super(message, reason === undefined ? undefined : { cause: reason }, "EVERYCORE_ABORTED");
    this.reason = reason;
  }
}

function describeReason(reason: unknown): string {
  if (reason === undefined) return "";
  try {
    return `: ${reason instanceof Error ? reason.message : String(reason)}`;
  } catch {
    return "";
  }
}

/** A deadline passed: of a wait (the work goes on), or of a task with `timeoutMs` (the task was aborted). */
export class TimeoutError extends EverycoreError {
  static override readonly kind: string = "TimeoutError";
  constructor(message = "The deadline passed.", options?: { cause?: unknown }) {
    super("EVERYCORE_TIMEOUT", message, options);
  }
}

/** The operation does not fit the state of the object, such as a second settlement of a future. */
export class InvalidStateError extends EverycoreError {
  static override readonly kind: string = "InvalidStateError";
  constructor(message: string) {
    super("EVERYCORE_INVALID_STATE", message);
  }
}

/** Work was offered to an executor after `shutdown()`. */
export class ExecutorShutdownError extends EverycoreError {
  static override readonly kind: string = "ExecutorShutdownError";
  constructor(operation: string, executor: string) {
    super("EVERYCORE_SHUTDOWN", `Cannot ${operation}: ${executor} has been shut down. Create a new executor.`);
  }
}

/** The executor's workers cannot start; `cause` says why. The executor stays broken: fix the cause, make a new one. */
export class BrokenExecutorError extends EverycoreError {
  static override readonly kind: string = "BrokenExecutorError";
  constructor(message: string, options?: { cause?: unknown }) {
    super("EVERYCORE_BROKEN", message, options);
  }
}

/** The worker that ran this task ended before the task did. Other tasks are not affected. */
export class WorkerLostError extends EverycoreError {
  static override readonly kind: string = "WorkerLostError";
  /** Exit code of the worker, or `null` when a signal ended it or the backend has none. */
  readonly exitCode: number | null;
  /** Name of the signal that ended a worker process, or `null`. */
  readonly signal: string | null;
  constructor(message: string, end: { exitCode?: number | null; signal?: string | null; cause?: unknown } = {}) {
    super("EVERYCORE_WORKER_LOST", message, end.cause === undefined ? undefined : { cause: end.cause });
    this.exitCode = end.exitCode ?? null;
    this.signal = end.signal ?? null;
  }
}

/**
 * The queue holds `maxQueue` tasks and the policy is `"reject"`. Await `executor.ready()` before submitting more. Also what a
 * `put` with a timeout fails with when a queue stays full (Python's `queue.Full`); then the message is given.
 */
export class QueueFullError extends EverycoreError {
  static override readonly kind: string = "QueueFullError";
  constructor(maxQueueOrMessage: number | string) {
    super(
      "EVERYCORE_QUEUE_FULL",
      typeof maxQueueOrMessage === "string"
        ? maxQueueOrMessage
        : `The queue is full (maxQueue: ${maxQueueOrMessage}). Await executor.ready() before submitting, or set queuePolicy to "wait" or "run-inline".`,
    );
  }
}

/** A `get` with a timeout found no item in time. Python's `queue.Empty`. */
export class QueueEmptyError extends EverycoreError {
  static override readonly kind: string = "QueueEmptyError";
  constructor(message: string) {
    super("EVERYCORE_QUEUE_EMPTY", message);
  }
}

/** The queue was shut down: nothing can be put, and what was in it has been taken. Python's `queue.ShutDown`. */
export class QueueShutDownError extends EverycoreError {
  static override readonly kind: string = "QueueShutDownError";
  constructor(message: string) {
    super("EVERYCORE_QUEUE_SHUTDOWN", message);
  }
}

/** The queue or the end of a pipe was closed, or the process that keeps it has ended. Python's `BrokenPipeError`. */
export class ChannelClosedError extends EverycoreError {
  static override readonly kind: string = "ChannelClosedError";
  constructor(message: string, options?: { cause?: unknown }) {
    super("EVERYCORE_CHANNEL_CLOSED", message, options);
  }
}

/** The other end of the pipe is closed, and everything that it had sent was received. Python's `EOFError`. */
export class EndOfFileError extends EverycoreError {
  static override readonly kind: string = "EndOfFileError";
  constructor(message: string) {
    super("EVERYCORE_END_OF_FILE", message);
  }
}

/** The thread that held the lock ended. What the lock protects may be half changed: repair it, then `reset()` the lock. */
export class LockAbandonedError extends EverycoreError {
  static override readonly kind: string = "LockAbandonedError";
  constructor(lock: string, holder: string, how: string) {
    super(
      "EVERYCORE_LOCK_ABANDONED",
      `${lock} is abandoned: ${holder}, which held it, ${how}. What it protects may be half changed: repair it, then call reset().`,
    );
  }
}

/** The barrier was aborted or reset, or a wait for it ended early: its parties do not meet. Python's `BrokenBarrierError`. */
export class BrokenBarrierError extends EverycoreError {
  static override readonly kind: string = "BrokenBarrierError";
  constructor(message: string, options?: { cause?: unknown }) {
    super("EVERYCORE_BROKEN_BARRIER", message, options);
  }
}

/** A function cannot be sent to a worker, or the worker cannot find it. `captured` names the variables it closes over. */
export class TaskReferenceError extends EverycoreError {
  static override readonly kind: string = "TaskReferenceError";
  readonly captured: readonly string[];
  constructor(message: string, options: { captured?: readonly string[]; cause?: unknown } = {}) {
    super("EVERYCORE_TASK_REFERENCE", message, options.cause === undefined ? undefined : { cause: options.cause });
    this.captured = options.captured ?? [];
  }
}

/** A value cannot be sent. `path` says where it is, such as `args[0].config.onDone`. */
export class DataCloneError extends EverycoreError {
  static override readonly kind: string = "DataCloneError";
  readonly path: string;
  constructor(path: string, what: string, options: { cause?: unknown; hint?: string } = {}) {
    const { hint, ...rest } = options;
    super(
      "EVERYCORE_DATA_CLONE",
      `${path} ${what}${hint ? `: ${hint}` : ", which cannot be sent to another worker"}.`,
      rest,
    );
    this.path = path;
  }
}

/** The backend cannot do this. The message names the feature, the backend and the alternative. */
export class UnsupportedError extends EverycoreError {
  static override readonly kind: string = "UnsupportedError";
  readonly feature: string;
  readonly backend: string;
  constructor(feature: string, backend: string, alternative: string) {
    super("EVERYCORE_UNSUPPORTED", `${backend} does not support ${feature}. ${alternative}`);
    this.feature = feature;
    this.backend = backend;
  }
}

/** A message on the wire is not one of ours: wrong version, unknown type, or damaged. Ends at most that worker. */
export class ProtocolError extends EverycoreError {
  static override readonly kind: string = "ProtocolError";
  constructor(message: string) {
    super("EVERYCORE_PROTOCOL", message);
  }
}

/** Where in the user's own source a kernel's mistake is. */
export interface KernelErrorLocation {
  /** Path or URL of the file; `undefined` if only the function's own text is known, which lines then count from. */
  readonly file: string | undefined;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** A kernel is not in the language, or does not fit its arguments. The message has the place, a code frame and the way out. */
export class KernelError extends EverycoreError {
  static override readonly kind: string = "KernelError";
  /** Permanent name of the kind of mistake, such as `unknown-name`; listed in docs/kernels.md. */
  readonly reason: string;
  readonly location: KernelErrorLocation | undefined;
  constructor(
    message: string,
    details: { reason: string; location?: KernelErrorLocation | undefined; cause?: unknown },
  ) {
    super("EVERYCORE_KERNEL", message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = details.reason;
    this.location = details.location;
  }
}

/** The device is gone: unplugged, reset, or its driver crashed. What was pending is lost; a new executor may work. */
export class DeviceLostError extends EverycoreError {
  static override readonly kind: string = "DeviceLostError";
  constructor(message: string, options?: { cause?: unknown }) {
    super("EVERYCORE_DEVICE_LOST", message, options);
  }
}

/** Whether `value` is an error of Everycore, from whichever copy of the package; optionally one with this code. */
export function isEverycoreError(value: unknown, code?: ErrorCode): value is EverycoreError {
  return value instanceof EverycoreError && (code === undefined || value.code === code);
}
