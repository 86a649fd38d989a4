// K3: what a kernel is called with: numbers, typed arrays, arrays of the device, and mixtures of them.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import type { DeviceArray, KernelExecutor } from "@everycore/core";
import { kernel, vectorize } from "@everycore/kernel";
import { equals, holds, same, throws } from "../../assertions.js";
import { agree, expectValues, isDeviceArray, launch } from "../../kernels/agreement.js";
import { elementKinds } from "../../kernels/element-kind.js";
import type { LawTest } from "../../law.js";

const weigh = vectorize((x: number, y: number) => x * 2 + y);

/** Reads what must be an array of the device, and frees it. */
async function readAndDispose(value: unknown, sentence: string): Promise<unknown> {
  holds(isDeviceArray(value), `${sentence} (got ${value})`);
  const host = await value.read();
  value.dispose();
  return host;
}

async function checkRoundTrip(executor: KernelExecutor, host: Float32Array): Promise<void> {
  using array: DeviceArray<Float32Array> = executor.array(host);
  equals(
    [array.dtype, array.length, array.byteLength],
    ["float32", host.length, 4 * host.length],
    "it says what it is",
  );
  equals([...array.shape], [host.length], "its shape is its length");
  equals([...array.strides], [1], "its neighbours are one element apart");
  const copy = host.slice();
  host.fill(-1);
  expectValues("a device array has a copy of the host's elements", await array.read(), copy);
  const other = copy.map((value) => value + 1);
  await array.write(other);
  expectValues("write replaces the elements", await array.read(), other);
}

