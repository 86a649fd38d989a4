// Everycore's way to say the cases, on any executor of a GPU. Kernels have `fastMath`, as peers' shaders are compiled without care.

import type { DeviceArray, KernelExecutor } from "@everycore/core";
import { type Computation, Missing, type Values } from "../contender.js";
import { messageOf } from "../peers/reason.js";
import type { ChainInputs, GpuInputs } from "./gpu-case.js";
import type { GpuLibrary, LaunchLoop } from "./gpu-library.js";

type KernelApi = typeof import("@everycore/kernel");
type Algorithms = typeof import("@everycore/algorithms");
type Floats = DeviceArray<Float32Array>;

/** What {@link everycoreGpu} is made of. */
export interface EverycoreGpuParts {
  readonly api: KernelApi;
  readonly algorithms: Algorithms;
  readonly executor: KernelExecutor;
  readonly adapter: string;
  /** Whether a call ends when its result is on the host, or when the device has finished. */
  readonly end: "read" | "wait";
}

/** All cases on one executor. */
export function everycoreGpu(parts: EverycoreGpuParts): GpuLibrary {
  const { executor, algorithms, adapter } = parts;
  return {
    adapter: () => adapter,
    cases: {
      launch: (inputs) => launchLoop(parts, inputs),
      chain: (inputs) => chain(parts, inputs),
      elementwise: (inputs) => chain(parts, inputs),
      copies: (inputs) => copies(parts, inputs),
      async matmul({ a, b, n }) {
        const tuned = await algorithms.tuneMatmul(executor, { size: n, rounds: 2 }).catch(refusal);
        if (tuned instanceof Missing) return tuned;
        const [left, right] = [executor.array(a, [n, n]), executor.array(b, [n, n])];
        return resident(parts, [left, right], () => algorithms.matmul(executor, left, right));
      },
      sum: (inputs) => sum(parts, inputs),
      scan: ({ x }) => algorithm(parts, x, (array) => algorithms.cumsum(executor, array)),
      sort: ({ x }) => algorithm(parts, x, (array) => algorithms.sort(executor, array)),
    },
  };
}

function launchLoop({ api, executor }: EverycoreGpuParts, { y }: GpuInputs["launch"]): LaunchLoop {
  const flip = api
    .kernel(
      (thread, a: number, y: Float32Array) => {
        y[thread.x] = a - y[thread.x]!;
      },
      undefined,
      { fastMath: true },
    )
    .over(y.length);
  const array = executor.array(y);
  return {
    reset: () => array.write(y),
    launch: (a) => {
      executor.submit(flip, a, array);
    },
    read: () => array.read(),
    close: () => array.dispose(),
  };
}

function chain({ api, executor, end }: EverycoreGpuParts, { a, x, y, steps }: ChainInputs): Computation {
  const step = api
    .kernel(
      (thread, a: number, x: Float32Array, from: Float32Array, to: Float32Array) => {
        const i = thread.x;
        to[i] = a * from[i]! + x[i]!;
      },
      undefined,
      { fastMath: true },
    )
    .over(x.length);
  const [first, factor] = [executor.array(y), executor.array(x)];
  const [left, right] = [executor.array("float32", x.length), executor.array("float32", x.length)];
  let values: Values = [];
  return {
    async call() {
      let [from, to] = [first as Floats, left as Floats];
      let last: PromiseLike<unknown> | undefined;
      for (let i = 0; i < steps; i++) {
        last = executor.submit(step, a, factor, from, to);
        [from, to] = [to, to === left ? right : left];
      }
      if (end === "read") values = await from.read();
      else await last;
    },
    values: async () => (end === "read" ? values : (steps % 2 === 0 ? right : left).read()),
    close: () => [first, factor, left, right].forEach((array) => array.dispose()),
  };
}

function copies({ api, executor }: EverycoreGpuParts, { a, x }: GpuInputs["copies"]): Computation {
  const from = api.vectorize((a: number, x: number) => a - x, undefined, { fastMath: true });
  let values: Values = [];
  return {
    async call() {
      values = (await executor.submit(from, a, x)) as Float32Array;
    },
    values: () => values,
  };
}

function sum({ api, executor }: EverycoreGpuParts, { x }: GpuInputs["sum"]): Computation {
  const total = api.reduction({ combine: (a: number, b: number) => a + b, identity: 0, fastMath: true });
  const array = executor.array(x);
  let value = Number.NaN;
  return {
    async call() {
      value = (await executor.submit(total, array)) as number;
    },
    values: () => [value],
    close: () => array.dispose(),
  };
}

/** Tried once: a device may lack what the algorithm needs. */
async function algorithm(
  parts: EverycoreGpuParts,
  x: Float32Array<ArrayBuffer>,
  apply: (array: Floats) => Promise<Floats>,
): Promise<Computation | Missing> {
  const array = parts.executor.array(x);
  const first = await apply(array).catch(refusal);
  if (first instanceof Missing) return first;
  first.dispose();
  return resident(parts, [array], () => apply(array));
}

/** An algorithm that makes a new array of arrays on the device. */
function resident(
  { end }: EverycoreGpuParts,
  inputs: readonly DeviceArray[],
  apply: () => Promise<Floats>,
): Computation {
  let last: Floats | undefined;
  let values: Values = [];
  return {
    async call() {
      last?.dispose();
      last = await apply();
      if (end === "read") values = await last.read();
    },
    values: async () => (end === "read" ? values : ((await last?.read()) ?? [])),
    close() {
      last?.dispose();
      for (const array of inputs) array.dispose();
    },
  };
}

function refusal(error: unknown): Missing {
  return new Missing(messageOf(error));
}
