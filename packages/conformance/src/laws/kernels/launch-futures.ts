// F1, F10, E1, E7, W2, A1 for launches: the future of a launch is a future like any other.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { asCompleted, CancelledError, type Executor, type Future, type KernelExecutor, wait } from "@everycore/core";
import { kernel, vectorize } from "@everycore/kernel";
import { equals, holds, rejects, same } from "../../assertions.js";
import type { LawTest } from "../../law.js";

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

/** See the specification. */
export const launchFutureLaws: readonly LawTest[] = [
  {
    law: "F10",
    title: "a launch that waits can be cancelled, and then writes nothing",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const [x, y] = [new Float32Array(100_000), new Float32Array(1000)];
      // Compiled before, so that only the launches take time.
      await executor.submit(spin.over(1), x, 1);
      await executor.submit(increment.over(1), new Float32Array(1));
      const busy = executor.submit(spin.over(x.length), x, 2000);
      const waiting = [1, 2, 3].map(() => executor.submit(increment.over(y.length), y));
      const cancelled = waiting[1] as Future<undefined>;
      const isCancelled = cancelled.cancel();
      same(cancelled.cancelled(), isCancelled, "cancel() says what became of the launch");
      await busy;
      await waiting[0];
      await waiting[2];
      if (isCancelled) await rejects(cancelled, CancelledError, /./, "a cancelled launch rejects");
      else await cancelled;
      same(y[999], isCancelled ? 2 : 3, "cancel() is true exactly when the launch never ran");
      same(cancelled.cancel(), isCancelled, "and it stays so");
    },
  },
  {
    law: "E7",
    title: "a launch whose signal has fired never runs",
    requires: ["tasks", "kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = (await t.kernels()) as unknown as Executor & KernelExecutor;
      const controller = new AbortController();
      controller.abort(new Error("too late"));
      const x = Float32Array.of(1, 2);
      const view = executor.with({ signal: controller.signal }) as unknown as KernelExecutor;
      const future = view.submit(increment.over(2), x);
      await rejects(future, CancelledError, /./, "the launch is cancelled");
      equals([...x], [1, 2], "it has not run");
      equals([...(await executor.submit(triple, x))], [3, 6], "others are not touched");
    },
  },
  {
    law: "W2",
    title: "wait works on the futures of launches",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const futures = [1, 2, 3, 4].map((value) => executor.submit(triple, Float32Array.of(value)));
      const { done, notDone } = await wait(futures, { timeoutMs: limitMs });
      equals([done.size, notDone.size], [4, 0], "all launches end");
      equals(
        futures.map((future) => future.resultNow()[0]),
        [3, 6, 9, 12],
        "each with its own result",
      );
    },
  },
  {
    law: "A1",
    title: "asCompleted yields launches, each once",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const found: number[] = [];
      const futures = [1, 2, 3].map((value) => executor.submit(triple, Float32Array.of(value)));
      for await (const future of asCompleted(futures)) found.push(future.resultNow()[0] as number);
      equals(
        found.sort((a, b) => a - b),
        [3, 6, 9],
        "each launch is yielded once",
      );
    },
  },
  {
    law: "F1",
    title: "callbacks of a launch run once, in order, when the arrays are updated",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const x = Float32Array.of(1);
      const seen: Array<[number, number | undefined]> = [];
      const future = executor.submit(increment.over(1), x);
      for (const index of [0, 1, 2]) future.addDoneCallback(() => seen.push([index, x[0]]));
      await future;
      equals(
        seen,
        [
          [0, 2],
          [1, 2],
          [2, 2],
        ],
        "callbacks run in order, and see what the kernel wrote",
      );
    },
  },
  {
    law: "E1",
    title: "submit of a kernel returns before the work is done",
    requires: ["kernels", "parallel"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const x = new Float32Array(400_000);
      await executor.submit(spin.over(1), x, 1);
      const begin = performance.now();
      const future = executor.submit(spin.over(x.length), x, 1000);
      const submitted = performance.now() - begin;
      await future;
      const whole = performance.now() - begin;
      holds(submitted < whole / 2, `submit does not block the caller (it took ${submitted} of ${whole} ms)`);
    },
  },
];
