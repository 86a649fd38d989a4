// Wrong workers, wires and streams.

import type { Executor } from "@everycore/core";
import { backend as inline } from "../../../inline/dist/index.js";
import { ForwardingExecutor, forwardTo } from "../forwarding.js";
import { changeArguments, created, distort, type Fault, override, without } from "./fault.js";

type AnyFunction = (...args: any[]) => any;

/** See fault.ts. */
export const workerFaults: readonly Fault[] = [
  {
    what: "starts a worker for every task",
    law: "P1",
    sentence: "three sequential tasks make one worker",
    titles: /on demand/,
    backend: created(inline, (options) => ({ ...options, maxTasksPerWorker: 1 })),
  },
  {
    what: "never replaces a worker",
    law: "P7",
    sentence: "by another one each time",
    titles: /three times/,
    backend: created(inline, ({ maxTasksPerWorker: _, ...options }) => options),
  },
  {
    what: "names its workers as it likes",
    law: "P10",
    sentence: "workers are numbered from 0",
    backend: created(inline, ({ name: _, ...options }) => options),
  },
  {
    what: "ignores keys",
    law: "P14",
    sentence: "run in one worker",
    titles: /same worker/,
    backend: without(inline, "key"),
  },
  {
    what: "forgets a broadcast in later workers",
    law: "P15",
    sentence: "broadcast ran once for each worker, also for later ones",
    titles: /later ones/,
    backend: override(inline, () => ({
      async broadcast(task: AnyFunction, ...args: unknown[]) {
        return [await this.inner.submit(task, ...args)];
      },
    })),
  },
  {
    what: "ends workers only in words",
    law: "P11",
    sentence: "terminateWorkers() is refused by name",
    titles: /terminateWorkers is refused/,
    backend: override(inline, () => ({ terminateWorkers: () => Promise.resolve() })),
  },
  {
    what: "runs the initializer after the first task",
    law: "S1",
    sentence: "the initializer has run before the task",
    titles: /before any task/,
    backend: forwardTo(
      inline,
      "wrong",
      (inner: Executor, { initializer, initializerArgs = [] }) => {
        let pending = initializer as AnyFunction | undefined;
        class LateExecutor extends ForwardingExecutor {
          override submit(task: AnyFunction, ...args: any[]) {
            const future = super.submit(task, ...args);
            if (pending) inner.submit(pending, ...initializerArgs);
            pending = undefined;
            return future;
          }
        }
        return new LateExecutor(inner);
      },
      ({ initializer: _, initializerArgs: __, ...options }) => options,
    ),
  },
  {
    what: "forgets the shared data",
    law: "S2",
    sentence: "shared data is there",
    titles: /as a copy/,
    backend: created(inline, ({ shared: _, ...options }) => options),
  },
  {
    what: "lets a stream run ahead of its consumer",
    law: "S5",
    sentence: "the producer of a stream waits for its consumer",
    titles: /slow consumer/,
    backend: override(inline, () => ({
      stream(task: AnyFunction, ...args: unknown[]) {
        return this.inner.with({ streamBuffer: 2 ** 20 }).stream(task, ...args);
      },
    })),
  },
  {
    what: "does not end a stream that was left",
    law: "S5",
    sentence: "a stream that was left frees its worker",
    titles: /^break/,
    backend: override(inline, () => ({
      stream(task: AnyFunction, ...args: unknown[]) {
        const stream = this.inner.stream(task, ...args);
        const end = stream.return.bind(stream);
        // Ends it long after the law has noticed.
        return Object.assign(stream, {
          return: async () => {
            setTimeout(end, 6500);
            return { done: true as const, value: undefined };
          },
        });
      },
    })),
  },
  {
    what: "ends a stream that fails as if it had finished",
    law: "S5",
    sentence: "a stream whose generator throws ends with the error",
    titles: /^an error/,
    backend: override(inline, () => ({
      stream(task: AnyFunction, ...args: unknown[]) {
        const stream = this.inner.stream(task, ...args);
        const next = stream.next.bind(stream);
        return Object.assign(stream, { next: () => next().catch(() => ({ done: true as const, value: undefined })) });
      },
    })),
  },
  {
    what: "sends values as JSON",
    law: "D1",
    sentence: "arrives in the worker as it was sent",
    titles: /both ways/,
    backend: changeArguments(inline, (arg) => {
      try {
        return JSON.parse(JSON.stringify(arg));
      } catch {
        return arg;
      }
    }),
  },
  {
    what: "does not say where an argument cannot be cloned",
    law: "D2",
    sentence: "the error has the path",
    titles: /onDone/,
    backend: distort(inline, {
      error: (error, { exception }) => exception(Object.assign(error as Error, { path: "" })),
    }),
  },
  {
    what: "makes nothing of a result that cannot be cloned",
    law: "D3",
    sentence: "a result that cannot be cloned fails its task",
    backend: distort(inline, { error: (_, { result }) => result(undefined) }),
  },
  {
    what: "sends the whole buffer behind a view",
    law: "D4",
    sentence: "a view of 16 bytes sends 16 bytes",
    titles: /own bytes/,
    backend: changeArguments(inline, (arg) => (ArrayBuffer.isView(arg) ? new Uint8Array(arg.buffer) : arg)),
  },
  {
    what: "copies what it should move",
    law: "D5",
    sentence: "detaches the sender's buffer",
    titles: /^move/,
    backend: without(inline, "transfer"),
  },
  {
    what: "moves what it should copy",
    law: "D5",
    sentence: 'transfer: "copy" never detaches',
    titles: /^copy/,
    backend: override(inline, () => ({
      with(options: object) {
        return this.inner.with({ ...options, transfer: "move" });
      },
    })),
  },
  {
    what: "copies shared memory",
    law: "D6",
    sentence: "workers write to the caller's memory",
    titles: /is shared$/,
    backend: changeArguments(inline, (arg) => (arg instanceof SharedArrayBuffer ? arg.slice(0) : arg)),
  },
  {
    what: "loses the errors of an AggregateError",
    law: "X1",
    sentence: "an AggregateError keeps its errors",
    titles: /AggregateError/,
    backend: distort(inline, {
      error: (error, { exception }) =>
        exception(error instanceof AggregateError ? new AggregateError([], error.message) : error),
    }),
  },
  {
    what: "loses the class of errors",
    law: "X3",
    sentence: "a registered class keeps instanceof",
    backend: distort(inline, { error: (error, { exception }) => exception(new Error((error as Error).message)) }),
  },
  {
    what: "drops the stack of the worker",
    law: "X2",
    sentence: "the stack has the line in the worker",
    backend: distort(inline, {
      error: (error, { exception }) =>
        exception(Object.assign(error as Error, { stack: "Error: remote\n    at theSubmitSite" })),
    }),
  },
  {
    what: "accepts closures that it cannot run",
    law: "X7",
    sentence: "a closure is refused at the call",
    titles: /closure is refused/,
    backend: forwardTo(inline, "wrong", (inner) => new ForwardingExecutor(inner), undefined, { closures: false }),
  },
];
