// biome-ignore-all lint: the mistakes are the point.
// Wrong as functions: what cannot be read, and what thunks and parameters may not be.

import { kernel, stencil, vectorize } from "../../../src/index.js";
import { f32, type WrongKernels } from "./wrong-kernel.js";

declare function scale(x: number): number;

export const wrong: WrongKernels = {
  "a native function": () => vectorize(Math.sqrt).inspect("ir", f32),

  "a bound function": () => {
    const bound = function square(x: number) {
      return x * x;
    }.bind(null);
    return vectorize(bound).inspect("ir", f32);
  },

  "a class": () => {
    class Particle {
      x = 1;
    }
    return kernel(Particle as never).inspect("ir");
  },

  "an async function": () =>
    kernel(async (thread, a: Float32Array) => {
      a[thread.x] = 1;
    }).inspect("ir", f32),

  "a generator": () =>
    kernel(function* (thread, a: Float32Array) {
      a[thread.x] = 1;
    }).inspect("ir", f32),

  "a getter": () => {
    const object = {
      get half() {
        return 0.5;
      },
    };
    const getter = Object.getOwnPropertyDescriptor(object, "half")?.get as () => number;
    return vectorize(getter).inspect("ir");
  },

  "a function that only its class can read": () => {
    class Counter {
      #count = 0;
      static has(value: object) {
        return #count in value;
      }
    }
    return vectorize(Counter.has as never as (x: number) => number).inspect("ir", f32);
  },

  "a thunk that returns no object": () => {
    const G = 6.67;
    return vectorize(
      (x: number) => x * G,
      () => G as never,
    ).inspect("ir", f32);
  },

  "a thunk that spreads": () => {
    const physics = { G: 6.67 };
    const { G } = physics;
    return vectorize(
      (x: number) => x * G,
      () => ({ ...physics }),
    ).inspect("ir", f32);
  },

  "a value computed in the thunk": () =>
    vectorize(
      (x: number) => scale(x),
      () => ({ scale: [2, 3][0] }),
    ).inspect("ir", f32),

  "a destructured parameter": () =>
    kernel((thread, { length }: Float32Array) => {
      thread.atomicAdd(new Float32Array(length), 0, 1);
    }).inspect("ir", f32),

  "a rest parameter": () => vectorize((...all: number[]) => all.length).inspect("ir", f32),

  "a captured string": () => {
    const unit = "m";
    return vectorize(
      (x: number) => x * Number(unit),
      () => ({ unit }),
    ).inspect("ir", f32);
  },

  "a captured list": () => {
    const weights = [1, 2, 1];
    return stencil(
      (a) => a(-1) * weights[0]! + a(1),
      () => ({ weights }),
    ).inspect("ir", f32);
  },
};
