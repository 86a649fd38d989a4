// K9: launches and device arrays leave nothing behind; disposing is safe, and final.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { type DeviceArray, InvalidStateError, type KernelExecutor } from "@everycore/core";
import { kernel, reduction, vectorize } from "@everycore/kernel";
import { holds, rejection, same, throws } from "../../assertions.js";
import { expectValues, isDeviceArray, launch } from "../../kernels/agreement.js";
import type { LawTest } from "../../law.js";
import type { LawContext } from "../../law-context.js";

const shift = vectorize((x: number, y: number) => x + y * 2);
const sum = reduction({ combine: (a: number, b: number) => a + b, identity: 0 });
const increment = kernel((thread, x: Float32Array) => {
  x[thread.x]! += 1;
});

/** Takes two arrays whole, however long they are, and hardly any time. */
const touch = kernel((thread, from: Float32Array, to: Float32Array) => {
  to[thread.x]! += from[thread.x]!;
});

/** A device that is made of software takes its time. */
const softwareMs = 60_000;

const megabyte = 2 ** 20;
/** What a thousand launches may leave behind: caches and the collector's own needs, but nothing for each launch. */
const allowedBytes = 4 * megabyte;

/** Bytes of memory after the collector has run, the least of a few looks. */
async function settledBytes(t: LawContext, measure: () => number | Promise<number>): Promise<number> {
  const gc = t.need("gc");
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 4; look++) {
    await gc();
    least = Math.min(least, await measure());
  }
  return least;
}

async function launchMany(executor: KernelExecutor, rounds: number, length: number): Promise<void> {
  const [x, y] = [new Float32Array(length).fill(1), new Float32Array(length).fill(2)];
  for (let round = 0; round < rounds; round += 4) {
    await Promise.all([
      executor.submit(shift, x, y),
      executor.submit(sum, x),
      executor.submit(increment.over(length), y),
      executor.submit(shift, x, round),
    ]);
  }
}

/** Launches that take much memory for a moment, 0.6 MB each, and compute little. */
async function touchMany(executor: KernelExecutor, rounds: number): Promise<void> {
  const [x, y] = [new Float32Array(75_000).fill(1), new Float32Array(75_000).fill(2)];
  for (let round = 0; round < rounds; round += 4) {
    await Promise.all(Array.from({ length: 4 }, () => executor.submit(touch.over(64), x, y)));
  }
}

async function useAfterDispose(executor: KernelExecutor, array: DeviceArray<Float32Array>): Promise<void> {
  const uses: Record<string, () => unknown> = {
    submit: () => launch(executor, shift, array, 1),
    "submit of a kernel that writes it": () => launch(executor, increment.over(2), array),
    read: () => array.read(),
    write: () => array.write(Float32Array.of(5, 6)),
  };
  for (const [what, use] of Object.entries(uses)) {
    const sentence = `${what} with a disposed device array is refused`;
    const error = await rejection(Promise.resolve().then(use) as Promise<unknown>, sentence);
    holds(error instanceof InvalidStateError, `${sentence} with InvalidStateError (got ${error})`);
    holds(/dispose/.test(error.message), `the message says why (${error.message})`);
  }
}

