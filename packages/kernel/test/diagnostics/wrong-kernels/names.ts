// biome-ignore-all lint: the mistakes are the point.
// Wrong names and assignments.

import { helper, kernel, vectorize } from "../../../src/index.js";
import { f32, i32, type WrongKernels } from "./wrong-kernel.js";

const G = 6.67;
const physics = { G, softening: 0.1 };
const table = Float32Array.of(1, 2, 3);
const unregistered = (x: number) => x * G;
const registered = helper(
  (x: number) => x * G,
  () => ({ table }),
);

export const wrong: WrongKernels = {
  "a captured constant without a thunk": () =>
    kernel((thread, a: Float32Array) => {
      a[thread.x] = G;
    }).inspect("ir", f32),

  "a captured constant that the thunk lacks": () =>
    vectorize(
      (x: number) => x * G + table[0]!,
      () => ({ table }),
    ).inspect("ir", f32),

  "a constant that a helper captures": () =>
    vectorize(
      (x: number) => unregistered(x) + 1,
      () => ({ unregistered }),
    ).inspect("ir", f32),

  "a constant that a registered helper's thunk lacks": () =>
    vectorize(
      (x: number) => registered(x) + 1,
      () => ({ registered }),
    ).inspect("ir", f32),

  "a member that a captured object lacks": () =>
    vectorize(
      (x: number) => x * (physics as unknown as { mass: number }).mass,
      () => ({ physics }),
    ).inspect("ir", f32),

  "a global of JavaScript": () => vectorize((x: number) => x * performance.now()).inspect("ir", f32),

  "a variable before its declaration": () =>
    vectorize((x: number) => {
      // @ts-expect-error
      const twice = later * 2;
      const later = x + 1;
      return twice;
    }).inspect("ir", f32),

  "a variable that never gets a value": () =>
    kernel((thread, a: Float32Array) => {
      let sum!: number;
      a[thread.x] = sum;
    }).inspect("ir", f32),

  "an assigned constant": () =>
    kernel((thread, a: Float32Array) => {
      const sum = 0;
      // @ts-expect-error
      sum = a[thread.x]!;
    }).inspect("ir", f32),

  "an assigned captured value": () => {
    let total = 0;
    return kernel(
      (thread, a: Float32Array) => {
        total += a[thread.x]!;
      },
      () => ({ total }),
    ).inspect("ir", f32);
  },

  "an assigned array": () =>
    kernel((thread, a: Float32Array, b: Float32Array) => {
      a = b;
      a[thread.x] = 1;
    }).inspect("ir", f32, f32),

  "an array in a variable that changes": () =>
    kernel((thread, a: Float32Array, b: Float32Array) => {
      let target = a;
      if (thread.x > 2) target = b;
      target[thread.x] = 1;
    }).inspect("ir", f32, f32),

  "an assigned member of the thread": () =>
    kernel((thread, a: Float32Array) => {
      // @ts-expect-error
      thread.x = 0;
      a[thread.x] = 1;
    }).inspect("ir", f32),

  "the assigned thread": () =>
    kernel((thread, a: Float32Array) => {
      thread = undefined as never;
      a[0] = 1;
    }).inspect("ir", f32),

  "an assigned function": () =>
    vectorize((x: number) => {
      let shape = (v: number) => v * 2;
      if (x > 1) shape = (v) => v * 3;
      return shape(x);
    }).inspect("ir", f32),

  "an assigned length": () =>
    kernel((_thread, a: Float32Array) => {
      // @ts-expect-error
      a.length = 0;
    }).inspect("ir", f32),

  "swapped by destructuring": () =>
    kernel((thread, a: Int32Array) => {
      let low = a[0]!;
      let high = a[1]!;
      [low, high] = [high, low];
      a[thread.x] = low - high;
    }).inspect("ir", i32),

  "a destructured array": () =>
    kernel((thread, a: Float32Array) => {
      const [first = 0, second = 0] = a;
      a[thread.x] = first + second;
    }).inspect("ir", f32),
};