/** See the specification. */
export const argumentLaws: readonly LawTest[] = [
  {
    law: "K3",
    title: "a number is an integer in one place and a float in another",
    requires: ["kernels"],
    dtypes: ["float32", "int32"],
    async run(t) {
      const executor = await t.kernels();
      const both = kernel((thread, k: number, x: Float32Array, n: Int32Array, out: Float32Array) => {
        const i = thread.x;
        out[i] = x[i]! / k + x[i + k]! + k * 0.5 + n[i]! * k;
      }).over(6);
      const args = [3, Float32Array.of(1, 2, 4, 8, 16, 32), Int32Array.of(1, 2, 3, 4, 5, 6), new Float32Array(6)];
      const plain = ([k, x, n, out]: readonly unknown[]): void => {
        const [count, values, whole] = [k as number, x as Float32Array, n as Int32Array];
        const f = Math.fround;
        (out as Float32Array).forEach((_, i, all) => {
          const at = values[i] as number;
          all[i] = f(f(f(f(at / count) + (values[i + count] ?? 0)) + 1.5) + (whole[i] as number) * count);
        });
      };
      await agree(executor, { what: "a number used twice", kernel: both, args, plain });
      throws(
        () => launch(executor, both, 2.5, ...args.slice(1)),
        Error,
        /whole|integer/,
        "a fraction where an integer is used is refused at the call",
      );
    },
  },
  {
    law: "K3",
    title: "numbers and booleans alone give a single value",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const choose = vectorize((yes: boolean, x: number) => (yes ? x + 0.5 : -x));
      for (const yes of [true, false]) {
        const plain = (): number => (yes ? 2.5 : -2);
        await agree(executor, { what: "a kernel of single values", kernel: choose, args: [yes, 2], plain });
      }
      const isSmall = vectorize((x: number) => x < 0.5);
      same(await executor.submit(isSmall, 0.25), true, "a comparison of single values is a boolean");
    },
  },
  {
    law: "K3",
    title: "a single value or an array of one element is broadcast",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const x = Float32Array.of(1, 2, 3, 4, 5);
      const single = Float32Array.of(10);
      for (const [what, args, expected] of [
        ["a number", [x, 10], [12, 14, 16, 18, 20]],
        ["a number first", [10, x], [21, 22, 23, 24, 25]],
        ["an array of one element", [x, single], [12, 14, 16, 18, 20]],
        ["an array of one element first", [single, x], [21, 22, 23, 24, 25]],
        ["arrays of one element", [single, single], [30]],
      ] as const) {
        const plain = (): Float32Array => Float32Array.from(expected);
        await agree(executor, { what: `broadcasting ${what}`, kernel: weigh, args, plain });
      }
      throws(
        () => launch(executor, weigh, x, new Float32Array(4)),
        Error,
        /4.*5|5.*4|length|shape/s,
        "arrays of lengths that do not fit are refused at the call",
      );
    },
  },
  {
    law: "K3",
    title: "empty arrays and empty grids do nothing",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const empty = new Float32Array(0);
      const nothing = (): Float32Array => empty;
      await agree(executor, { what: "an empty array", kernel: weigh, args: [empty, empty], plain: nothing });
      await agree(executor, { what: "an empty array and a number", kernel: weigh, args: [empty, 3], plain: nothing });
      const fill = kernel((thread, out: Float32Array) => {
        out[thread.x] = 1;
      });
      const untouched = (): void => {};
      for (const size of [0, [0, 5], [5, 0], [3, 3, 0]] as const) {
        const args = [Float32Array.of(7, 7)];
        await agree(executor, { what: `a grid of [${size}]`, kernel: fill.over(size), args, plain: untouched });
      }
      using none = executor.array("float32", 0);
      equals([none.length, (await none.read()).length], [0, 0], "an empty device array is an array");
    },
  },
  {
    law: "K3",
    title: "a device array holds a copy, and read and write copy",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      await checkRoundTrip(executor, Float32Array.of(1, -0, Number.NaN, 4));
      const whole = Float32Array.from({ length: 10 }, (_, index) => index);
      await checkRoundTrip(executor, whole.subarray(3, 8));
    },
  },
  ...elementKinds.map(
    ({ dtype, maker, edges }): LawTest => ({
      law: "K3",
      title: `device arrays of ${dtype} begin as zeros and keep every value`,
      requires: ["kernels"],
      dtypes: [dtype],
      async run(t) {
        const executor = await t.kernels();
        using zeros = executor.array(dtype, 5);
        expectValues("a device array of a length begins as zeros", await zeros.read(), new maker(5));
        const host = maker.from(edges);
        using array = executor.array(host);
        same(array.dtype, dtype, "its dtype is that of the host array");
        expectValues("it keeps every value", await array.read(), host);
      },
    }),
  ),
  {
    law: "K3",
    title: "device arrays of bool hold what comparisons give",
    requires: ["kernels"],
    dtypes: ["bool", "float32"],
    async run(t) {
      const executor = await t.kernels();
      using flags = executor.array("bool", 4);
      same(flags.byteLength, 4, "a bool is a byte");
      await flags.write(Uint8Array.of(1, 0, 0, 1));
      const pick = vectorize((flag: number, x: number) => (flag ? x : -x));
      const picked = await launch(executor, pick, flags, Float32Array.of(1, 2, 3, 4));
      const found = await readAndDispose(picked, "a device array among the arguments makes the result one");
      expectValues("bools choose", found, Float32Array.of(1, -2, -3, 4));
      using x = executor.array(Float32Array.of(0.5, 2, 3, 1));
      const above = (await executor.submit(
        vectorize((value: number) => value > 0.75),
        x,
      )) as unknown as DeviceArray;
      same(above.dtype, "bool", "a comparison of device arrays is a device array of bool");
      expectValues("of 0 and 1", await readAndDispose(above, "it is a device array"), Uint8Array.of(0, 1, 1, 1));
    },
  },
  {
    law: "K3",
    title: "device arrays and typed arrays mix in one launch",
    requires: ["kernels"],
    dtypes: ["float32", "int32"],
    async run(t) {
      const executor = await t.kernels();
      const [x, y] = [Float32Array.of(1, 2, 3), Int32Array.of(4, 5, 6)];
      using device = executor.array(x);
      const expected = Float32Array.of(6, 9, 12);
      const results = [
        launch(executor, weigh, device, y),
        launch(executor, weigh, x, y),
        launch(executor, weigh, device, 4),
      ];
      const [left, host, broadcast] = await Promise.all(results);
      expectValues(
        "a device array and a typed array",
        await readAndDispose(left, "the result is on the device"),
        expected,
      );
      expectValues("typed arrays", host, expected);
      const shifted = await readAndDispose(broadcast, "the result of a device array and a number is on the device");
      expectValues("a device array and a number", shifted, Float32Array.of(6, 8, 10));
    },
  },
  {
    law: "K3",
    title: "a view of a part of a buffer is read and written as that part",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const whole = Float32Array.from({ length: 9 }, (_, index) => index);
      const double = kernel((thread, x: Float32Array) => {
        x[thread.x]! *= 2;
      });
      await executor.submit(double.over(3), whole.subarray(4, 7));
      equals([...whole], [0, 1, 2, 3, 8, 10, 12, 7, 8], "only the view's own elements are updated");
    },
  },
  {
    law: "K3",
    title: "wrong arguments are refused at the call",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const x = new Float32Array(4);
      for (const wrong of ["text", null, {}, [1, 2], 3n, new DataView(new ArrayBuffer(8)), undefined]) {
        throws(() => launch(executor, weigh, x, wrong), Error, /./, `a ${typeof wrong} as argument is refused`);
      }
      throws(() => launch(executor, weigh, x), Error, /./, "too few arguments are refused");
      throws(() => launch(executor, weigh, x, x, x), Error, /./, "too many arguments are refused");
      throws(() => executor.array("float32", -1), RangeError, /length/, "a negative length is refused");
      throws(() => executor.array("float32", 1.5), RangeError, /length/, "half an element is refused");
      throws(() => executor.array("text" as "float32", 3), Error, /./, "an unknown dtype is refused");
    },
  },
];