/** See the specification. */
export const resourceLaws: readonly LawTest[] = [
  {
    law: "K9",
    title: "a thousand launches leave nothing on the heap",
    requires: ["kernels"],
    dtypes: ["float32"],
    needs: ["gc", "heapBytes"],
    timeoutMs: softwareMs,
    async run(t) {
      const executor = await t.kernels();
      const measure = t.need("heapBytes");
      await launchMany(executor, 1000, 300);
      const before = await settledBytes(t, measure);
      await launchMany(executor, 1000, 300);
      const more = (await settledBytes(t, measure)) - before;
      holds(more < allowedBytes, `a thousand launches leave less than 4 MB on the heap (they left ${more} bytes)`);
    },
  },
  {
    law: "K9",
    title: "a thousand launches leave nothing outside of the heap",
    requires: ["kernels"],
    dtypes: ["float32"],
    needs: ["gc", "memoryBytes"],
    timeoutMs: softwareMs,
    async run(t) {
      const executor = await t.kernels();
      const measure = t.need("memoryBytes");
      await touchMany(executor, 100);
      const before = await settledBytes(t, measure);
      // Together 600 MB.
      await touchMany(executor, 1000);
      const more = (await settledBytes(t, measure)) - before;
      holds(
        more < 150 * megabyte,
        `a thousand launches give their memory back (${Math.round(more / megabyte)} MB are left)`,
      );
    },
  },
  {
    law: "K9",
    title: "device arrays that were disposed give their memory back, a thousand times",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      // Together 5 GB: more than a device of 4 GB, such as a WebAssembly memory, has.
      for (let round = 0; round < 1000; round++) {
        using array = executor.array("float32", 1_310_720);
        if (round % 100 === 99)
          same((await array.read())[round], 0, "a new array is all zeros, also in memory used before");
        else if (round % 100 === 50) await array.write(new Float32Array(array.length).fill(round));
      }
      using last = executor.array(Float32Array.of(1, 2));
      expectValues("the last array works like the first", await launch(executor, sum, last), 3);
    },
  },
  {
    law: "K9",
    title: "results that stay on the device give their memory back when they are disposed",
    requires: ["kernels"],
    dtypes: ["float32"],
    timeoutMs: softwareMs,
    async run(t) {
      const executor = await t.kernels();
      using x = executor.array(new Float32Array(100_000).fill(1));
      let current: unknown = await launch(executor, shift, x, 1);
      for (let round = 0; round < 100; round++) {
        const next: unknown = await launch(executor, shift, current, x);
        holds(isDeviceArray(current) && isDeviceArray(next), "results stay on the device");
        current.dispose();
        current = next;
      }
      holds(isDeviceArray(current), "the last result is on the device");
      same((await current.read())[99_999], 203, "100 results in a row, in the memory of two");
      current.dispose();
    },
  },
  {
    law: "K9",
    title: "device arrays that were forgotten are freed by the collector",
    requires: ["kernels"],
    dtypes: ["float32"],
    needs: ["gc"],
    timeoutMs: softwareMs,
    async run(t) {
      const executor = await t.kernels();
      const gc = t.need("gc");
      // Two at a time, of a size that backends keep for another array: a device in software takes a third of a second to make 256 MB.
      const bytes = Math.min(64 * megabyte, t.capabilities.maxBufferBytes);
      // Together 5 GB, more than a WebAssembly memory can have, of which nothing is disposed.
      for (let allocated = 0; allocated < 5120 * megabyte; allocated += 2 * bytes) {
        for (let array = 0; array < 2; array++) executor.array("float32", bytes / 4);
        await gc();
      }
      // A browser asks its device in the background: what that still has to do would be the time of the next test.
      using last = executor.array(Float32Array.of(1, 2));
      expectValues("a later array", await last.read(), Float32Array.of(1, 2));
    },
  },
  {
    law: "K9",
    title: "disposing twice is fine, using a disposed array is not",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const array = executor.array(Float32Array.of(1, 2));
      array.dispose();
      array.dispose();
      array[Symbol.dispose]();
      await useAfterDispose(executor, array);
      using other = executor.array(Float32Array.of(3, 4));
      expectValues("other arrays are not touched", await other.read(), Float32Array.of(3, 4));
    },
  },
  {
    law: "K9",
    title: "an array that is disposed while launches use it is freed after them",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const length = 200_000;
      const array = executor.array(new Float32Array(length).fill(1));
      const futures = [1, 2, 3].map(() => executor.submit(increment.over(length), array));
      const last = launch(executor, sum, array);
      array.dispose();
      using other = executor.array(new Float32Array(length).fill(9));
      same(await last, 4 * length, "launches that were submitted before the dispose are done");
      await Promise.all(futures);
      same(
        (await other.read()).findIndex((value) => value !== 9),
        -1,
        "what took its place is not touched by them",
      );
    },
  },
  {
    law: "K9",
    title: "arrays of another executor are refused",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const [own, foreign] = [await t.kernels(), await t.kernels()];
      using array = foreign.array(Float32Array.of(1, 2));
      const error = throws(
        () => launch(own, shift, array, 1),
        Error,
        /executor|belongs/,
        "a foreign array is refused at the call",
      );
      holds(!/undefined|NaN/.test(error.message), "the message is made for people");
      expectValues("its own executor takes it", await launch(foreign, sum, array), 3);
    },
  },
  {
    law: "K9",
    title: "write refuses what does not fit",
    requires: ["kernels"],
    dtypes: ["float32", "int32"],
    async run(t) {
      const executor = await t.kernels();
      using array = executor.array(Float32Array.of(1, 2, 3));
      for (const wrong of [Float32Array.of(1, 2), Int32Array.of(1, 2, 3), [1, 2, 3], undefined]) {
        const refusal = Promise.resolve().then(() => array.write(wrong as never));
        await rejection(refusal, "a source of another type or length is refused");
      }
      expectValues("and nothing is written", await array.read(), Float32Array.of(1, 2, 3));
    },
  },
];
