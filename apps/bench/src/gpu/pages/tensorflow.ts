// TensorFlow.js on its WebGPU backend. Each operation is a launch of its own.

import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { type Computation, Missing, type Values } from "../../contender.js";
import { adapterText } from "../adapter-text.js";
import type { ChainInputs } from "../gpu-case.js";
import type { GpuLibrary } from "../gpu-library.js";
import { offer } from "./offer.js";

offer(async (): Promise<GpuLibrary | Missing> => {
  if (!(await tf.setBackend("webgpu"))) return new Missing("its WebGPU backend does not start here");
  await tf.ready();
  return {
    adapter: () => adapterText((tf.backend() as unknown as { device: { adapterInfo?: object } }).device.adapterInfo),
    cases: {
      launch({ y }) {
        const first = tf.tensor1d(y);
        let last: tf.Tensor = first.clone();
        const replace = (next: tf.Tensor): void => {
          last.dispose();
          last = next;
        };
        return {
          reset: () => replace(first.clone()),
          launch: (a) => replace(tf.tidy(() => tf.sub(a, last))),
          read: () => last.data(),
        };
      },
      chain,
      copies: ({ a, x }) => computed(() => tf.sub(a, tf.tensor1d(x))),
      matmul({ a, b, n }) {
        const [left, right] = [tf.tensor2d(a, [n, n]), tf.tensor2d(b, [n, n])];
        return computed(() => tf.matMul(left, right));
      },
      sum({ x }) {
        const xs = tf.tensor1d(x);
        return computed(() => tf.sum(xs));
      },
      scan({ x }) {
        const xs = tf.tensor1d(x);
        return computed(() => tf.cumsum(xs));
      },
      sort({ x }) {
        const xs = tf.tensor1d(x);
        // The largest first: its only way to sort.
        return computed(() => tf.reverse(tf.topk(xs, x.length, true).values));
      },
    },
  };
});

function chain({ a, x, y, steps }: ChainInputs): Computation {
  const [xs, first] = [tf.tensor1d(x), tf.tensor1d(y)];
  return computed(() => {
    let last: tf.Tensor = first;
    for (let step = 0; step < steps; step++) {
      const next = tf.tidy(() => tf.add(tf.mul(last, a), xs));
      if (last !== first) last.dispose();
      last = next;
    }
    return last;
  });
}

/** Computes and reads; nothing is kept on the device. */
function computed(compute: () => tf.Tensor): Computation {
  let values: Values = [];
  return {
    async call() {
      const result = tf.tidy(compute);
      values = await result.data();
      result.dispose();
    },
    values: () => values,
  };
}
