// A fault: a backend that is wrong in one way, the law that must notice, and the sentence with which it does.

import {
  type Backend,
  type CancelledError,
  type Executor,
  type ExecutorOptions,
  Future,
  reportProgress,
  setCancelled,
  setException,
  setResult,
} from "@everycore/core";
import { ForwardingExecutor, forwardTo } from "../forwarding.js";

/** See above. */
export interface Fault {
  /** Completes "notices a backend that …". */
  readonly what: string;
  readonly law: string;
  /** What the failing test must say. */
  readonly sentence: string;
  readonly backend: Backend;
  /** Runs only the tests of the law whose titles match. */
  readonly titles?: RegExp;
  /** Shortens the limit of tests that hang by design. */
  readonly patience?: number;
}

type AnyFunction = (...args: any[]) => any;

/** Overrides some methods of the executors of a backend. `this` is the wrong executor; `this.inner` the right one. */
export function override(
  backend: Backend,
  methods: (
    options: ExecutorOptions,
  ) => Partial<Record<keyof Executor | "array" | "run" | "prepare", (this: ForwardingExecutor, ...args: any[]) => any>>,
): Backend {
  return forwardTo(backend, "wrong", (inner, options) => {
    class WrongExecutor extends ForwardingExecutor {}
    for (const [name, method] of Object.entries(methods(options))) {
      Object.defineProperty(WrongExecutor.prototype, name, { value: method });
    }
    return new WrongExecutor(inner);
  });
}

/** How {@link mirror} differs from its original. */
export interface Distortion {
  readonly value?: (value: unknown, settle: Settle) => void;
  readonly error?: (error: unknown, settle: Settle) => void;
  readonly cancelled?: (error: CancelledError) => CancelledError;
  readonly cancel?: (outer: Future<unknown>, inner: Future<unknown>) => boolean;
  readonly progress?: (deliver: () => void) => void;
}

/** How a distortion settles the mirror. */
interface Settle {
  result(value: unknown): void;
  exception(error: unknown): void;
}

/** A future that does what another one does, except for the distortion. */
export function mirror(inner: Future<unknown>, distortion: Distortion): Future<unknown> {
  const outer = new Future<unknown>({
    cancel: (self) => (distortion.cancel ? distortion.cancel(self, inner) : inner.cancel()),
    abort: (_, reason) => void inner.abort(reason),
    hasStarted: () => inner.state !== "pending",
  });
  const settle: Settle = {
    result: (value) => setResult(outer, value),
    exception: (error) => setException(outer, error),
  };
  inner.onProgress((value) => {
    const deliver = (): void => reportProgress(outer, value);
    if (distortion.progress) distortion.progress(deliver);
    else deliver();
  });
  inner.addDoneCallback(() => {
    if (outer.done()) return;
    try {
      const value = inner.resultNow();
      if (distortion.value) distortion.value(value, settle);
      else settle.result(value);
    } catch (error) {
      if (inner.cancelled())
        setCancelled(outer, distortion.cancelled?.(error as CancelledError) ?? (error as CancelledError));
      else if (distortion.error) distortion.error(error, settle);
      else settle.exception(error);
    }
  });
  return outer;
}

/** A backend whose futures are distorted. */
export function distort(backend: Backend, distortion: Distortion): Backend {
  return override(backend, () => ({
    submit(task: AnyFunction, ...args: unknown[]) {
      return mirror(this.inner.submit(task, ...args), distortion);
    },
  }));
}

/** A backend whose views lack an option. */
export function without(backend: Backend, option: string): Backend {
  return override(backend, () => ({
    with(options: object) {
      const Wrong = this.constructor as new (inner: Executor) => Executor;
      return new Wrong(this.inner.with({ ...options, [option]: undefined }));
    },
  }));
}

/** A backend whose executors are created with other options. */
export function created(backend: Backend, change: (options: ExecutorOptions) => ExecutorOptions): Backend {
  return forwardTo(backend, "wrong", (inner) => new ForwardingExecutor(inner), change);
}

/** A backend that changes the arguments of tasks. */
export function changeArguments(backend: Backend, change: (arg: unknown) => unknown): Backend {
  return override(backend, () => ({
    submit(task: AnyFunction, ...args: unknown[]) {
      return this.inner.submit(task, ...args.map(change));
    },
    map(task: AnyFunction, ...inputs: Iterable<unknown>[]) {
      const changed = inputs.map((input) => (Symbol.iterator in input ? Array.from(input, change) : input));
      return this.inner.map(task, ...(changed as unknown as [Iterable<any>]));
    },
  }));
}
