// Reductions with subgroups and without: the same bits, those of the order, whatever the length, the type and the operator.

import type { HostArray, Kernel } from "@everycore/core";
import { type GpuDevice, type UserGpuDevice, WebGPUExecutor } from "@everycore/gpu-webgpu";
import { reduction } from "@everycore/kernel";
import { type Program, runProgram } from "@everycore/kernel/ir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emitShader } from "../src/emit/shader.js";
import { findAdapter } from "../src/gpu-source.js";
import { binaryReduction } from "./binary-reduction.js";
import { hosts, planKernel } from "./plan-kernel.js";
import { type Combine, reduceInOrder } from "./reduction-order.js";

const lengths = [1, 2, 3, 5, 31, 255, 256, 257, 2047, 2048, 2049, 100_003];
const threePasses = 2048 * 2048 + 1;

/** With the subgroups of the device, without any, and with subgroups that are larger than the executor has been told. */
let executors: readonly WebGPUExecutor[];
let withSubgroups: WebGPUExecutor;
const deviceOf = (executor: WebGPUExecutor): GpuDevice => executor.device as unknown as GpuDevice;

async function executorOn(features: readonly string[], subgroupMinSize?: number): Promise<WebGPUExecutor> {
  const found = await findAdapter();
  if ("reason" in found) throw new Error(found.reason);
  const device = await found.adapter.requestDevice({ requiredFeatures: features });
  if (subgroupMinSize !== undefined) Object.defineProperty(device, "adapterInfo", { value: { subgroupMinSize } });
  return WebGPUExecutor.create({ device: device as unknown as UserGpuDevice });
}

beforeAll(async () => {
  withSubgroups = await WebGPUExecutor.create();
  executors = [withSubgroups, await executorOn([]), await executorOn(["subgroups"], 2)];
});
afterAll(() => Promise.all(executors.map((executor) => executor.shutdown())));

/** Launches on all of them. */
async function expectOfAll(wanted: number, what: string, kernel: Kernel<never, number>, ...args: HostArray[]) {
  const results = executors.map((executor) => executor.submit(kernel as Kernel<HostArray[], number>, ...args));
  expect(await Promise.all(results), what).toEqual([wanted, wanted, wanted]);
}

/** Numbers that follow no rule that a reduction could get right by chance. */
function noise(index: number): number {
  return Math.imul(index + 1, 2654435761) ^ Math.imul(index, index + 40503);
}

/** Arrays of a type, and its arithmetic. */
const kinds = {
  float32: {
    make: (length: number) => Float32Array.from({ length }, (_, i) => noise(i) / 2 ** 28),
    add: (a: number, b: number) => Math.fround(a + b),
    multiply: (a: number, b: number) => Math.fround(a * b),
  },
  int32: {
    make: (length: number) => Int32Array.from({ length }, (_, i) => noise(i)),
    add: (a: number, b: number) => (a + b) | 0,
    multiply: Math.imul,
  },
  uint32: {
    make: (length: number) => Uint32Array.from({ length }, (_, i) => noise(i)),
    add: (a: number, b: number) => (a + b) >>> 0,
    multiply: Math.imul,
  },
} as const;
type Arithmetic = (typeof kinds)[keyof typeof kinds];

const sum = reduction({ combine: (a: number, b: number) => a + b, identity: 0 });
const least = reduction({ combine: (a: number, b: number) => Math.min(a, b), identity: Infinity });
const most = reduction({ combine: (a: number, b: number) => Math.max(a, b), identity: -Infinity });
/** Neither commutative nor associative: it shows the order. */
const order = reduction({ combine: (a: number, b: number) => a * 3 + b, identity: 0 });

const operators: ReadonlyArray<readonly [string, Kernel<never, number>, (of: Arithmetic) => Combine]> = [
  ["sum", sum, ({ add }) => add],
  ["min", least, () => Math.min],
  ["max", most, () => Math.max],
  [
    "a * 3 + b",
    order,
    ({ add, multiply }) =>
      (a, b) =>
        add(multiply(a, 3), b),
  ],
];
const trials = Object.entries(kinds).flatMap(([kind, of]) =>
  operators.map(([name, kernel, combine]) => ({ name, kind, kernel, make: of.make, combine: combine(of) })),
);

