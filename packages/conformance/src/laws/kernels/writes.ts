// K4: arrays that kernels change: in place, the same one twice, several at once, at any place, one launch after the other.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { UnsupportedError } from "@everycore/core";
import { kernel, vectorize } from "@everycore/kernel";
import { equals, holds, rejection, same } from "../../assertions.js";
import { agree, expectValues, isDeviceArray, launch } from "../../kernels/agreement.js";
import { kindOf } from "../../kernels/element-kind.js";
import { dice } from "../../kernels/random-numbers.js";
import type { LawTest } from "../../law.js";

const addOne = kernel((thread, x: Float32Array) => {
  x[thread.x]! += 1;
});

const double = kernel((thread, x: Float32Array) => {
  x[thread.x]! *= 2;
});

const sum = kernel((thread, a: Float32Array, b: Float32Array, out: Float32Array) => {
  out[thread.x] = a[thread.x]! * 2 + b[thread.x]!;
});

const scatter = kernel((thread, target: Int32Array, values: Int32Array, out: Int32Array) => {
  out[target[thread.x]!] = values[thread.x]! * 10;
});

const countOdd = kernel((thread, flags: Int32Array, count: Int32Array, out: Int32Array) => {
  const i = thread.x;
  if (flags[i] !== 0) {
    thread.atomicAdd(count, 0, 1);
    out[i]! += 1;
  } else {
    out[i] = flags[i + 3]! + 5;
  }
});

function countOddPlain(flags: Int32Array, count: Int32Array, out: Int32Array): void {
  flags.forEach((flag, i) => {
    count[0]! += flag;
    out[i] = flag !== 0 ? 1 : (flags[i + 3] ?? 0) + 5;
  });
}

