// What helper functions capture. A function's text does not reach the values it closes over, so a helper that captures
// something is registered with a thunk that names it, as a kernel is.

import type { AnyFunction } from "./front-end.js";

/** Names what a function captures: `() => ({ G, softening, distance })`. */
export type CaptureThunk = () => Readonly<Record<string, unknown>>;

const registered = new WeakMap<AnyFunction, CaptureThunk>();

/** Remembers what a helper function captures. A second registration replaces the first. */
export function registerCaptures(fn: AnyFunction, thunk: CaptureThunk): void {
  registered.set(fn, thunk);
}

/** The thunk that a helper function was registered with. */
export function capturesOf(fn: AnyFunction): CaptureThunk | undefined {
  return registered.get(fn);
}
