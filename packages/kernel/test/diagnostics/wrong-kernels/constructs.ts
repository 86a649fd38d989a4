// biome-ignore-all lint: the mistakes are the point.
// Constructs of JavaScript that are not in the language.

import { type GridFunction, type KernelThread, kernel, vectorize } from "../../../src/index.js";
import { f32, type WrongKernels } from "./wrong-kernel.js";

export const wrong: WrongKernels = {
  "for…of": () =>
    kernel((thread, a: Float32Array) => {
      let sum = 0;
      for (const value of a) sum += value;
      a[thread.x] = sum;
    }).inspect("ir", f32),

  "for…in": () =>
    kernel((thread, a: Float32Array) => {
      for (const key in a) a[thread.x] = Number(key);
    }).inspect("ir", f32),

  try: () =>
    kernel((thread, a: Float32Array) => {
      try {
        a[thread.x] = 1;
      } catch {
        a[0] = 2;
      }
    }).inspect("ir", f32),

  throw: () =>
    vectorize((x: number) => {
      if (x < 0) throw new RangeError("negative");
      return Math.sqrt(x);
    }).inspect("ir", f32),

  "await in a function declared inside": () =>
    kernel((thread, a: Float32Array) => {
      const load = async () => await 1;
      load();
      a[thread.x] = 1;
    }).inspect("ir", f32),

  "a string": () => vectorize((x: number) => (x > 0 ? x : Number("0"))).inspect("ir", f32),

  "a template literal": () => vectorize((x: number) => Number(`${x}`)).inspect("ir", f32),

  "a regular expression": () => vectorize((x: number) => /1/.test(x as never)).inspect("ir", f32),

  "a BigInt": () => vectorize((x: number) => (x as unknown as bigint) * 2n > 1n).inspect("ir", f32),

  null: () => vectorize((x: number) => (x === (null as never) ? 0 : x)).inspect("ir", f32),

  undefined: () => vectorize((x: number) => x + (undefined as never)).inspect("ir", f32),

  "an object": () =>
    vectorize((x: number) => {
      const point = { x, y: 1 };
      return point.x + point.y;
    }).inspect("ir", f32),

  "a list": () =>
    vectorize((x: number) => {
      const list = [x, 1];
      return list[0]! + list[1]!;
    }).inspect("ir", f32),

  "spread arguments": () =>
    kernel((thread, a: Float32Array) => {
      a[thread.x] = Math.max(...a);
    }).inspect("ir", f32),

  "a class inside": () =>
    vectorize((x: number) => {
      class Box {
        value = 1;
      }
      return x * (Box.length as number);
    }).inspect("ir", f32),

  this: () =>
    kernel(function (this: { k: number }, thread: KernelThread, a: Float32Array) {
      a[thread.x] = this.k;
    } as GridFunction).inspect("ir", f32 as never),

  arguments: () =>
    vectorize(function (x: number) {
      return x + (arguments as never as number);
    }).inspect("ir", f32),

  "new": () =>
    kernel((thread, a: Float32Array) => {
      const local = new Float32Array(16);
      a[thread.x] = local[0]!;
    }).inspect("ir", f32),

  typeof: () => vectorize((x: number) => (typeof x === ("number" as string) ? 1 : 0)).inspect("ir", f32),

  in: () =>
    kernel((thread, a: Float32Array) => {
      if (thread.x in a) a[thread.x] = 1;
    }).inspect("ir", f32),

  "optional chaining": () =>
    kernel((thread, a?: Float32Array) => {
      a![thread.x] = a?.length as number;
    }).inspect("ir", f32),

  "a default by ??": () => vectorize((x: number) => (x as number | undefined) ?? 0).inspect("ir", f32),

  with: () => {
    const fn = new Function("thread", "a", "with (a) { length }") as (thread: unknown, a: Float32Array) => void;
    return kernel(fn).inspect("ir", f32);
  },

  "import()": () => {
    const fn = new Function("thread", "a", "import('node:fs');\na[thread.x] = 1;");
    return kernel(fn as GridFunction).inspect("ir", f32 as never);
  },

  "a case that writes": () =>
    kernel((thread, a: Float32Array) => {
      let next = 0;
      switch (thread.x) {
        case next++:
          a[0] = 1;
          break;
        case next++:
          a[1] = 1;
          break;
      }
    }).inspect("ir", f32),
};
