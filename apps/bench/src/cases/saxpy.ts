import { type Case, defineCase } from "../case.js";
import type { GpuJsThread } from "../peers/gpu-js.js";
import { single } from "../tolerance.js";
import { uniform } from "../uniform.js";

export const saxpy: Case = defineCase({
  name: "saxpy",
  title: "a * x + y",
  sizes: "any",
  tolerance: single,
  inputs: (size: number) => ({ a: 2.5, x: uniform(size, 1), y: uniform(size, 2) }),
  javascript({ a, x, y }) {
    const out = new Float32Array(x.length);
    return { call: () => loop(a, x, y, out), values: () => out };
  },
  everycore: {
    plan({ kernel }, { a, x, y }, place) {
      const step = kernel(
        (thread, a: number, x: Float32Array, y: Float32Array, out: Float32Array) => {
          const i = thread.x;
          out[i] = a * x[i]! + y[i]!;
        },
        undefined,
        { fastMath: true },
      ).over(x.length);
      const [xs, ys, output] = [place(x), place(y), place(new Float32Array(x.length))];
      return { launch: (launch) => launch(step, a, xs, ys, output), output };
    },
    variants: {
      "vectorize (new result)": ({ vectorize }, { a, x, y }, place) => {
        const step = vectorize((a: number, x: number, y: number) => a * x + y, undefined, { fastMath: true });
        const [xs, ys] = [place(x), place(y)];
        return { launch: (launch) => launch(step, a, xs, ys) };
      },
    },
  },
  gpuJs: ({ a, x, y }) => ({
    kernel: function (this: GpuJsThread, a: number, x: Float32Array, y: Float32Array) {
      return a * x[this.thread.x]! + y[this.thread.x]!;
    },
    output: [x.length],
    args: [a, x, y],
  }),
  numpyTs(np, { a, x, y }, free) {
    const [xs, ys] = [np.array(x), np.array(y)];
    return () => np.add(free(np.multiply(xs, a)), ys);
  },
  jax({ jit, numpy }, { a, x, y }) {
    const [xs, ys] = [numpy.array(x), numpy.array(y)];
    const step = jit((x: typeof xs, y: typeof xs) => x.mul(a).add(y));
    return () => step(xs.ref, ys.ref);
  },
  tensorFlow(tf, { a, x, y }) {
    const [xs, ys] = [tf.tensor1d(x), tf.tensor1d(y)];
    return () => tf.add(tf.mul(xs, a), ys);
  },
});

function loop(a: number, x: Float32Array, y: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a * x[i]! + y[i]!;
}
