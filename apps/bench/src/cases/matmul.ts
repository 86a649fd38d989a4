import { type Case, defineCase } from "../case.js";
import type { GpuJsThread } from "../peers/gpu-js.js";
import { uniform } from "../uniform.js";

export const matmul: Case = defineCase({
  name: "matmul",
  title: "the product of two square matrices",
  sizes: [512],
  elements: (n: number) => n ** 2,
  sizeLabel: (n: number) => `${n}×${n}`,
  tolerance: { relative: 1e-4, absolute: 1e-3 },
  inputs: (n: number) => ({ a: uniform(n * n, 1), b: uniform(n * n, 2), n }),
  javascript({ a, b, n }) {
    const out = new Float32Array(n * n);
    return { call: () => loop(a, b, n, out), values: () => out };
  },
  everycore: {
    plan({ kernel }, { a, b, n }, place) {
      const product = kernel(
        (thread, n: number, a: Float32Array, b: Float32Array, out: Float32Array) => {
          const { x, y } = thread;
          let sum = 0;
          for (let k = 0; k < n; k++) sum += a[y * n + k]! * b[k * n + x]!;
          out[y * n + x] = sum;
        },
        undefined,
        { fastMath: true },
      ).over([n, n]);
      const [left, right, output] = [place(a), place(b), place(new Float32Array(n * n))];
      return { launch: (launch) => launch(product, n, left, right, output), output };
    },
    variants: {
      "four rows a thread": ({ kernel }, { a, b, n }, place) => {
        const product = kernel(
          (thread, n: number, a: Float32Array, b: Float32Array, out: Float32Array) => {
            const x = thread.x;
            const first = thread.y * 4 * n;
            let sum0 = 0;
            let sum1 = 0;
            let sum2 = 0;
            let sum3 = 0;
            for (let k = 0; k < n; k++) {
              const right = b[k * n + x]!;
              sum0 += a[first + k]! * right;
              sum1 += a[first + n + k]! * right;
              sum2 += a[first + 2 * n + k]! * right;
              sum3 += a[first + 3 * n + k]! * right;
            }
            out[first + x] = sum0;
            out[first + n + x] = sum1;
            out[first + 2 * n + x] = sum2;
            out[first + 3 * n + x] = sum3;
          },
          undefined,
          { fastMath: true },
        ).over([n, n / 4]);
        const [left, right, output] = [place(a), place(b), place(new Float32Array(n * n))];
        return { launch: (launch) => launch(product, n, left, right, output), output };
      },
      "tiles shared by a group": ({ kernel }, { a, b, n }, place) => {
        const product = kernel(
          (thread, n: number, a: Float32Array, b: Float32Array, out: Float32Array) => {
            const left = thread.shared(Float32Array, 256);
            const right = thread.shared(Float32Array, 256);
            const { x, y } = thread.local;
            let sum = 0;
            for (let tile = 0; tile < n; tile += 16) {
              left[y * 16 + x] = a[thread.y * n + tile + x]!;
              right[y * 16 + x] = b[(tile + y) * n + thread.x]!;
              thread.barrier();
              for (let k = 0; k < 16; k++) sum += left[y * 16 + k]! * right[k * 16 + x]!;
              thread.barrier();
            }
            out[thread.y * n + thread.x] = sum;
          },
          undefined,
          { fastMath: true },
        ).over([n, n], { group: [16, 16] });
        const [left, right, output] = [place(a), place(b), place(new Float32Array(n * n))];
        return { launch: (launch) => launch(product, n, left, right, output), output };
      },
    },
  },
  gpuJs: ({ a, b, n }, grid) => ({
    kernel: function (this: GpuJsThread, a: number[][], b: number[][]) {
      let sum = 0;
      for (let k = 0; k < this.constants.n!; k++) sum += a[this.thread.y]![k]! * b[k]![this.thread.x]!;
      return sum;
    },
    output: [n, n],
    constants: { n },
    args: [grid(a, n, n), grid(b, n, n)],
  }),
  numpyTs(np, { a, b, n }) {
    const [left, right] = [np.array(a).reshape(n, n), np.array(b).reshape(n, n)];
    return () => np.matmul(left, right);
  },
  jax({ jit, numpy }, { a, b, n }) {
    const [left, right] = [numpy.array(a).reshape([n, n]), numpy.array(b).reshape([n, n])];
    type Matrix = ReturnType<typeof numpy.array>;
    const product = jit((left: Matrix, right: Matrix) => numpy.matmul(left, right));
    return () => product(left.ref, right.ref);
  },
  tensorFlow(tf, { a, b, n }) {
    const [left, right] = [tf.tensor2d(a, [n, n]), tf.tensor2d(b, [n, n])];
    return () => tf.matMul(left, right);
  },
});

function loop(a: Float32Array, b: Float32Array, n: number, out: Float32Array): void {
  out.fill(0);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += factor * b[k * n + j]!;
    }
  }
}