/** 0 … n − 1 in random order. */
function permutation(seed: number, length: number): Int32Array {
  const { below } = dice(seed);
  const order = Int32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = below(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}

/** See the specification. */
export const writeLaws: readonly LawTest[] = [
  {
    law: "K4",
    title: "a host array that is written is updated in place when the future settles",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const x = Float32Array.of(1, 2, 3);
      const { buffer } = x;
      same(await executor.submit(addOne.over(3), x), undefined, "a grid kernel gives undefined");
      equals([...x], [2, 3, 4], "the array that was given has the new elements");
      same(x.buffer, buffer, "it is the same array");
      await executor.submit(addOne.over(2), x);
      equals([...x], [3, 4, 4], "elements that no thread writes stay as they are");
      const large = new Float32Array(300_000).fill(1);
      await executor.submit(addOne.over(large.length), large);
      same(
        large.findIndex((value) => value !== 2),
        -1,
        "a large array is updated to its last element",
      );
    },
  },
  {
    law: "K4",
    title: "what one side of a branch writes is written once, also where the other side reads outside",
    requires: ["kernels", "atomics"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      for (const length of [1, 7, 8, 9, 61, 64, 70_000]) {
        const x = Int32Array.from({ length }, (_, i) => i % 2);
        await agree(executor, {
          what: `a branch over ${length} elements`,
          kernel: countOdd.over(length),
          args: [x, new Int32Array(1), new Int32Array(length)],
          plain: ([flags, count, out]) => countOddPlain(flags as Int32Array, count as Int32Array, out as Int32Array),
        });
      }
    },
  },
  {
    law: "K4",
    title: "an array that is only read is not written to",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const [a, b, out] = [Float32Array.of(1, 2), Float32Array.of(3, 4), new Float32Array(2)];
      const future = executor.submit(sum.over(2), a, b, out);
      a.fill(9);
      await future;
      equals([...a, ...b], [9, 9, 3, 4], "what the host writes to an array that is only read stays");
    },
  },
  {
    law: "K4",
    title: "the same array may be given twice",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const [x, y] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(10, 20, 30, 40)];
      const plain = ([a, b, out]: readonly unknown[]): void => {
        const [left, right] = [a as Float32Array, b as Float32Array];
        (out as Float32Array).forEach((_, i, all) => {
          all[i] = (left[i] as number) * 2 + (right[i] as number);
        });
      };
      for (const args of [
        [x, y, x],
        [x, y, y],
        [x, x, y],
        [x, x, x],
      ]) {
        await agree(executor, { what: "an array given twice", kernel: sum.over(4), args, plain });
      }
      using device = executor.array(x);
      await executor.submit(sum.over(4), device, device, device);
      expectValues("a device array given three times", await device.read(), Float32Array.of(3, 6, 9, 12));
    },
  },
  {
    law: "K4",
    title: "several outputs of several types",
    requires: ["kernels"],
    dtypes: ["float32", "int32", "uint8"],
    async run(t) {
      const executor = await t.kernels();
      const split = kernel((thread, x: Float32Array, whole: Int32Array, rest: Float32Array, negative: Uint8Array) => {
        const i = thread.x;
        const floor = Math.floor(x[i]!);
        whole[i] = floor;
        rest[i] = x[i]! - floor;
        if (x[i]! < 0) negative[i] = 1;
      });
      const x = Float32Array.from({ length: 500 }, (_, index) => (index - 250) / 8);
      const args = [x, new Int32Array(500), new Float32Array(500), new Uint8Array(500)];
      const plain = ([, whole, rest, negative]: readonly unknown[]): void => {
        (whole as Int32Array).set(x.map(Math.floor));
        (rest as Float32Array).set(x.map((value) => value - Math.floor(value)));
        (negative as Uint8Array).set(x.map((value) => Number(value < 0)));
      };
      await agree(executor, { what: "three outputs", kernel: split.over(500), args, plain });
    },
  },
  {
    law: "K4",
    title: "neighbouring threads that write bytes do not overwrite each other",
    requires: ["kernels"],
    dtypes: ["uint8", "int16"],
    async run(t) {
      const executor = await t.kernels();
      const fill = kernel((thread, bytes: Uint8Array, words: Int16Array) => {
        if (thread.x % 3 !== 0) bytes[thread.x] = thread.x * 7;
        if (thread.x % 2 === 0) words[thread.x] = -thread.x;
      });
      const length = 100_003;
      const [bytes, words] = [new Uint8Array(length).fill(1), new Int16Array(length).fill(2)];
      await executor.submit(fill.over(length), bytes, words);
      const wrongByte = bytes.findIndex((value, i) => value !== (i % 3 === 0 ? 1 : (i * 7) & 255));
      const wrongWord = words.findIndex((value, i) => value !== (i % 2 === 0 ? (-i << 16) >> 16 : 2));
      equals([wrongByte, wrongWord], [-1, -1], "each byte and each word is what its own thread made of it");
    },
  },
  {
    law: "K4",
    title: "threads write to any element",
    requires: ["kernels", "scatter"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      for (const length of [1, 100, 1001]) {
        const target = permutation(7, length);
        const values = Int32Array.from({ length }, (_, index) => index);
        const plain = (args: readonly unknown[]): void =>
          values.forEach((value, i) => {
            (args[2] as Int32Array)[target[i] as number] = value * 10;
          });
        const args = [target, values, new Int32Array(length)];
        await agree(executor, { what: `a scatter of ${length}`, kernel: scatter.over(length), args, plain });
      }
    },
  },
  {
    law: "K4",
    title: "scatter is refused where it is absent",
    lacks: "scatter",
    requires: ["kernels"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      const refusal = Promise.resolve().then(() =>
        executor.submit(scatter.over(2), Int32Array.of(1, 0), new Int32Array(2), new Int32Array(2)),
      );
      const error = await rejection(refusal, "a scatter is refused");
      holds(error instanceof UnsupportedError && error.message.includes(error.backend), `it is named (got ${error})`);
    },
  },
  {
    law: "K4",
    title: "launches see what those before them wrote, in order, without being awaited",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      for (const length of [3, 50_000]) {
        using device = executor.array("float32", length);
        const steps = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? addOne : double));
        const futures = steps.map((step) => executor.submit(step.over(length), device));
        const read = device.read();
        futures.push(executor.submit(addOne.over(length), device));
        equals([...(await read).slice(0, 3)], [126, 126, 126], "read sees the launches before it and none after it");
        await Promise.all(futures);
        const host = await device.read();
        same(
          host.findIndex((value) => value !== 127),
          -1,
          "each launch sees what the one before it wrote",
        );
      }
    },
  },
  {
    law: "K4",
    title: "write and launches keep the order in which they were called",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      using device = executor.array(Float32Array.of(1, 1));
      const [before, after] = [new Float32Array(2), new Float32Array(2)];
      const futures = [
        executor.submit(addOne.over(2), device),
        executor.submit(sum.over(2), device, device, before),
        device.write(Float32Array.of(10, 20)),
        executor.submit(double.over(2), device),
        executor.submit(sum.over(2), device, device, after),
      ];
      await Promise.all(futures);
      equals([...before, ...after], [6, 6, 60, 120], "a write takes its turn between launches");
    },
  },
  {
    law: "K4",
    title: "a result on the device is an argument of the next launch",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const next = vectorize((x: number) => x * 0.5 + 1);
      const { maker } = kindOf("float32");
      using start = executor.array(Float32Array.from({ length: 1000 }, (_, index) => index));
      let current: unknown = start;
      let expected = maker.from(Array.from({ length: 1000 }, (_, index) => index));
      for (let step = 0; step < 5; step++) {
        const result: unknown = await launch(executor, next, current);
        if (current !== start && isDeviceArray(current)) current.dispose();
        current = result;
        expected = maker.from(Array.from(expected, (x) => Math.fround(Math.fround(x * 0.5) + 1)));
      }
      holds(isDeviceArray(current), "the result stays on the device");
      expectValues("five launches in a row", await current.read(), expected);
      current.dispose();
    },
  },
];
