// Wrong futures.

import { AbortError, type Future, reportError, setCancelled, WorkerLostError } from "@everycore/core";
import { backend as inline } from "../../../inline/dist/index.js";
import { backend as threads } from "../../../node-threads/dist/index.js";
import { distort, type Fault, mirror, override } from "./fault.js";

type AnyFunction = (...args: any[]) => any;

/** Changes every future that `submit` returns. */
function patched(change: (future: Future<unknown>) => void): Fault["backend"] {
  return override(inline, () => ({
    submit(task: AnyFunction, ...args: unknown[]) {
      const future = this.inner.submit(task, ...args);
      change(future);
      return future;
    },
  }));
}

/** See fault.ts. */
export const futureFaults: readonly Fault[] = [
  {
    what: "swallows errors",
    law: "X4",
    sentence: "a thrown value fails the task",
    backend: distort(inline, { error: (_, { result }) => result(undefined) }),
  },
  {
    what: "treats falsy errors as none",
    law: "F5",
    sentence: "a falsy value that is thrown is still an error",
    backend: distort(inline, {
      error: (error, { result, exception }) => (error ? exception(error) : result(undefined)),
    }),
  },
  {
    what: "settles its futures twice",
    law: "W4",
    sentence: "each of 100 racing futures settles once",
    backend: patched((future) => {
      const { addDoneCallback } = future;
      future.addDoneCallback = (callback) => {
        addDoneCallback.call(future, callback);
        return addDoneCallback.call(future, callback);
      };
    }),
  },
  {
    what: "calls callbacks in reverse order",
    law: "F1",
    sentence: "callbacks run once each, in the order they were added",
    backend: patched((future) => {
      const { addDoneCallback } = future;
      const callbacks: Array<(future: Future<unknown>) => void> = [];
      future.addDoneCallback = (callback) => {
        if (future.done()) return addDoneCallback.call(future, callback);
        callbacks.unshift(callback);
        if (callbacks.length === 1) addDoneCallback.call(future, () => callbacks.forEach((each) => each(future)));
        return future;
      };
    }),
  },
  {
    what: "lets a throwing callback stop the later ones",
    law: "F2",
    sentence: "the callbacks around one that throws run",
    backend: patched((future) => {
      const { addDoneCallback } = future;
      const callbacks: Array<(future: Future<unknown>) => void> = [];
      future.addDoneCallback = (callback) => {
        if (callbacks.push(callback) === 1)
          addDoneCallback.call(future, () => callbacks.forEach((each) => each(future)));
        return future;
      };
    }),
  },
  {
    what: "says that a task was cancelled although its body runs",
    law: "F10",
    sentence: "exactly those run that were not cancelled, in order",
    titles: /neighbours/,
    backend: distort(inline, {
      cancel(outer) {
        setCancelled(outer);
        return true;
      },
    }),
  },
  {
    what: "never cancels",
    law: "F3",
    sentence: "cancel() of a pending future",
    backend: distort(inline, { cancel: () => false }),
  },
  {
    what: "gives results to the wrong futures",
    law: "W4",
    sentence: "each has its own value",
    backend: distort(inline, {
      value: (value, { result }) => result(typeof value === "number" ? (value + 1) % 100 : value),
    }),
  },
  {
    what: "reports an unobserved error twice",
    law: "F11",
    sentence: "an unobserved error is reported exactly once",
    titles: /reported once/,
    backend: distort(inline, {
      error(error, { exception }) {
        reportError(error, "the first time");
        exception(error);
      },
    }),
  },
  {
    what: "keeps every future",
    law: "F12",
    sentence: "a dropped future is collected",
    titles: /dropped futures/,
    backend: (() => {
      const kept: unknown[] = [];
      return patched((future) => void kept.push(future));
    })(),
  },
  {
    what: "loses the reason of an abort",
    law: "X5",
    sentence: "with the very reason that was given",
    backend: distort(inline, {
      cancelled: (error) => (error instanceof AbortError ? new AbortError("aborted") : error),
    }),
  },
  {
    what: "delivers progress after the result",
    law: "S4",
    sentence: "progress arrives in order, before the result",
    titles: /in order/,
    backend: distort(inline, { progress: (deliver) => void setTimeout(deliver, 30) }),
  },
  {
    what: "never settles the task of a lost worker",
    law: "P3",
    sentence: "something hangs",
    titles: /1,000/,
    patience: 0.1,
    backend: distort(threads, {
      error: (error, { exception }) => (error instanceof WorkerLostError ? undefined : exception(error)),
    }),
  },
  {
    what: "fails the neighbours of a lost worker's task",
    law: "P3",
    sentence: "the loss of a worker fails no task but its own",
    titles: /1,000/,
    backend: override(threads, () => {
      let lost: unknown;
      return {
        submit(task: AnyFunction, ...args: unknown[]) {
          return mirror(this.inner.submit(task, ...args), {
            value: (value, { result, exception }) => (lost ? exception(lost) : result(value)),
            error(error, { exception }) {
              if (error instanceof WorkerLostError) lost = error;
              exception(error);
            },
          });
        },
      };
    }),
  },
  {
    what: "does not say why a worker was lost",
    law: "P5",
    sentence: "the error has the exit code",
    backend: distort(threads, {
      error: (error, { exception }) =>
        exception(error instanceof WorkerLostError ? new WorkerLostError("Something ran exitWorker.") : error),
    }),
  },
];
