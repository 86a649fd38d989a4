import { InvalidStateError } from "@everycore/core";
import { describe, expect, test } from "vitest";
import { add, append, create, double, doubleOnDevice, shift, sum, work } from "./support.js";

const variants = {
  "on threads": {},
  "on the calling thread": { startThread: undefined },
  "without shared memory": { features: { sharedMemory: false } },
};

for (const [name, options] of Object.entries(variants)) {
  describe(`launches ${name}`, () => {
    for (const length of [0, 1, 1000, 300_000]) {
      test(`host arrays of ${length} are updated in place, by submit and by run`, async () => {
        await using kernels = create(options);
        const array = Float32Array.from({ length }, (_, index) => index);
        await kernels.submit(add, [array, 2]);
        kernels.run(add, [array, 3]);
        expect(array.every((value, index) => value === index + 5)).toBe(true);
      });

      test(`results of ${length} are arrays of their own`, async () => {
        await using kernels = create(options);
        const array = new Float32Array(length).fill(4);
        const first = (await kernels.submit(double, [array])) as Float32Array;
        const second = kernels.run(double, [first]) as Float32Array;
        expect(first.buffer).toBeInstanceOf(ArrayBuffer);
        expect(first.buffer.byteLength).toBe(4 * length);
        expect(first.every((value) => value === 8)).toBe(true);
        expect(second.length).toBe(length);
        expect(second.every((value) => value === 16)).toBe(true);
      });

      test(`a sum of ${length}`, async () => {
        await using kernels = create(options);
        const array = Float64Array.from({ length }, (_, index) => index);
        const expected = (length * (length - 1)) / 2;
        expect(await kernels.submit(sum, [array])).toBe(expected + 0);
        expect(kernels.run(sum, [array])).toBe(expected + 0);
      });
    }

    test("device arrays stay, and are read in order with launches", async () => {
      await using kernels = create(options);
      const array = kernels.array(new Float32Array(100_000));
      const reads: Array<Promise<unknown>> = [];
      for (let index = 0; index < 20; index++) {
        void kernels.submit(add, [array, 1]);
        reads.push(array.read());
      }
      const values = (await Promise.all(reads)) as Float32Array[];
      values.forEach((value, index) => {
        expect(value.every((element) => element === index + 1)).toBe(true);
      });
      await array.write(new Float32Array(100_000).fill(7));
      const twice = (await kernels.submit(doubleOnDevice, [array])) as typeof array;
      expect(twice.view.every((element) => element === 14)).toBe(true);
      expect([twice.dtype, twice.shape, twice.strides, twice.length, twice.byteLength]).toEqual([
        "float32",
        [100_000],
        [1],
        100_000,
        400_000,
      ]);
    });

    test("launches run in the order of their submission, also while the compiler loads", async () => {
      await using kernels = create(options);
      const list = kernels.array("int32", 1001);
      const futures = Array.from({ length: 1000 }, (_, index) => kernels.submit(append, [list, index]));
      await Promise.all(futures);
      expect([...list.view]).toEqual([1000, ...Array.from({ length: 1000 }, (_, index) => index)]);
    });

    test("a host array that many launches write has exactly the state of the future that settled", async () => {
      await using kernels = create(options);
      const array = new Float32Array(50_000);
      const seen: number[] = [];
      const futures = Array.from({ length: 10 }, () =>
        kernels.submit(add, [array, 1]).addDoneCallback(() => seen.push(array[0] as number, array[49_999] as number)),
      );
      await Promise.all(futures);
      expect(seen).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10]);
    });

    test("arrays are taken as they are at the call of submit", async () => {
      await using kernels = create(options);
      const array = new Float32Array(1000).fill(1);
      const first = kernels.submit(double, [array]);
      array.fill(2);
      const second = kernels.submit(double, [array]);
      array.fill(3);
      expect(((await first) as Float32Array)[999]).toBe(2);
      expect(((await second) as Float32Array)[999]).toBe(4);
    });

    test("arrays that overlap in the host's memory overlap in the launch", async () => {
      await using kernels = create(options);
      const buffer = new Float32Array(10);
      const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
      // Each thread reads what the one before wrote: one thread at a time, because the launch is small.
      await kernels.submit(shift, [buffer.subarray(0, 9), buffer.subarray(1, 10)]);
      expect([...buffer]).toEqual(expected);
      buffer.fill(0);
      kernels.run(shift, [buffer.subarray(0, 9), buffer.subarray(1, 10)]);
      expect([...buffer]).toEqual(expected);
      await kernels.submit(shift, [buffer, buffer]);
      expect([...buffer]).toEqual(expected.map((value) => value + 1));
      kernels.run(shift, [buffer, buffer]);
      expect([...buffer]).toEqual(expected.map((value) => value + 2));
    });

    test("a pending result is used, whole or in part, and not what the host has of it", async () => {
      await using kernels = create(options);
      const buffer = new Float32Array(30_000);
      const middle = buffer.subarray(10_000, 20_000);
      void kernels.submit(add, [middle, 1]);
      void kernels.submit(add, [middle.subarray(0, 5000), 1]);
      void kernels.submit(add, [buffer.subarray(15_000, 25_000), 2]);
      void kernels.submit(add, [buffer, 10]);
      const copy = kernels.submit(double, [buffer.subarray(14_000, 16_000)]);
      await copy;
      const at = (index: number): number => buffer[index] as number;
      expect([0, 12_000, 17_000, 22_000, 29_000].map(at)).toEqual([10, 12, 13, 12, 10]);
      expect([...((await copy) as Float32Array).filter((_, index) => index % 1000 === 0)]).toEqual([24, 26]);
    });

    test("views of device arrays are used where they are", async () => {
      await using kernels = create(options);
      const array = kernels.array("float32", 1000);
      await kernels.submit(add, [array.view, 1]);
      kernels.run(add, [array.view.subarray(500), 1]);
      expect([array.view[0], array.view[499], array.view[500], array.view[999]]).toEqual([1, 1, 2, 2]);
    });

    test("memory grows while arrays are in use", async () => {
      await using kernels = create(options);
      const first = kernels.array(new Float32Array(1000).fill(1));
      const { view } = first;
      const arrays = Array.from({ length: 40 }, (_, index) =>
        kernels.array(new Float32Array(100_000 + index).fill(index)),
      );
      const futures = arrays.map((array) => kernels.submit(add, [array, 1]));
      const more = kernels.array("float32", 4_000_000);
      void kernels.submit(add, [first, 1]);
      await kernels.submit(add, [more, 3]);
      await Promise.all(futures);
      arrays.forEach((array, index) => expect(array.view.every((value) => value === index + 1)).toBe(true));
      expect(more.view.every((value) => value === 3)).toBe(true);
      expect(first.view[999]).toBe(2);
      expect(view.length === 0 || view[999] === 2).toBe(true);
    });

    test("run waits for what was submitted before, and calls nothing of the program meanwhile", async () => {
      await using kernels = create(options);
      await kernels.prepare(undefined, []);
      const count = kernels.array("int32", 1);
      const done: number[] = [];
      const futures = [1, 2, 3].map((index) =>
        kernels.submit(work, [count, 100, 10_000]).addDoneCallback(() => done.push(index)),
      );
      kernels.run(work, [count, 100, 10_000]);
      expect(count.view[0]).toBe(400);
      expect(done).toEqual([]);
      await Promise.all(futures);
      expect(done).toEqual([1, 2, 3]);
    });

    test("run before the compiler is loaded says what to do", async () => {
      await using kernels = create(options);
      expect(() => kernels.run(add, [new Float32Array(1), 1])).toThrow(InvalidStateError);
      expect(() => kernels.run(add, [new Float32Array(1), 1])).toThrow("await executor.prepare()");
      await kernels.prepare(undefined, []);
      kernels.run(add, [new Float32Array(1), 1]);
    });
  });
}