describe("a reduction", () => {
  it("shuffles on the device of the tests", async () => {
    const device = deviceOf(withSubgroups);
    expect([device.features.has("subgroups"), device.adapterInfo?.subgroupMinSize]).toEqual([true, 4]);
    expect(executors.map((executor) => deviceOf(executor).features.has("subgroups"))).toEqual([true, false, true]);
    const { createShaderModule } = device;
    const seen: string[] = [];
    device.createShaderModule = (descriptor) => {
      seen.push(descriptor.code);
      return createShaderModule.call(device, descriptor);
    };
    await withSubgroups.submit(sum, Float32Array.of(1, 2));
    expect(seen).toEqual([expect.stringContaining("subgroupShuffleDown")]);
  });

  it.each(trials)("of $kind by $name has the bits that its order gives", async ({ name, kernel, make, combine }) => {
    for (const length of lengths) {
      const x = make(length);
      await expectOfAll(reduceInOrder(x, combine), `${name} of ${length}`, kernel, x);
    }
  });

  it("of three passes has the bits that its order gives", { timeout: 120_000 }, async () => {
    const { make, add, multiply } = kinds.float32;
    const x = make(threePasses);
    const wanted = reduceInOrder(x, (a, b) => add(multiply(a, 3), b));
    await expectOfAll(wanted, "a * 3 + b", order, x);
  });

  it.each(operators.slice(0, 3))("by %s has NaN, infinities and -0 as JavaScript has", async (name, kernel, of) => {
    const combine = of(kinds.float32);
    const odd = [NaN, Infinity, -Infinity, -0];
    const expectOf = (x: Float32Array, what: string): Promise<void> =>
      expectOfAll(reduceInOrder(x, combine), `${name} of ${x.length} with ${what}`, kernel, x);
    for (const value of odd) {
      for (const length of [1, 3, 4, 9, 257, 2049]) {
        for (const place of new Set([0, 1, length >> 1, length - 1])) {
          const x = Float32Array.from({ length }, (_, i) => (i === place ? value : i % 3 === 0 ? -0 : 0));
          await expectOf(x, `${value} at ${place}`);
        }
      }
    }
    const all = Float32Array.from({ length: 2500 }, (_, i) => (i % 7 === 0 ? (odd[(i / 7) % 4] as number) : i));
    await expectOf(all, "all of them");
    await expectOf(new Float32Array(3000).fill(-0), "nothing but -0");
  });

  const boolOperators = {
    and: (a: boolean, b: boolean) => a && b,
    or: (a: boolean, b: boolean) => a || b,
    xor: (a: boolean, b: boolean) => a !== b,
    implies: (a: boolean, b: boolean) => !a || b,
  } as const;

  it.each(Object.keys(boolOperators) as Array<keyof typeof boolOperators>)("of bools by %s, too", async (name) => {
    const program = binaryReduction("bool", name);
    const combine: Combine = (a, b) => Number(boolOperators[name](a !== 0, b !== 0));
    for (const length of lengths) {
      for (const rarity of [2, 1000]) {
        const x = Uint8Array.from({ length }, (_, i) => Number(((noise(i) >>> 3) % rarity === 0) !== (name === "and")));
        const wanted = reduceInOrder(x, combine);
        // The simulator has an order of its own.
        if (name !== "implies") expect(runProgram({ program, grid: [length, 1, 1], arrays: [x] })).toBe(wanted);
        await expectOfAll(wanted, `${name} of ${length}`, programKernel(program, x));
      }
    }
  });

  it("is simulated with the same result, where the order does not matter", async () => {
    for (const length of lengths) {
      const x = kinds.int32.make(length);
      const program = binaryReduction("int32", "add");
      const wanted = runProgram({ program, grid: [length, 1, 1], arrays: [x] }) as number;
      await expectOfAll(wanted, `the sum of ${length}`, programKernel(program, x));
    }
  });
});

const programKernel = (program: Program, x: HostArray): Kernel<[], number> =>
  planKernel(program, {
    grid: [x.length, 1, 1],
    arrays: hosts([x]),
    result: { kind: "reduced", finish: (value) => value },
  }) as Kernel<[], number>;

describe("a shader with subgroups", () => {
  it.each([4, 8, 16, 32, 64, 128])("of at least %i lanes is accepted, for each type", async (lanes) => {
    const device = deviceOf(withSubgroups);
    for (const type of ["float32", "int32", "uint32", "bool"] as const) {
      const code = emitShader(binaryReduction(type, type === "bool" ? "or" : "add"), undefined, lanes);
      device.pushErrorScope("validation");
      device.createShaderModule({ code });
      expect(await device.popErrorScope(), code).toBeNull();
    }
  });
});
