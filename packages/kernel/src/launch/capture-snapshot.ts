// What a kernel captured when it was specialised, to be compared with what it captures now.
//
// Rules
//  1. Numbers, booleans and other plain values are constants of the program: another value is another program.
//  2. Of a captured array only the element type counts; the array itself is bound anew at each launch.
//  3. Functions count by identity, and by what they capture in turn (`helper(fn, thunk)`).
//  4. Objects count by their members.

import { capturesOf } from "../captures.js";
import type { AnyFunction } from "../front-end.js";
import { codeOf, isArrayCode } from "./signature.js";

/** One captured value, remembered. */
export interface Snapshot {
  /** Whether `value` would give the same program. */
  matches(value: unknown): boolean;
}

class ConstantSnapshot implements Snapshot {
  readonly #value: unknown;
  constructor(value: unknown) {
    this.#value = value;
  }
  matches(value: unknown): boolean {
    return Object.is(value, this.#value);
  }
}

class ArraySnapshot implements Snapshot {
  readonly #code: number;
  constructor(code: number) {
    this.#code = code;
  }
  matches(value: unknown): boolean {
    return codeOf(value) === this.#code;
  }
}

class FunctionSnapshot implements Snapshot {
  readonly #fn: AnyFunction;
  #captured: Snapshot | undefined;
  /** Guards against functions that capture each other. */
  #comparing = false;
  constructor(fn: AnyFunction) {
    this.#fn = fn;
  }
  /** Apart from the constructor, because a function may capture itself. */
  remember(seen: Map<object, Snapshot>): this {
    const thunk = capturesOf(this.#fn);
    if (thunk) this.#captured = snapshotOf(thunk(), seen);
    return this;
  }
  matches(value: unknown): boolean {
    if (value !== this.#fn) return false;
    if (this.#captured === undefined || this.#comparing) return true;
    this.#comparing = true;
    try {
      return this.#captured.matches(capturesOf(this.#fn)?.());
    } finally {
      this.#comparing = false;
    }
  }
}

class ObjectSnapshot implements Snapshot {
  readonly #object: object;
  readonly #keys: string[];
  readonly #members: Snapshot[] = [];
  /** Guards against an object that contains itself. */
  #comparing = false;
  constructor(object: object) {
    this.#object = object;
    this.#keys = Object.keys(object);
  }
  remember(seen: Map<object, Snapshot>): this {
    for (const key of this.#keys) this.#members.push(snapshotOf((this.#object as Record<string, unknown>)[key], seen));
    return this;
  }
  matches(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    if (this.#comparing) return true;
    this.#comparing = true;
    try {
      return this.#sameMembers(value as Record<string, unknown>);
    } finally {
      this.#comparing = false;
    }
  }
  #sameMembers(value: Record<string, unknown>): boolean {
    for (let i = 0; i < this.#keys.length; i++) {
      const member = value[this.#keys[i] as string];
      if (!(this.#members[i] as Snapshot).matches(member)) return false;
    }
    return true;
  }
}

/** Remembers a value, and everything that can be reached from it. */
export function snapshotOf(value: unknown, seen: Map<object, Snapshot> = new Map()): Snapshot {
  if (typeof value !== "function" && (typeof value !== "object" || value === null)) return new ConstantSnapshot(value);
  const known = seen.get(value);
  if (known) return known;
  const code = codeOf(value);
  if (isArrayCode(code)) return new ArraySnapshot(code);
  const snapshot = typeof value === "function" ? new FunctionSnapshot(value as AnyFunction) : new ObjectSnapshot(value);
  seen.set(value, snapshot);
  return snapshot.remember(seen);
}
