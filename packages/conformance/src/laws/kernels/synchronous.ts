// K12: `run` of an executor on the processor itself: what `submit` gives, at once; refused before the compiler is there.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { InvalidStateError, KernelError, type SynchronousKernelExecutor } from "@everycore/core";
import { kernel, reduction, vectorize } from "@everycore/kernel";
import { equals, holds, same, throws } from "../../assertions.js";
import { expectValues, isDeviceArray, launch } from "../../kernels/agreement.js";
import { floats } from "../../kernels/random-numbers.js";
import type { LawTest } from "../../law.js";
import type { LawContext } from "../../law-context.js";

const shape = vectorize((x: number, y: number) => Math.sqrt(x * x + y * y) * 0.5 + 1);
const sum = reduction({ combine: (a: number, b: number) => a + b, identity: 0 });
const increment = kernel((thread, x: Float32Array) => {
  x[thread.x]! += 1;
});

async function synchronous(t: LawContext): Promise<SynchronousKernelExecutor> {
  const executor = (await t.kernels()) as SynchronousKernelExecutor;
  if (typeof executor.run !== "function") t.untested("the executor has no run: its kernels are not on this processor");
  return executor;
}

/** See the specification. */
export const synchronousLaws: readonly LawTest[] = [
  {
    law: "K12",
    title: "run gives what submit gives, at once",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await synchronous(t);
      await executor.prepare();
      for (const length of [0, 1, 5, 1000, 300_001]) {
        const [x, y] = [Float32Array.from(floats(1, length, 5)), Float32Array.from(floats(2, length, 5))];
        expectValues(`run of ${length} elements`, executor.run(shape, x, y), await executor.submit(shape, x, y));
        expectValues(`run of a sum of ${length}`, executor.run(sum, x), await executor.submit(sum, x));
        const changed = x.slice();
        same(executor.run(increment.over(length), changed), undefined, "run of a grid kernel gives undefined");
        expectValues(
          "the array is updated when run returns",
          changed,
          x.map((value) => value + 1),
        );
      }
      same(executor.run(shape, 3, 4), 3.5, "run with single values gives a value");
    },
  },
  {
    law: "K12",
    title: "run is refused before the compiler was loaded, and works after prepare or submit",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const x = Float32Array.of(3, 0);
      const first = await synchronous(t);
      throws(
        () => first.run(shape, x, 4),
        InvalidStateError,
        /prepare/,
        "run before prepare is refused, with the way out",
      );
      await first.prepare(shape, x, 4);
      equals([...first.run(shape, x, 4)], [3.5, 3], "after prepare it works");
      const second = await synchronous(t);
      await second.submit(shape, x, 4);
      equals([...second.run(shape, x, 4)], [3.5, 3], "after submit it works");
    },
  },
  {
    law: "K12",
    title: "run waits for launches that were submitted before",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await synchronous(t);
      await executor.prepare();
      for (const length of [4, 100_000]) {
        using array = executor.array("float32", length);
        const futures = [1, 2, 3].map(() => executor.submit(increment.over(length), array));
        executor.run(increment.over(length), array);
        same(
          array.view.findIndex((value) => value !== 4),
          -1,
          "run comes after what was submitted before it",
        );
        await Promise.all(futures);
        same(executor.run(sum, array), 4 * length, "and sees all of it");
      }
    },
  },
  {
    law: "K12",
    title: "a resident array shows its elements without a copy",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await synchronous(t);
      await executor.prepare();
      using array = executor.array(Float32Array.of(1, 2, 3));
      expectValues("its view has the elements", array.view, Float32Array.of(1, 2, 3));
      array.view[1] = 20;
      executor.run(increment.over(3), array);
      expectValues(
        "kernels see what the host writes, and the host what they write",
        array.view,
        Float32Array.of(2, 21, 4),
      );
      const result: unknown = executor.run(shape, array, 0);
      holds(isDeviceArray(result), "a device array among the arguments makes the result one");
      expectValues("of the right values", await result.read(), Float32Array.of(2, 11.5, 3));
      result.dispose();
      // The memory may grow and move; the view has to follow.
      const others = Array.from({ length: 40 }, () => executor.array("float32", 500_000));
      expectValues("its view is whole after the memory has grown", array.view, Float32Array.of(2, 21, 4));
      for (const other of others) other.dispose();
    },
  },
  {
    law: "K12",
    title: "run refuses at the call what submit refuses",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await synchronous(t);
      await executor.prepare();
      const outside = { value: 1 };
      const wrong = vectorize((x: number) => x + outside.value);
      const x = Float32Array.of(1);
      throws(() => executor.run(wrong, x), KernelError, /outside/, "a mistake in the kernel");
      throws(() => executor.run(shape, x, "text" as never), TypeError, /./, "a wrong argument");
      const array = executor.array(x);
      array.dispose();
      throws(() => executor.run(sum, array), InvalidStateError, /dispose/, "a disposed array");
      const future = launch(executor, shape, x, 0);
      equals([...((await future) as Float32Array)], [1.5], "the executor goes on");
    },
  },
];
