// biome-ignore-all lint: the mistakes are the point.
// Wrong types, and effects where they are not allowed.

import { kernel, reduction, vectorize } from "../../../src/index.js";
import { f32, i32, type WrongKernels } from "./wrong-kernel.js";

const table = Float32Array.of(1, 2, 3);

export const wrong: WrongKernels = {
  "an array as a number": () =>
    kernel((thread, a: Float32Array) => {
      a[thread.x] = (a as never as number) * 2;
    }).inspect("ir", f32),

  "an array passed for a number": () =>
    kernel((thread, dt: number, a: Float32Array) => {
      a[thread.x] = 2 * dt;
    }).inspect("ir", f32 as never, f32),

  "an array compared with a number": () =>
    kernel((thread, a: Float32Array) => {
      if ((a as never as number) > 0) a[thread.x] = 1;
    }).inspect("ir", f32),

  "a number with an index": () => vectorize((x: number) => (x as never as number[])[0]!).inspect("ir", f32),

  "an index with a fraction": () =>
    kernel((thread, a: Float32Array) => {
      a[thread.x / 2] = 1;
    }).inspect("ir", f32),

  "an index from a float array": () =>
    kernel((thread, order: Float32Array, a: Float32Array) => {
      a[order[thread.x]!] = 1;
    }).inspect("ir", f32, f32),

  "a boolean as an index": () =>
    kernel((thread, a: Float32Array) => {
      a[(thread.x > 2) as never as number] = 1;
    }).inspect("ir", f32),

  "branches of two kinds": () =>
    kernel((thread, a: Float32Array, b: Float32Array) => {
      const from = thread.x > 2 ? a : (0 as never as Float32Array);
      b[thread.x] = from[0]!;
    }).inspect("ir", f32, f32),

  "a choice between arrays": () =>
    kernel((thread, a: Float32Array, b: Float32Array) => {
      (thread.x > 2 ? a : b)[thread.x] = 1;
    }).inspect("ir", f32, f32),

  "a function without a value": () =>
    kernel((thread, a: Float32Array) => {
      const clear = (i: number) => {
        a[i] = 0;
      };
      a[thread.x] = clear(0) as never as number;
    }).inspect("ir", f32),

  "a value that a grid kernel returns": () =>
    kernel((thread, a: Float32Array) => {
      return a[thread.x]! * 2;
    }).inspect("ir", f32),

  "a path without a value": () =>
    // @ts-expect-error
    vectorize((x: number) => {
      if (x > 0) return x;
    }).inspect("ir", f32),

  "a path without a value, inside": () =>
    vectorize((x: number) => {
      // @ts-expect-error
      const sign = (v: number): number => {
        if (v > 0) return 1;
        if (v < 0) return -1;
      };
      return sign(x);
    }).inspect("ir", f32),

  "an elementwise kernel that writes": () =>
    vectorize(
      (x: number) => {
        table[0] = x;
        return x;
      },
      () => ({ table }),
    ).inspect("ir", f32),

  "a reduction that writes": () =>
    reduction({
      map: (x: number) => {
        table[0]! += 1;
        return x;
      },
      combine: (a, b) => a + b,
      identity: 0,
      captures: () => ({ table }),
    }).inspect("ir", f32),

  "bits of a float, atomically": () =>
    kernel((thread, a: Float32Array) => {
      thread.atomicOr(a as never, 0, 1);
    }).inspect("ir", f32),

  "an atomic on small integers": () =>
    kernel((thread, a: Uint8Array) => {
      thread.atomicAdd(a as never, 0, 1);
    }).inspect("ir", new Uint8Array(4)),

  "a barrier for some threads": () =>
    kernel((thread, a: Float32Array) => {
      if (thread.local.x > 2) thread.barrier();
      a[thread.x] = 1;
    }).inspect("ir", f32),

  "a barrier in a loop of the thread's own length": () =>
    kernel((thread, counts: Int32Array) => {
      for (let i = 0; i < counts[thread.x]!; i++) {
        thread.barrier();
      }
    }).inspect("ir", i32),

  "a barrier after some threads returned": () =>
    kernel((thread, a: Float32Array) => {
      const tile = thread.shared(Float32Array, 64);
      for (let i = 0; i < 4; i++) {
        if (a[thread.x]! > i) break;
        tile[thread.local.x] = 1;
        thread.barrier();
      }
      a[thread.x] = tile[0]!;
    }).inspect("ir", f32),
};
