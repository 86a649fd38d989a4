// Where a kernel was made: remembered when it is made, read only if an error needs it.
//
// V8 collects frames at once but turns them into text when somebody looks, so remembering costs about ten microseconds. Two
// traces are kept, because looking at one settles it: `shown` as the runtime would print it, with source maps applied (tsx,
// vitest and `node --enable-source-maps` do), and `raw`, the position in the code that runs.

import type { AnyFunction } from "../front-end.js";

/** A place in a file; line and column from 1. */
interface Position {
  /** Path or URL. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where the running code made a kernel: as the runtime shows it, and before source maps. */
export interface CallSite {
  readonly shown: Position | undefined;
  readonly raw: Position | undefined;
}

interface Trace {
  stack?: unknown;
}

interface Frame {
  getFileName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

/** V8's additions to Error. */
interface TraceableError {
  stackTraceLimit?: number;
  captureStackTrace?(target: Trace, boundary: AnyFunction): void;
  prepareStackTrace?: unknown;
}

const traceable = Error as unknown as TraceableError;
const recorded = new WeakMap<AnyFunction, { shown: Trace; raw: Trace }>();

/** Remembers that `fn` became a kernel here: in the caller of `boundary`. Never throws. */
export function recordSite(fn: AnyFunction, boundary: AnyFunction): void {
  try {
    recorded.set(fn, { shown: trace(boundary), raw: trace(boundary) });
  } catch {
    // Without a site errors still have the function's own text.
  }
}

function trace(boundary: AnyFunction): Trace {
  const target: Trace = {};
  if (typeof traceable.captureStackTrace !== "function") return target;
  const limit = traceable.stackTraceLimit;
  traceable.stackTraceLimit = 1;
  try {
    traceable.captureStackTrace(target, boundary);
  } finally {
    if (limit === undefined) delete traceable.stackTraceLimit;
    else traceable.stackTraceLimit = limit;
  }
  return target;
}

/** Where `fn` became a kernel. Never throws, whatever the program has put in `Error.prepareStackTrace`. */
export function siteOf(fn: AnyFunction): CallSite | undefined {
  const site = recorded.get(fn);
  return site && { shown: attempt(() => positionIn(site.shown.stack)), raw: attempt(() => rawPosition(site.raw)) };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Reads a trace unformatted: V8 hands the frames to whatever `prepareStackTrace` is set when a stack is first looked at. */
function rawPosition(trace: Trace): Position | undefined {
  const before = Object.getOwnPropertyDescriptor(traceable, "prepareStackTrace");
  traceable.prepareStackTrace = (_error: unknown, frames: readonly Frame[]) => frames.map(positionOf);
  try {
    const { stack } = trace;
    return Array.isArray(stack) ? (stack[0] as Position | undefined) : positionIn(stack);
  } finally {
    if (before) Object.defineProperty(traceable, "prepareStackTrace", before);
    else delete traceable.prepareStackTrace;
  }
}

function positionOf(frame: Frame): Position | undefined {
  const file = frame.getFileName();
  return file ? { file, line: frame.getLineNumber() ?? 1, column: frame.getColumnNumber() ?? 1 } : undefined;
}

/** The first `file:line:column` in the text of a trace. */
function positionIn(stack: unknown): Position | undefined {
  if (Array.isArray(stack)) return stack[0] as Position | undefined;
  const match = /(?:\(|\bat |@|^\s*)((?!at )[^\s(@][^()\n]*?):(\d+):(\d+)\)?\s*$/m.exec(String(stack ?? ""));
  return match ? { file: match[1] as string, line: Number(match[2]), column: Number(match[3]) } : undefined;
}
