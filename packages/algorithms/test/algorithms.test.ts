// Every algorithm on every kind of plan, compared with plain JavaScript: on the calling thread, on threads, on threads as a GPU would run
// it (small parts, tiles in shared memory), and on a WebGPU device.

import { argsort, bincount, cumsum, histogram, matmul, scan, sort, transpose, tuneMatmul } from "@everycore/algorithms";
import { type DeviceArray, type HostArray, type KernelExecutor, UnsupportedError } from "@everycore/core";
import { WebGPUExecutor } from "@everycore/gpu-webgpu";
import { InlineExecutor } from "@everycore/inline";
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { afterAll, describe, expect, test } from "vitest";
import { asDevice } from "./as-device.js";
import { matmulOf, numbers, scanOf, transposeOf } from "./plain.js";

const inline = new InlineExecutor();
const threads = new ThreadPoolExecutor({ maxWorkers: 2 });
const gpu = await WebGPUExecutor.create();
afterAll(() => Promise.all([inline.shutdown(), threads.shutdown(), gpu.shutdown()]));

const executors: ReadonlyArray<readonly [name: string, executor: KernelExecutor]> = [
  ["the calling thread", inline],
  ["threads", threads],
  ["threads, as a device", asDevice(threads)],
  ["a GPU", gpu],
];
/** Around the sizes of parts, and of levels of parts. */
const lengths = [0, 1, 2, 15, 16, 17, 255, 257, 2049, 5000, 70_001];

describe.each(executors)("on %s", (_, executor) => {
  test.each(lengths)("cumsum and other scans of %i elements", async (length) => {
    const values = Int32Array.from({ length }, numbers(length, 1000));
    expect(await cumsum(executor, values)).toEqual(Int32Array.from(scanOf(values, (a, b) => (a + b) | 0)));
    const exclusive = Int32Array.from([0, ...scanOf(values, (a, b) => (a + b) | 0)]).slice(0, length);
    expect(await cumsum(executor, values, { exclusive: true })).toEqual(exclusive);
    const floats = Float32Array.from(values);
    expect(await runningMaximum(executor, floats)).toEqual(Float32Array.from(scanOf(floats, Math.max)));
  });

  test.each(lengths)("sort and argsort of %i elements", async (length) => {
    const random = numbers(length + 7, 2 ** 32);
    const bits = Uint32Array.from({ length }, random);
    for (const Type of [Int32Array, Uint32Array, Int16Array, Uint8Array] as const) {
      const values = Type.from(bits);
      expect(await sort(executor, values)).toEqual(values.slice().sort());
      const order = await argsort(executor, values, { descending: true });
      const places = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
      expect(Array.from(order)).toEqual(places);
    }
  });

  test("sort of floats, with zeros, infinities and NaN", async () => {
    const special = [0, -0, Infinity, -Infinity, NaN, 1e-45, -1e-45, 3.4e38, 1, -1];
    const random = numbers(5, 2000);
    const values = Float32Array.from({ length: 5000 }, (_, i) => (i % 3 === 0 ? special[i % 10]! : random() - 1000.5));
    const expected = values.slice().sort();
    expect(await sort(executor, values)).toEqual(expected);
    const descending = await sort(executor, values, { descending: true });
    expect(descending).toEqual(expected.reverse());
    const order = await argsort(executor, values);
    expect(Float32Array.from(order, (place) => values[place]!)).toEqual(values.slice().sort());
  });

  test.each([1, 5, 256, 4096, 5000])("bincount and histogram with %i bins", async (bins) => {
    const random = numbers(bins, bins + 3);
    const values = Int32Array.from({ length: 30_000 }, () => random() - 1);
    const counts = new Int32Array(bins);
    for (const value of values) if (value >= 0 && value < bins) counts[value]!++;
    expect(await bincount(executor, values, { length: bins })).toEqual(counts);
    // Whole numbers are exact in either way, but for the upper edge.
    for (const value of values) if (value === bins) counts[bins - 1]!++;
    const floats = Float32Array.from(values);
    floats[0] = NaN;
    if (values[0]! >= 0 && values[0]! <= bins) counts[Math.min(values[0]!, bins - 1)]!--;
    expect(await histogram(executor, floats, { bins, range: [0, bins] })).toEqual(counts);
  });

  test.each([
    [1, 1, 1],
    [3, 5, 2],
    [4, 16, 64],
    [65, 33, 70],
    [128, 64, 96],
  ])("matmul of %i × %i by … × %i", async (rows, inner, columns) => {
    const random = numbers(rows, 8);
    const a = Float32Array.from({ length: rows * inner }, random);
    const b = Float32Array.from({ length: inner * columns }, random);
    const product = await matmul(executor, a, b, { left: [rows, inner], right: [inner, columns] });
    expect(product).toEqual(matmulOf(a, b, rows, inner, columns));
  });

  test.each([
    [1, 1],
    [1, 40],
    [33, 17],
    [64, 96],
  ])("transpose of %i × %i", async (rows, columns) => {
    const values = Array.from({ length: rows * columns }, numbers(rows, 2 ** 32));
    const [floats, bytes] = [Float32Array.from(values), Int8Array.from(values)];
    const doubles = executor === gpu ? [] : [Float64Array.from(values)];
    for (const matrix of [floats, bytes, Uint32Array.from(values), ...doubles])
      expect(await transpose(executor, matrix, [rows, columns])).toEqual(transposeOf(matrix, rows, columns));
  });

  test("arrays of the device stay there, keep their shape, and follow each other without await", async () => {
    using matrix = executor.array(Float32Array.of(3, 1, 2, 6, 5, 4), [2, 3]);
    const turning = transpose(executor, matrix);
    using turned = await turning;
    expect(turned.shape).toEqual([3, 2]);
    using product = await matmul(executor, matrix, turned);
    expect([product.shape, Array.from(await product.read())]).toEqual([
      [2, 2],
      [14, 31, 31, 77],
    ]);
    using sorted = await sort(executor, matrix);
    expect(Array.from(await sorted.read())).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Array.from(await matrix.read())).toEqual([3, 1, 2, 6, 5, 4]);
  });

  test("leave nothing on the device", async () => {
    const made: DeviceArray[] = [];
    const watching = {
      submit: executor.submit.bind(executor),
      array: (...args: [HostArray, number[]]) => {
        const array = executor.array(...args);
        made.push(array);
        return array;
      },
      ...("run" in executor && { run: executor.run }),
    } as unknown as KernelExecutor;
    const values = Float32Array.from({ length: 3000 }, numbers(1, 100));
    await sort(watching, values);
    await cumsum(watching, values);
    await histogram(watching, values, { bins: 10, range: [0, 100] });
    for (const array of made) await expect(array.read()).rejects.toThrow(/disposed/);
  });
});

