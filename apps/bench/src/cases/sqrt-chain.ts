import { type Case, defineCase } from "../case.js";
import type { GpuJsThread } from "../peers/gpu-js.js";
import { single } from "../tolerance.js";
import { uniform } from "../uniform.js";

export const sqrtChain: Case = defineCase({
  name: "sqrt-chain",
  title: "sqrt(x² + y²) * 0.5 + 1",
  sizes: "any",
  tolerance: single,
  inputs: (size: number) => ({ x: uniform(size, 1), y: uniform(size, 2) }),
  javascript({ x, y }) {
    const out = new Float32Array(x.length);
    return { call: () => loop(x, y, out), values: () => out };
  },
  everycore: {
    plan({ kernel }, { x, y }, place) {
      const step = kernel(
        (thread, x: Float32Array, y: Float32Array, out: Float32Array) => {
          const i = thread.x;
          out[i] = Math.sqrt(x[i]! * x[i]! + y[i]! * y[i]!) * 0.5 + 1;
        },
        undefined,
        { fastMath: true },
      ).over(x.length);
      const [xs, ys, output] = [place(x), place(y), place(new Float32Array(x.length))];
      return { launch: (launch) => launch(step, xs, ys, output), output };
    },
  },
  gpuJs: ({ x, y }) => ({
    kernel: function (this: GpuJsThread, x: Float32Array, y: Float32Array) {
      const i = this.thread.x;
      return Math.sqrt(x[i]! * x[i]! + y[i]! * y[i]!) * 0.5 + 1;
    },
    output: [x.length],
    args: [x, y],
  }),
  numpyTs(np, { x, y }, free) {
    const [xs, ys] = [np.array(x), np.array(y)];
    return () => {
      const squares = free(np.add(free(np.multiply(xs, xs)), free(np.multiply(ys, ys))));
      return np.add(free(np.multiply(free(np.sqrt(squares)), 0.5)), 1);
    };
  },
  jax({ jit, numpy }, { x, y }) {
    const [xs, ys] = [numpy.array(x), numpy.array(y)];
    const step = jit((x: typeof xs, y: typeof xs) =>
      numpy
        .sqrt(numpy.square(x).add(numpy.square(y)))
        .mul(0.5)
        .add(1),
    );
    return () => step(xs.ref, ys.ref);
  },
  tensorFlow(tf, { x, y }) {
    const [xs, ys] = [tf.tensor1d(x), tf.tensor1d(y)];
    return () => tf.add(tf.mul(tf.sqrt(tf.add(tf.square(xs), tf.square(ys))), 0.5), 1);
  },
});

function loop(x: Float32Array, y: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]! * x[i]! + y[i]! * y[i]!) * 0.5 + 1;
}
