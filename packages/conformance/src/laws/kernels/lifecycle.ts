// L1, L3, L9 for launches: an executor with launches ends like any other. `shutdown` belongs to executors of tasks; one that runs kernels alone ends by `await using`.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import {
  type Executor,
  ExecutorShutdownError,
  type Future,
  isEverycoreError,
  type KernelExecutor,
} from "@everycore/core";
import { kernel, vectorize } from "@everycore/kernel";
import { equals, holds, rejection, same, throws } from "../../assertions.js";
import { within } from "../../conditions.js";
import type { Gate } from "../../gate.js";
import { launch } from "../../kernels/agreement.js";
import type { LawTest } from "../../law.js";
import { type LawContext, shutDown } from "../../law-context.js";

const limitMs = 8000;
const triple = vectorize((x: number) => x * 3);
const increment = kernel((thread, x: Float32Array) => {
  x[thread.x]! += 1;
});
/** Takes a while: long enough that what is submitted behind it waits. */
const spin = kernel((thread, x: Float32Array, rounds: number) => {
  let value = x[thread.x]!;
  for (let round = 0; round < rounds; round++) value = value * 0.5 + 1;
  x[thread.x] = value;
});

const states = ["fresh", "used", "busy with launches", "busy with tasks", "shutting down", "shut down"] as const;
type State = (typeof states)[number];

/** Brings a new executor into a state; `release` lets it go on. */
async function bring(t: LawContext, state: State): Promise<{ executor: KernelExecutor; release: () => unknown }> {
  const executor = await t.kernels(t.capabilities.tasks ? { maxWorkers: 1 } : {});
  const working: Array<Future<unknown>> = [];
  let gate: Gate | undefined;
  if (state !== "fresh") await launch(executor, triple, Float32Array.of(1));
  if (state === "busy with launches" || state === "shutting down") working.push(...keepBusy(executor));
  if (state === "busy with tasks") gate = (await t.occupy(executor as unknown as Executor)).gate;
  if (state === "shutting down") void shutDown(executor);
  if (state === "shut down") await shutDown(executor);
  return {
    executor,
    release: () => {
      gate?.open();
      return Promise.all(working);
    },
  };
}

function keepBusy(executor: KernelExecutor): Array<Future<unknown>> {
  const x = new Float32Array(20_000);
  return [1, 2, 3].map(() => executor.submit(spin.over(x.length), x, 500));
}

const isClosed = (state: State): boolean => state === "shutting down" || state === "shut down";

function operationLaw(state: State): LawTest {
  return {
    law: "L9",
    title: `a launch on an executor that is ${state}: ${isClosed(state) ? "shut down" : "works"}`,
    requires: state === "busy with tasks" ? ["tasks", "kernels"] : ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const { executor, release } = await bring(t, state);
      if (isClosed(state)) {
        throws(
          () => launch(executor, triple, Float32Array.of(2)),
          ExecutorShutdownError,
          /shut down/,
          `a launch on an executor that is ${state} throws at the call`,
        );
        throws(() => executor.array("float32", 4), ExecutorShutdownError, /shut down/, "so does an array");
      } else {
        const future = launch(executor, triple, Float32Array.of(2));
        // A kernel never waits for a worker that is busy with a task.
        if (state === "busy with tasks" && !t.capabilities.parallel) await release();
        const result = (await within(limitMs, future, "the launch ends")) as Float32Array;
        equals([...result], [6], "the launch works");
        using array = executor.array(Float32Array.of(1, 2));
        equals([...(await array.read())], [1, 2], "an array works");
      }
      await release();
    },
  };
}

/** See the specification. */
export const kernelLifecycleLaws: readonly LawTest[] = [
  ...states.map(operationLaw),
  {
    law: "L1",
    title: "a launch after shutdown throws, and arrays from before say why they are gone",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const array = executor.array(Float32Array.of(1, 2));
      await executor.submit(increment.over(2), array);
      await shutDown(executor);
      throws(() => launch(executor, triple, Float32Array.of(1)), ExecutorShutdownError, /shut down/, "a launch throws");
      const error = await rejection(
        Promise.resolve().then(() => array.read()),
        "an array of it can no longer be read",
      );
      holds(isEverycoreError(error), `the error is one of ours (got ${error})`);
      array.dispose();
    },
  },
  {
    law: "L3",
    title: "shutdown waits for the launches that were submitted",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const x = new Float32Array(50_000);
      const futures = Array.from({ length: 20 }, () => executor.submit(increment.over(x.length), x));
      const chain = launch(executor, triple, Float32Array.of(5));
      await within(limitMs, shutDown(executor), "shutdown with launches ends");
      same(futures.filter((future) => !future.done()).length, 0, "shutdown resolves when all launches are done");
      same(
        x.findIndex((value) => value !== 20),
        -1,
        "each of them has run",
      );
      equals([...((await chain) as Float32Array)], [15], "the last one too");
    },
  },
  {
    law: "L3",
    title: "shutdown with cancelFutures settles every launch",
    requires: ["tasks", "kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const futures = keepBusy(executor).concat(
        Array.from({ length: 20 }, () => launch(executor, triple, Float32Array.of(1))),
      );
      await within(limitMs, shutDown(executor, { cancelFutures: true }), "shutdown with cancelFutures ends");
      for (const future of futures) {
        holds(future.done(), "every launch is settled");
        if (!future.cancelled()) same(await future.exception(), null, "what was not cancelled succeeded");
      }
    },
  },
];
