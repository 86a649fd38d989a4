import { type Case, defineCase } from "../case.js";
import { Missing } from "../contender.js";
import { bytes } from "../inputs.js";
import { exact } from "../tolerance.js";

const bins = 256;
/** Threads with bins of their own. */
const parts = 64;

export const histogram: Case = defineCase({
  name: "histogram",
  title: "how often each of 256 values occurs",
  sizes: [1e7],
  tolerance: exact,
  inputs: (size: number) => ({ values: bytes(size, 1) }),
  javascript({ values }) {
    const out = new Int32Array(bins);
    return { call: () => loop(values, out), values: () => out };
  },
  everycore: {
    // As in Numba: each of some threads counts a part of the values into bins of its own, which are then added.
    plan({ kernel }, { values }, place) {
      const step = Math.ceil(values.length / parts);
      const clear = kernel((thread, out: Int32Array) => {
        out[thread.x] = 0;
      }).over(bins);
      const count = kernel(
        (thread, step: number, values: Uint8Array, out: Int32Array) => {
          const own = thread.shared(Int32Array, 256);
          const end = Math.min((thread.x + 1) * step, values.length);
          for (let i = thread.x * step; i < end; i++) thread.atomicAdd(own, values[i]!, 1);
          thread.barrier();
          for (let bin = 0; bin < 256; bin++) thread.atomicAdd(out, bin, own[bin]!);
        },
        undefined,
        { fastMath: true },
      ).over(parts, { group: 1 });
      const [input, output] = [place(values), place(new Int32Array(bins))];
      return {
        launch: (launch) => {
          launch(clear, output);
          return launch(count, step, input, output);
        },
        output,
      };
    },
    variants: {
      "bins in an array of all": ({ kernel }, { values }, place) => {
        const step = Math.ceil(values.length / parts);
        const count = kernel(
          (thread, step: number, values: Uint8Array, counts: Int32Array) => {
            const first = thread.x * 256;
            for (let i = 0; i < 256; i++) counts[first + i] = 0;
            const end = Math.min((thread.x + 1) * step, values.length);
            for (let i = thread.x * step; i < end; i++) counts[first + values[i]!]!++;
          },
          undefined,
          { fastMath: true },
        ).over(parts, { group: 1 });
        const add = kernel(
          (thread, parts: number, counts: Int32Array, out: Int32Array) => {
            let total = 0;
            for (let part = 0; part < parts; part++) total += counts[part * 256 + thread.x]!;
            out[thread.x] = total;
          },
          undefined,
          { fastMath: true },
        ).over(bins);
        const [input, counts, output] = [
          place(values),
          place(new Int32Array(parts * bins)),
          place(new Int32Array(bins)),
        ];
        return {
          launch: (launch) => {
            launch(count, step, input, counts);
            return launch(add, parts, counts, output);
          },
          output,
        };
      },
      "bins shared by a group": ({ kernel }, { values }, place) => {
        const groups = 64;
        const group = 256;
        const each = Math.ceil(values.length / (groups * group));
        const clear = kernel((thread, out: Int32Array) => {
          out[thread.x] = 0;
        }).over(bins);
        const count = kernel(
          (thread, each: number, values: Uint8Array, out: Int32Array) => {
            const counts = thread.shared(Int32Array, 256);
            const width = thread.groupSize.x;
            const first = thread.group.x * width * each + thread.local.x;
            for (let i = 0; i < each; i++) {
              const index = first + i * width;
              if (index < values.length) thread.atomicAdd(counts, values[index]!, 1);
            }
            thread.barrier();
            thread.atomicAdd(out, thread.local.x, counts[thread.local.x]!);
          },
          undefined,
          { fastMath: true },
        ).over(groups * group, { group });
        const [input, output] = [place(values), place(new Int32Array(bins))];
        return {
          launch: (launch) => {
            launch(clear, output);
            return launch(count, each, input, output);
          },
          output,
        };
      },
    },
  },
  gpuJs: new Missing("gpu.js only gathers: each of 256 bins would read all values"),
  numpyTs(np, { values }) {
    const input = np.array(values);
    return () => np.bincount(input, undefined, bins);
  },
  jax: new Missing("jax-js has neither bincount nor a scatter that adds"),
  tensorFlow(tf, { values }) {
    const input = tf.tensor1d(Int32Array.from(values), "int32");
    const none = tf.tensor1d([]);
    return () => tf.bincount(input, none, bins);
  },
});

function loop(values: Uint8Array, out: Int32Array): void {
  out.fill(0);
  for (let i = 0; i < values.length; i++) out[values[i]!]!++;
}
