import { type Case, defineCase } from "../case.js";
import type { GpuJsThread } from "../peers/gpu-js.js";
import { accumulated } from "../tolerance.js";
import { uniform } from "../uniform.js";
import { strips } from "./strips.js";

export const dot: Case = defineCase({
  name: "dot",
  title: "the sum of x * y",
  sizes: "any",
  tolerance: accumulated,
  inputs: (size: number) => ({ x: uniform(size, 1), y: uniform(size, 2) }),
  javascript({ x, y }) {
    let total = 0;
    const call = () => {
      total = loop(x, y);
    };
    return { call, values: () => [total] };
  },
  everycore: {
    plan({ reduction }, { x, y }, place) {
      const product = reduction({
        map: (x: number, y: number) => x * y,
        combine: (a: number, b: number) => a + b,
        identity: 0,
        fastMath: true,
      });
      const [xs, ys] = [place(x), place(y)];
      return { launch: (launch) => launch(product, xs, ys) };
    },
  },
  gpuJs: ({ x, y }) => ({
    kernel: function (this: GpuJsThread, x: Float32Array, y: Float32Array) {
      let total = 0;
      for (let i = this.thread.x; i < this.constants.length!; i += this.constants.strips!) total += x[i]! * y[i]!;
      return total;
    },
    ...strips(x.length),
    args: [x, y],
  }),
  numpyTs(np, { x, y }) {
    const [xs, ys] = [np.array(x), np.array(y)];
    return () => np.dot(xs, ys);
  },
  jax({ jit, numpy }, { x, y }) {
    const [xs, ys] = [numpy.array(x), numpy.array(y)];
    const product = jit((x: typeof xs, y: typeof xs) => numpy.dot(x, y));
    return () => product(xs.ref, ys.ref);
  },
  tensorFlow(tf, { x, y }) {
    const [xs, ys] = [tf.tensor1d(x), tf.tensor1d(y)];
    return () => tf.dot(xs, ys);
  },
});

function loop(x: Float32Array, y: Float32Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!;
  return total;
}
