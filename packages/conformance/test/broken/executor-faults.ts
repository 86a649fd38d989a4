// Wrong executors: submitting, mapping, queueing, shutting down.

import { type Executor, Future, type ShutdownOptions } from "@everycore/core";
import { backend as inline } from "../../../inline/dist/index.js";
import { backend as threads } from "../../../node-threads/dist/index.js";
import { created, type Fault, override, without } from "./fault.js";

type AnyFunction = (...args: any[]) => any;

/** Makes a map of a changed list of results. */
function mapped(change: (results: () => Promise<unknown[]>) => AsyncGenerator<unknown>): Fault["backend"] {
  return override(inline, () => ({
    map(task: AnyFunction, ...rest: any[]) {
      const results = this.inner.map(task, ...(rest as [Iterable<any>]));
      const generator = change(() => results.toArray());
      return Object.assign(generator, {
        async toArray() {
          const list: unknown[] = [];
          for await (const value of generator) list.push(value);
          return list;
        },
      });
    },
  }));
}

/** See fault.ts. */
export const executorFaults: readonly Fault[] = [
  {
    what: "maps out of order",
    law: "E2",
    sentence: "map zips two inputs",
    backend: mapped(async function* (results) {
      yield* (await results()).reverse();
    }),
  },
  {
    what: "loses the values before an error",
    law: "E3",
    sentence: "results before an error are delivered",
    titles: /chunkSize 3/,
    backend: mapped(async function* (results) {
      yield* await results();
    }),
  },
  {
    what: "does not keep to bufferSize",
    law: "E5",
    sentence: "map with bufferSize 2 pulls exactly so many",
    titles: /bufferSize 2/,
    backend: override(inline, () => ({
      map(task: AnyFunction, input: Iterable<unknown>, options: { bufferSize: number }) {
        return this.inner.map(task, input, { bufferSize: options.bufferSize + 1 });
      },
    })),
  },
  {
    what: "submits a map only when it is read",
    law: "E5",
    sentence: "map has submitted everything at the call",
    titles: /everything/,
    backend: override(inline, () => ({
      map(task: AnyFunction, input: Iterable<unknown>) {
        return this.inner.map(task, input, { bufferSize: 1 });
      },
    })),
  },
  {
    what: "goes on with a map whose loop was left",
    law: "E3",
    sentence: "leaving the loop by break cancels what has not started",
    titles: /by break/,
    backend: override(inline, () => ({
      map(task: AnyFunction, ...rest: any[]) {
        const results = this.inner.map(task, ...(rest as [Iterable<any>]));
        return Object.assign(results, { return: async () => ({ done: true, value: undefined }) });
      },
    })),
  },
  {
    what: "ignores priorities",
    law: "E9",
    sentence: "tasks run by priority",
    titles: /in order$/,
    backend: without(inline, "priority"),
  },
  {
    what: "starves low priorities",
    law: "E9",
    sentence: "a task of low priority is not starved",
    titles: /ageing/,
    backend: created(inline, (options) => ({ ...options, ageingMs: 1_000_000 })),
  },
  {
    what: "ignores signals",
    law: "E7",
    sentence: "a fired signal cancels the task",
    titles: /fired already/,
    backend: without(inline, "signal"),
  },
  {
    what: "ignores the timeouts of tasks",
    law: "E8",
    sentence: "something hangs",
    titles: /fails it with TimeoutError/,
    patience: 0.1,
    backend: without(threads, "timeoutMs"),
  },
  {
    what: "ignores the limit of its queue",
    law: "E10",
    sentence: "a full queue refuses the task",
    titles: /^reject/,
    backend: created(inline, ({ maxQueue: _, ...options }) => options),
  },
  {
    what: "runs more workers than it may",
    law: "P1",
    sentence: "45 tasks on 3 workers start exactly 3",
    titles: /15 tasks/,
    backend: created(inline, (options) => ({ ...options, maxWorkers: 2 * (options.maxWorkers ?? 1) })),
  },
  {
    what: "accepts a maxWorkers of 0",
    law: "E6",
    sentence: "maxWorkers: 0 is a RangeError",
    titles: /maxWorkers/,
    backend: created(inline, (options) => ({ ...options, maxWorkers: 1 })),
  },
  {
    what: "has statistics that do not add up",
    law: "E12",
    sentence: "submitted = pending + running + done",
    titles: /adds up/,
    backend: override(inline, () => ({
      stats() {
        const stats = this.inner.stats();
        return { ...stats, done: stats.done - stats.cancelled };
      },
    })),
  },
  {
    what: "drops queued work at shutdown",
    law: "L3",
    sentence: "shutdown cancels no queued work unless it is told to",
    titles: /50 sleeping/,
    backend: override(inline, () => ({
      shutdown(options?: ShutdownOptions) {
        return this.inner.shutdown({ ...options, cancelFutures: true });
      },
    })),
  },
  {
    what: "does not cancel anything at shutdown",
    law: "L3",
    sentence: "shutdown with cancelFutures cancels what has not started",
    titles: /at least one ran/,
    backend: override(inline, () => ({
      shutdown(options?: ShutdownOptions) {
        return this.inner.shutdown({ ...options, cancelFutures: false });
      },
    })),
  },
  {
    what: "resolves its shutdown before the work is done",
    law: "L3",
    sentence: "shutdown resolves when all work is done",
    titles: /50 sleeping/,
    backend: override(inline, () => ({
      shutdown(options?: ShutdownOptions) {
        return this.inner.shutdown({ ...options, wait: false });
      },
    })),
  },
  {
    what: "accepts tasks after shutdown",
    law: "L1",
    sentence: "submit after shutdown throws at the call",
    titles: /^submit, map/,
    backend: override(inline, () => ({
      submit(this: { inner: Executor }, task: AnyFunction, ...args: unknown[]) {
        try {
          return this.inner.submit(task, ...args);
        } catch {
          return new Future();
        }
      },
    })),
  },
  {
    what: "waits although it was told not to",
    law: "L4",
    sentence: "shutdown({ wait: false }) does not wait",
    titles: /returns at once/,
    backend: override(inline, () => ({
      shutdown(options?: ShutdownOptions) {
        return this.inner.shutdown({ ...options, wait: true });
      },
    })),
  },
  {
    what: "refuses nothing once it is broken",
    law: "P4",
    sentence: "a pending task of a broken pool gets BrokenExecutorError",
    titles: /that throws/,
    backend: created(inline, ({ initializer: _, ...options }) => options),
  },
];
