// Wrong kernel backends.

import {
  type AnyKernel,
  type DeviceArray,
  ExecutorShutdownError,
  Future,
  KernelError,
  type SynchronousKernelExecutor,
  setResult,
} from "@everycore/core";
import { backend as inline } from "../../../inline/dist/index.js";
import { type Fault, override } from "./fault.js";
import { type BothExecutor, launched, submitTo, withArguments, withPlan, withTraces } from "./kernel-fault.js";

type HostArray = Float32Array | Float64Array | Int32Array;

const isHost = (value: unknown): value is HostArray => ArrayBuffer.isView(value);

/** A backend whose device arrays are changed when they are made. */
function withArrays(change: (array: DeviceArray) => void): Fault["backend"] {
  return override(inline, () => ({
    array(source: Float32Array) {
      const array = (this.inner as BothExecutor).array(source);
      change(array);
      return array;
    },
  }));
}

function replace(array: DeviceArray, name: keyof DeviceArray | symbol, value: unknown): void {
  Object.defineProperty(array, name, { value });
}

/** See fault.ts. */
export const kernelFaults: readonly Fault[] = [
  {
    what: "does not compute the last element",
    law: "K3",
    sentence: "elements: the backend agrees with the simulator, in its result, at index",
    titles: /around the powers/,
    backend: withTraces((_, result) => {
      if (isHost(result) && result.length > 3) result[result.length - 1] = 0;
      return result;
    }),
  },
  {
    what: "saturates where integers wrap",
    law: "K2",
    sentence: "on int32: the backend agrees with the simulator",
    titles: /operators on int32/,
    backend: withTraces((_, result) => {
      if (result instanceof Int32Array) return result.map((value) => (value === -2147483648 ? 2147483647 : value));
      return result;
    }),
  },
  {
    what: "forgets the sign of zero",
    law: "K2",
    sentence: "expected -0, got 0",
    titles: /operators on float32/,
    backend: withTraces((_, result) => (result instanceof Float32Array ? result.map((value) => value + 0) : result)),
  },
  {
    what: "flushes subnormal numbers",
    law: "K2",
    sentence: "x + x of subnormals: the backend agrees",
    titles: /of float32 are kept/,
    backend: withArguments((args) =>
      args.map((arg) =>
        arg instanceof Float32Array ? arg.map((value) => (Math.abs(value) < 1.2e-38 ? 0 : value)) : arg,
      ),
    ),
  },
  {
    what: "computes float64 in float32",
    law: "K1",
    sentence: "on float64: the backend agrees with the simulator",
    titles: /operators and exact functions on float64/,
    backend: withTraces((_, result) => (result instanceof Float64Array ? result.map(Math.fround) : result)),
  },
  {
    what: "draws random numbers from another seed",
    law: "K1",
    sentence: "random numbers of seed 0: the backend agrees with the simulator",
    titles: /random numbers are those/,
    backend: withPlan(({ seed }) => ({ seed: seed + 1 })),
  },
  {
    what: "pads where it should broadcast",
    law: "K3",
    sentence: "broadcasting an array of one element: the backend agrees",
    titles: /is broadcast/,
    backend: withArguments((args) => {
      const length = Math.max(...args.filter(isHost).map((arg) => arg.length));
      return args.map((arg) => {
        if (!(arg instanceof Float32Array) || arg.length !== 1) return arg;
        const padded = new Float32Array(length);
        padded.set(arg);
        return padded;
      });
    }),
  },
  {
    what: "divides the grid into groups of its own",
    law: "K4",
    sentence: "the backend agrees with the simulator",
    titles: /before a barrier/,
    backend: withPlan(({ group: [x, y, z] }) => ({ group: [Math.max(1, x >> 1), y, z] })),
  },
  {
    what: "does not update arrays in place",
    law: "K4",
    sentence: "the array that was given has the new elements",
    titles: /in place/,
    backend: withArguments((args) => args.map((arg) => (isHost(arg) ? arg.slice() : arg))),
  },
  {
    what: "takes the same array twice for two arrays",
    law: "K4",
    sentence: "an array given twice: the backend agrees",
    titles: /given twice/,
    backend: withTraces((args, result) => {
      if (args[0] === args[2] && args[0] instanceof Float32Array) args[0].fill(0);
      return result;
    }),
  },
  {
    what: "launches in another order",
    law: "K4",
    sentence: "read sees the launches before it and none after it",
    titles: /without being awaited/,
    backend: launched(() => {
      let held: (() => void) | undefined;
      const flush = (): void => {
        const run = held;
        held = undefined;
        run?.();
      };
      return (kernel, args, inner) => {
        if (held) {
          const future = submitTo(inner, kernel, args);
          flush();
          return future;
        }
        const outer = new Future<unknown>();
        held = () => submitTo(inner, kernel, args).addDoneCallback((done) => setResult(outer, done.resultNow()));
        queueMicrotask(flush);
        return outer;
      };
    }),
  },
  {
    what: "runs some threads twice",
    law: "K4",
    sentence: "1 threads count to 1",
    titles: /permutation/,
    backend: withPlan(({ grid: [x, y, z] }) => ({ grid: [x + 1, y, z] })),
  },
  {
    what: "reads what was there before",
    law: "K3",
    sentence: "write replaces the elements",
    titles: /holds a copy/,
    backend: withArrays((array) => {
      const { read } = array;
      let first: ReturnType<typeof read> | undefined;
      replace(array, "read", () => {
        first ??= read.call(array);
        return first;
      });
    }),
  },
  {
    what: "shares memory with the host where it should copy",
    law: "K3",
    sentence: "a device array has a copy of the host's elements",
    titles: /holds a copy/,
    backend: override(inline, () => ({
      array(source: Float32Array) {
        const array = (this.inner as BothExecutor).array(source);
        if (isHost(source)) replace(array, "read", async () => source);
        return array;
      },
    })),
  },
  {
    what: "ignores the identity",
    law: "K5",
    sentence: "an empty reduction: the backend agrees",
    titles: /identity/,
    backend: withTraces((args, result) => (isHost(args[0]) && args[0].length === 0 ? 0 : result)),
  },
  {
    what: "reduces in an order that changes",
    law: "K5",
    sentence: "a sum is the same every time",
    titles: /same digits/,
    backend: (() => {
      let run = 0;
      return withTraces((_, result) => (typeof result === "number" ? result + run++ * 2 ** -10 : result));
    })(),
  },
  {
    what: "drops NaN from a minimum",
    law: "K5",
    sentence: "min with a NaN: the backend agrees",
    titles: /NaN wins/,
    backend: withTraces((_, result) => (Number.isNaN(result) ? 0 : result)),
  },
  {
    what: "swallows the errors of kernels",
    law: "K7",
    sentence: "is refused at the call (nothing was thrown at the call)",
    titles: /a name from outside/,
    backend: launched(() => (kernel, args, inner) => {
      try {
        return submitTo(inner, kernel, args);
      } catch {
        const future = new Future<unknown>();
        setResult(future, undefined);
        return future;
      }
    }),
  },
  {
    what: "says nothing about where a mistake is",
    law: "K7",
    sentence: "it has a line and a column",
    titles: /^throw/,
    backend: launched(() => (kernel, args, inner) => {
      try {
        return submitTo(inner, kernel, args);
      } catch (error) {
        throw error instanceof KernelError ? new KernelError(error.message, { reason: error.reason }) : error;
      }
    }),
  },
  {
    what: "claims a dtype that it lacks",
    law: "K7",
    sentence: "an array of float16 is refused (nothing was thrown at the call)",
    titles: /lacks are refused/,
    backend: override(inline, () => ({
      array(source: unknown, length?: number) {
        const dtype = source === "float16" ? "float32" : source;
        return (this.inner as BothExecutor).array(dtype as "float32", length as number);
      },
    })),
  },
  {
    what: "multiplies large integers inexactly",
    law: "K8",
    sentence: "The smallest of its kind:",
    titles: /on float32/,
    backend: withTraces((args, result) => {
      for (const arg of args) if (arg instanceof Int32Array) arg.set(arg.map((x) => (x > 2 ** 30 ? x & ~1 : x)));
      return result;
    }),
  },
  {
    what: "keeps something of each launch",
    law: "K9",
    sentence: "a thousand launches leave less than 4 MB on the heap",
    titles: /on the heap/,
    backend: (() => {
      const kept: unknown[] = [];
      return withTraces((_, result) => {
        kept.push(Array.from({ length: 1000 }, Math.random));
        return result;
      });
    })(),
  },
  {
    what: "accepts disposed arrays",
    law: "K9",
    sentence: "with a disposed device array is refused",
    titles: /twice is fine/,
    backend: withArrays((array) => {
      for (const name of ["dispose", Symbol.dispose] as const) replace(array, name, () => {});
    }),
  },
  {
    what: "shares one executor among all",
    law: "K10",
    sentence: "arrays of the other one live on",
    titles: /end of one/,
    backend: {
      ...inline,
      create: (() => {
        const only = inline.create();
        return () => only;
      })(),
    },
  },
  {
    what: "runs nothing in run",
    law: "K12",
    sentence: "the array is updated when run returns",
    titles: /gives what submit gives/,
    backend: override(inline, () => ({
      run(kernel: AnyKernel, ...args: unknown[]) {
        const inner = this.inner as unknown as SynchronousKernelExecutor;
        return inner.run(kernel as never, ...(args.map((arg) => (isHost(arg) ? arg.slice() : arg)) as never));
      },
    })),
  },
  {
    what: "accepts launches after shutdown",
    law: "L1",
    sentence: "a launch throws (nothing was thrown at the call)",
    titles: /a launch after/,
    backend: launched(() => (kernel, args, inner) => {
      try {
        return submitTo(inner, kernel, args);
      } catch (error) {
        if (error instanceof ExecutorShutdownError) return new Future();
        throw error;
      }
    }),
  },
];
