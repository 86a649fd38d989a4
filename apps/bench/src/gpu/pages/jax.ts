// jax-js on its WebGPU backend. Functions are jitted; a call gives up its arguments' references.

import { defaultDevice, getWebGPUDevice, init, type Array as JaxArray, jit, numpy } from "@jax-js/jax";
import { type Computation, Missing, type Values } from "../../contender.js";
import { adapterText } from "../adapter-text.js";
import type { ChainInputs } from "../gpu-case.js";
import type { GpuLibrary } from "../gpu-library.js";
import { offer } from "./offer.js";

offer(async (): Promise<GpuLibrary | Missing> => {
  const devices = await init("webgpu");
  if (!devices.includes("webgpu")) return new Missing("its WebGPU backend does not start here");
  defaultDevice("webgpu");
  return {
    adapter: async () => adapterText(((await getWebGPUDevice()) as { adapterInfo?: object }).adapterInfo),
    cases: {
      launch({ y }) {
        const first = numpy.array(y);
        const flip = jit((a: JaxArray, y: JaxArray) => a.sub(y));
        let last = first.ref;
        return {
          reset() {
            last.dispose();
            last = first.ref;
          },
          launch: (a) => {
            last = flip(numpy.array(a), last);
          },
          read: () => last.ref.data() as Promise<Float32Array>,
        };
      },
      chain,
      copies({ a, x }) {
        const from = jit((x: JaxArray) => x.neg().add(a));
        return computed(() => from(numpy.array(x)));
      },
      matmul({ a, b, n }) {
        const [left, right] = [numpy.array(a).reshape([n, n]), numpy.array(b).reshape([n, n])];
        const product = jit((left: JaxArray, right: JaxArray) => numpy.matmul(left, right));
        return computed(() => product(left.ref, right.ref));
      },
      sum: ({ x }) => ofOne(x, (x) => numpy.sum(x)),
      scan: ({ x }) => ofOne(x, (x) => numpy.cumsum(x)),
      sort: ({ x }) => ofOne(x, (x) => numpy.sort(x)),
    },
  };
});

function chain({ a, x, y, steps }: ChainInputs): Computation {
  const [xs, first] = [numpy.array(x), numpy.array(y)];
  const step = jit((x: JaxArray, y: JaxArray) => y.mul(a).add(x));
  return computed(() => {
    let last = first.ref;
    for (let i = 0; i < steps; i++) last = step(xs.ref, last);
    return last;
  });
}

function ofOne(x: Float32Array<ArrayBuffer>, compute: (x: JaxArray) => JaxArray): Computation {
  const xs = numpy.array(x);
  const jitted = jit(compute);
  return computed(() => jitted(xs.ref));
}

/** Computes and reads; `data` gives up the result. */
function computed(compute: () => JaxArray): Computation {
  let values: Values = [];
  return {
    async call() {
      values = (await compute().data()) as Float32Array;
    },
    values: () => values,
  };
}
