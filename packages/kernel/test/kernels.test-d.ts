// What the compiler infers about kernels, without a cast anywhere. A line after `@ts-expect-error` must not compile.

import type { DeviceArray, Elementwise, Future, HostArray, Kernel, KernelExecutor } from "@everycore/core";
import { describe, expectTypeOf, it } from "vitest";
import {
  type GridKernel,
  helper,
  type KernelThread,
  kernel,
  reduction,
  type StencilInput,
  simulate,
  stencil,
  vectorize,
} from "../src/index.js";

declare const gpu: KernelExecutor;
declare const device: DeviceArray<Float32Array>;
const host = new Float32Array(4);

type F32 = Float32Array | DeviceArray<Float32Array>;

describe("kernel", () => {
  const step = kernel((thread, dt: number, position: Float32Array, velocity: Float32Array) => {
    const i = thread.x;
    velocity[i]! += -9.81 * dt;
    position[i]! += velocity[i]! * dt;
  });

  it("gives the thread its type", () => {
    kernel((thread, counts: Int32Array) => {
      expectTypeOf(thread).toEqualTypeOf<KernelThread>();
      const tile = thread.shared(Float32Array, 256);
      expectTypeOf(tile).toExtend<Float32Array>();
      tile[thread.local.x] = thread.groupSize.y;
      thread.barrier();
      expectTypeOf(thread.atomicAdd(counts, thread.x, 1)).toBeNumber();
      expectTypeOf(thread.atomicCompareExchange(counts, 0, 1, 2)).toBeNumber();
      expectTypeOf(thread.random()).toBeNumber();
      // @ts-expect-error no bit operations on floats
      thread.atomicAnd(tile, 0, 1);
    });
  });

  it("keeps the parameters; arrays may stay on a device", () => {
    expectTypeOf(step).toEqualTypeOf<GridKernel<readonly [dt: number, position: F32, velocity: F32]>>();
    expectTypeOf(kernel(() => {})).toEqualTypeOf<GridKernel<readonly []>>();
    expectTypeOf(gpu.submit(step.over(4), 1, device, host)).toEqualTypeOf<Future<undefined>>();
    expectTypeOf(step.over([2, 2], { group: [1, 2], seed: 7 })).toExtend<Kernel<[number, F32, F32], undefined>>();
  });

  it("refuses arguments of other types, and kernels without a grid", () => {
    // @ts-expect-error an array of another type
    gpu.submit(step.over(4), 1, device, new Int32Array(4));
    // @ts-expect-error one too few
    gpu.submit(step.over(4), 1, device);
    // @ts-expect-error no grid
    gpu.submit(step, 1, device, device);
    // @ts-expect-error no such option
    step.over(4, { groups: 2 });
    // @ts-expect-error kernels take no strings
    gpu.submit(kernel((_thread, _text: string) => {}).over(4), "text");
  });

  it("passes through variables of the general type", () => {
    const general: Kernel<[Float32Array], undefined> = kernel((_thread, a: Float32Array) => {
      a[0] = 1;
    }).over(4);
    expectTypeOf(gpu.submit(general, host)).toEqualTypeOf<Future<undefined>>();
  });

  it("inspects with the same arguments", () => {
    expectTypeOf(step.inspect("ir", 1, host, host)).toBeString();
    // @ts-expect-error one too few
    step.inspect("ir", 1, host);
  });
});