const runningMaximum = scan({ combine: (a, b) => Math.max(a, b), identity: Number.NEGATIVE_INFINITY });

test.each([
  ["the calling thread", inline],
  ["threads", threads],
] as const)("float64 keeps its digits on %s", async (_, executor) => {
  const third = Float64Array.of(1 / 3, 2 / 3, 1, 4 / 3);
  expect(await cumsum(executor, third)).toEqual(Float64Array.from(scanOf(third, (a, b) => a + b)));
  const product = await matmul(executor, third, Float64Array.of(1, 0, 0, 1), { left: [2, 2], right: [2, 2] });
  expect(product).toEqual(third);
});

test("matmul is tuned on devices, and there is nothing to tune on processors", async () => {
  expect(await tuneMatmul(threads)).toEqual([]);
  const device = asDevice(threads);
  const measured = await tuneMatmul(device, { size: 64, rounds: 1 });
  expect(measured).toHaveLength(4);
  expect(measured.map(({ ms }) => ms)).toEqual(measured.map(({ ms }) => ms).sort((a, b) => a - b));
});

describe("what is wrong is said, as a rejection", () => {
  test.each([
    ["no executor", () => sort({} as never, new Int32Array(1)), /executor that runs kernels, not/],
    ["no array", () => sort(inline, [1, 2] as never), /^values of sort\(\) must be a typed array or a device array/],
    [
      "another type",
      () => sort(inline, new Float64Array(2)),
      /dtype of values of sort\(\) must be .*float32.*"float64"/,
    ],
    ["an unknown option", () => sort(inline, new Int8Array(1), { reverse: true } as never), /no option "reverse"/],
    ["no bins", () => histogram(inline, new Float32Array(1), { bins: 0, range: [0, 1] }), /bins must be/],
    [
      "a range upside down",
      () => histogram(inline, new Float32Array(1), { bins: 1, range: [1, 0] }),
      /smaller one first/,
    ],
    [
      "floats to count",
      () => bincount(inline, new Float32Array(1), { length: 1 }),
      /dtype of values of bincount\(\) must be int8/,
    ],
    ["no shape", () => transpose(inline, new Float32Array(6)), /shape of matrix must be \[rows, columns\]/],
    ["a wrong shape", () => transpose(inline, new Float32Array(6), [2, 2]), /of 6 elements/],
    [
      "factors that do not fit",
      () => matmul(inline, new Float32Array(6), new Float32Array(6), { left: [2, 3], right: [2, 3] }),
      /Rows of right must be 3, as columns of left, not 2/,
    ],
  ])("%s", async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });

  test("float64 where the device has none", async () => {
    const factors = [new Float64Array(1), new Float64Array(1)] as const;
    await expect(matmul(gpu, ...factors, { left: [1, 1], right: [1, 1] })).rejects.toThrow(UnsupportedError);
  });

  test("also what the executor refuses, and then nothing stays", async () => {
    const refusing = {
      submit: () => {
        throw new UnsupportedError("atomics", "some-backend", "Use another.");
      },
      array: inline.array.bind(inline),
    } as unknown as KernelExecutor;
    await expect(bincount(refusing, new Int8Array(1), { length: 1 })).rejects.toThrow(UnsupportedError);
  });
});
