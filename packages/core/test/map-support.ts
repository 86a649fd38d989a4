// A submit for MapResults that is a small executor of its own: tasks wait until they are let go, one by one or all.

import {
  type ChunkResult,
  Future,
  type MapSubmit,
  setCancelled,
  setException,
  setResult,
  setRunning,
} from "../src/index.js";

type Fn = (...args: readonly unknown[]) => unknown;

interface Pending {
  readonly future: Future<unknown>;
  readonly run: () => unknown;
}

/** Runs tasks when it is told to. */
export class HandPool implements MapSubmit<unknown> {
  readonly submitted: Array<readonly unknown[]> = [];
  readonly cancelled: Array<readonly unknown[]> = [];
  readonly chunks: number[] = [];
  readonly #fn: Fn;
  #pending: Pending[] = [];
  #auto = false;

  constructor(fn: Fn = (...args) => args) {
    this.#fn = fn;
  }

  /** From now on tasks run by themselves, in a later turn. */
  automatic(): this {
    this.#auto = true;
    this.runAll();
    return this;
  }

  get waiting(): number {
    return this.#pending.length;
  }

  one(args: readonly unknown[]): Future<unknown> {
    this.submitted.push(args);
    return this.#enqueue([args], () => this.#fn(...args));
  }

  chunk(tuples: readonly unknown[][]): Future<ChunkResult<unknown>> {
    this.submitted.push(...tuples);
    this.chunks.push(tuples.length);
    return this.#enqueue(tuples, () => {
      const values: unknown[] = [];
      try {
        for (const tuple of tuples) values.push(this.#fn(...tuple));
      } catch (error) {
        return { values, thrown: { error } };
      }
      return { values };
    }) as Future<ChunkResult<unknown>>;
  }

  /** Runs the oldest waiting task, or the one at `index`. */
  run(index = 0): void {
    const [task] = this.#pending.splice(index, 1);
    if (!task || !setRunning(task.future)) return;
    let value: unknown;
    try {
      value = task.run();
    } catch (error) {
      setException(task.future, error);
      return;
    }
    setResult(task.future, value);
  }

  runAll(): void {
    while (this.#pending.length > 0) this.run();
  }

  #enqueue(tuples: ReadonlyArray<readonly unknown[]>, run: () => unknown): Future<unknown> {
    const future: Future<unknown> = new Future<unknown>({
      cancel: () => {
        const index = this.#pending.findIndex((entry) => entry.future === future);
        if (index < 0) return false;
        this.#pending.splice(index, 1);
        this.cancelled.push(...tuples);
        setCancelled(future);
        return true;
      },
      abort() {},
    });
    this.#pending.push({ future, run });
    if (this.#auto) setImmediate(() => this.runAll());
    return future;
  }
}

/** An endless source that knows what was taken from it and whether it was closed. */
export class Source implements Iterable<number>, Iterator<number> {
  taken = 0;
  closed = 0;
  readonly #length: number;
  readonly #failAt: number;

  constructor(length = Number.POSITIVE_INFINITY, failAt = Number.POSITIVE_INFINITY) {
    this.#length = length;
    this.#failAt = failAt;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<number> {
    if (this.taken === this.#failAt) throw new Error(`input ${this.taken} failed`);
    if (this.taken >= this.#length) return { done: true, value: undefined };
    return { done: false, value: this.taken++ };
  }

  return(): IteratorResult<number> {
    this.closed++;
    return { done: true, value: undefined };
  }
}

/** The same values, asynchronously, each in a turn of its own. */
export async function* later<T>(values: Iterable<T>): AsyncGenerator<T, void, undefined> {
  for (const value of values) {
    await new Promise((resolve) => setImmediate(resolve));
    yield value;
  }
}