describe("vectorize", () => {
  const square = vectorize((x: number) => x ** 2);
  const positive = vectorize((x: number) => x > 0);

  it("gives an array like the arguments, or one value for values", () => {
    expectTypeOf(gpu.submit(square, 2)).toEqualTypeOf<Future<number>>();
    expectTypeOf(gpu.submit(square, host)).toEqualTypeOf<Future<Float32Array<ArrayBuffer>>>();
    expectTypeOf(gpu.submit(square, new Float64Array(2))).toEqualTypeOf<Future<Float64Array<ArrayBuffer>>>();
    expectTypeOf(gpu.submit(square, device)).toEqualTypeOf<Future<DeviceArray<Float32Array>>>();
    expectTypeOf(gpu.submit(positive, host)).toEqualTypeOf<Future<Uint8Array<ArrayBuffer>>>();
    expectTypeOf(gpu.submit(positive, 1)).toEqualTypeOf<Future<boolean>>();
  });

  it("takes a number, an array or a device array for each parameter", () => {
    const add = vectorize((x: number, y: number) => x + y);
    gpu.submit(add, 1, host);
    gpu.submit(add, device, new Uint8Array(4));
    // @ts-expect-error one too few
    gpu.submit(add, 1);
    // @ts-expect-error no strings
    gpu.submit(add, 1, "2");
  });

  it("types parameters without a type as numbers, and takes booleans", () => {
    const half = vectorize((x) => x / 2);
    expectTypeOf(half).toExtend<Kernel<[number | HostArray | DeviceArray], Elementwise<number>>>();
    const choose = vectorize((which: boolean, x: number) => (which ? x : 1));
    expectTypeOf(gpu.submit(choose, true, host)).toEqualTypeOf<Future<Float32Array<ArrayBuffer>>>();
  });

  it("follows dtype", () => {
    const whole = vectorize((x: number) => x, undefined, { dtype: "int32", fastMath: true });
    expectTypeOf(gpu.submit(whole, host)).toEqualTypeOf<Future<Int32Array<ArrayBuffer>>>();
    const fast = vectorize((x: number) => x, undefined, { fastMath: true });
    expectTypeOf(gpu.submit(fast, host)).toEqualTypeOf<Future<Float32Array<ArrayBuffer>>>();
    // @ts-expect-error no such type
    vectorize((x: number) => x, undefined, { dtype: "int64" });
  });
});

describe("reduction", () => {
  it("takes what map takes, and gives a number", () => {
    const dot = reduction({ map: (x: number, y: number) => x * y, combine: (a, b) => a + b, identity: 0 });
    expectTypeOf(gpu.submit(dot, device, host)).toEqualTypeOf<Future<number>>();
    const squares = reduction({ map: (x) => x * x, combine: (a, b) => a + b, identity: 0 });
    expectTypeOf(gpu.submit(squares, host)).toEqualTypeOf<Future<number>>();
  });

  it("takes one array without map", () => {
    const largest = reduction({
      combine: (a, b) => Math.max(a, b),
      identity: -Infinity,
      finish: (value, length) => value / length,
      captures: () => ({ host }),
    });
    expectTypeOf(gpu.submit(largest, host)).toEqualTypeOf<Future<number>>();
    // @ts-expect-error one too many
    gpu.submit(largest, host, host);
  });
});

describe("stencil", () => {
  it("types the first parameter, and takes numbers besides arrays", () => {
    const blur = stencil((a) => (a(-1, 0) + a(0, 0) + a(1)) / 3, undefined, { border: "wrap" });
    expectTypeOf(gpu.submit(blur.over([2, 2]), host)).toEqualTypeOf<Future<Float32Array<ArrayBuffer>>>();
    const mix = stencil(
      (a, b: StencilInput, k: number) => a(0) * k + b(0),
      () => ({ host }),
      { dtype: "uint8" },
    );
    expectTypeOf(gpu.submit(mix, host, device, 3)).toEqualTypeOf<Future<DeviceArray<Uint8Array>>>();
    // @ts-expect-error no such border
    stencil((a) => a(0), undefined, { border: "mirror" });
  });
});

describe("helper and simulate", () => {
  it("give the same types back", () => {
    const twice = helper((x: number) => x * 2);
    expectTypeOf(twice(1)).toBeNumber();
    const square = vectorize((x: number) => x ** 2);
    expectTypeOf(simulate(square, host)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf(simulate(square, 3)).toEqualTypeOf<number>();
    expectTypeOf(simulate(square, device)).toEqualTypeOf<DeviceArray<Float32Array>>();
    expectTypeOf(simulate(kernel(() => {}).over(3))).toEqualTypeOf<undefined>();
  });
});
