import { type Case, defineCase } from "../case.js";
import type { GpuJsThread } from "../peers/gpu-js.js";
import { accumulated } from "../tolerance.js";
import { uniform } from "../uniform.js";
import { strips } from "./strips.js";

export const sum: Case = defineCase({
  name: "sum",
  title: "the sum of x",
  sizes: "any",
  tolerance: accumulated,
  inputs: (size: number) => ({ x: uniform(size, 1) }),
  javascript({ x }) {
    let total = 0;
    const call = () => {
      total = loop(x);
    };
    return { call, values: () => [total] };
  },
  everycore: {
    plan({ reduction }, { x }, place) {
      const total = reduction({ combine: (a: number, b: number) => a + b, identity: 0, fastMath: true });
      const xs = place(x);
      return { launch: (launch) => launch(total, xs) };
    },
  },
  gpuJs: ({ x }) => ({
    kernel: function (this: GpuJsThread, x: Float32Array) {
      let total = 0;
      for (let i = this.thread.x; i < this.constants.length!; i += this.constants.strips!) total += x[i]!;
      return total;
    },
    ...strips(x.length),
    args: [x],
  }),
  numpyTs(np, { x }) {
    const xs = np.array(x);
    return () => np.sum(xs);
  },
  jax({ jit, numpy }, { x }) {
    const xs = numpy.array(x);
    const total = jit((x: typeof xs) => numpy.sum(x));
    return () => total(xs.ref);
  },
  tensorFlow(tf, { x }) {
    const xs = tf.tensor1d(x);
    return () => tf.sum(xs);
  },
});

function loop(x: Float32Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]!;
  return total;
}
