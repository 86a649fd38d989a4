// biome-ignore-all lint: the mistakes are the point.
// Wrong calls and members.

import { kernel, reduction, stencil, vectorize } from "../../../src/index.js";
import { f32, i32, type WrongKernels } from "./wrong-kernel.js";

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
const size = 64;

export const wrong: WrongKernels = {
  "a function of JavaScript": () => vectorize((x: number) => parseInt(x as never) + 1).inspect("ir", f32),

  "a misspelt function of Math": () =>
    vectorize((x: number) => (Math as never as { sine(x: number): number }).sine(x)).inspect("ir", f32),

  "a member of Number": () => vectorize((x: number) => Number.parseFloat(x as never)).inspect("ir", f32),

  "Math.random": () => vectorize((x: number) => x + Math.random()).inspect("ir", f32),

  "too few arguments for Math": () =>
    vectorize((x: number) => Math.pow(...([x] as never as [number, number]))).inspect("ir", f32),

  "too few arguments": () => vectorize((x: number) => (Math.atan2 as (y: number) => number)(x)).inspect("ir", f32),

  "console.log": () =>
    kernel((thread, a: Float32Array) => {
      console.log(thread.x, a[thread.x]);
    }).inspect("ir", f32),

  "a method of arrays": () =>
    kernel((thread, a: Float32Array) => {
      a[thread.x] = a.reduce((sum, value) => sum + value, 0);
    }).inspect("ir", f32),

  fill: () =>
    kernel((_thread, a: Float32Array) => {
      a.fill(0);
    }).inspect("ir", f32),

  "a member of a number": () => vectorize((x: number) => Number(x.toFixed(2))).inspect("ir", f32),

  "a member that arrays lack in kernels": () =>
    kernel((thread, a: Float32Array) => {
      a[thread.x] = a.byteLength;
    }).inspect("ir", f32),

  "a member that the thread lacks": () =>
    kernel((thread, a: Float32Array) => {
      a[thread.x] = (thread as never as { index: number }).index;
    }).inspect("ir", f32),

  "a fourth axis": () =>
    kernel((thread, a: Float32Array) => {
      a[thread.x] = (thread.local as never as { w: number }).w;
    }).inspect("ir", f32),

  "the thread as a number": () =>
    kernel((thread, a: Float32Array) => {
      a[thread as never as number] = 1;
    }).inspect("ir", f32),

  "a method that is not called": () =>
    kernel((thread, a: Float32Array) => {
      a[thread.x] = thread.random as never as number;
    }).inspect("ir", f32),

  "a function as a value": () =>
    vectorize((x: number) => {
      const half = (v: number) => v / 2;
      return x + (half as never as number);
    }).inspect("ir", f32),

  "a number that is called": () => vectorize((x: number) => (x as never as () => number)()).inspect("ir", f32),

  recursion: () =>
    vectorize(
      (n: number) => factorial(n),
      () => ({ factorial }),
    ).inspect("ir", i32),

  "recursion inside": () =>
    vectorize((n: number) => {
      function fibonacci(k: number): number {
        return k < 2 ? k : fibonacci(k - 1) + fibonacci(k - 2);
      }
      return fibonacci(n);
    }).inspect("ir", i32),

  "a shared array of changing length": () =>
    kernel((thread, n: number, a: Float32Array) => {
      const tile = thread.shared(Float32Array, n);
      a[thread.x] = tile[0]!;
    }).inspect("ir", 16, f32),

  "a shared array of no class": () =>
    kernel(
      (thread, a: Float32Array) => {
        const tile = thread.shared(size as never, 16) as Float32Array;
        a[thread.x] = tile[0]!;
      },
      () => ({ size }),
    ).inspect("ir", f32),

  "a shared array in a branch": () =>
    kernel((thread, a: Float32Array) => {
      if (thread.x > 2) {
        const tile = thread.shared(Float32Array, 16);
        a[thread.x] = tile[0]!;
      }
    }).inspect("ir", f32),

  "a stencil's array by index": () => stencil((a) => (a as never as number[])[0]! + a(1)).inspect("ir", f32),

  "a stencil's array with half an offset": () => stencil((a) => a(0.5)).inspect("ir", f32),

  "a stencil's array with four offsets": () =>
    stencil((a) => (a as (...offsets: number[]) => number)(0, 0, 0, 0)).inspect("ir", f32),

  "no value to combine": () =>
    reduction({
      // @ts-expect-error
      combine: (a, b) => {
        if (a > b) return a;
      },
      identity: 0,
    }).inspect("ir", f32),
};
