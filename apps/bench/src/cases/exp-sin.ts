import { type Case, defineCase } from "../case.js";
import type { GpuJsThread } from "../peers/gpu-js.js";
import { single } from "../tolerance.js";
import { uniform } from "../uniform.js";

export const expSin: Case = defineCase({
  name: "exp-sin",
  title: "exp(-x) * sin(x), x in [0, 8)",
  sizes: "any",
  // exp of a float32 and sin near its zeros, in approximations of a few units in the last place each.
  tolerance: { ...single, absolute: 3e-6 },
  inputs: (size: number) => ({ x: uniform(size, 1).map((value) => value * 8) }),
  javascript({ x }) {
    const out = new Float32Array(x.length);
    return { call: () => loop(x, out), values: () => out };
  },
  everycore: {
    plan({ kernel }, { x }, place) {
      const step = kernel(
        (thread, x: Float32Array, out: Float32Array) => {
          const i = thread.x;
          out[i] = Math.exp(-x[i]!) * Math.sin(x[i]!);
        },
        undefined,
        { fastMath: true },
      ).over(x.length);
      const [xs, output] = [place(x), place(new Float32Array(x.length))];
      return { launch: (launch) => launch(step, xs, output), output };
    },
  },
  gpuJs: ({ x }) => ({
    kernel: function (this: GpuJsThread, x: Float32Array) {
      return Math.exp(-x[this.thread.x]!) * Math.sin(x[this.thread.x]!);
    },
    output: [x.length],
    args: [x],
  }),
  numpyTs(np, { x }, free) {
    const xs = np.array(x);
    return () => np.multiply(free(np.exp(free(np.negative(xs)))), free(np.sin(xs)));
  },
  jax({ jit, numpy }, { x }) {
    const xs = numpy.array(x);
    const step = jit((x: typeof xs) => numpy.exp(numpy.negative(x.ref)).mul(numpy.sin(x)));
    return () => step(xs.ref);
  },
  tensorFlow(tf, { x }) {
    const xs = tf.tensor1d(x);
    return () => tf.mul(tf.exp(tf.neg(xs)), tf.sin(xs));
  },
});

function loop(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(-x[i]!) * Math.sin(x[i]!);
}
