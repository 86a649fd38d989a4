import { type Case, defineCase } from "../case.js";
import { Missing } from "../contender.js";
import type { GpuJsThread } from "../peers/gpu-js.js";
import { exact } from "../tolerance.js";

const noLoops = new Missing("each pixel stops at its own time: array operations have no such loop");

export const mandelbrot: Case = defineCase({
  name: "mandelbrot",
  title: "iterations until |z| > 2, 200 at most",
  sizes: [1024],
  elements: (size: number) => size ** 2,
  sizeLabel: (size: number) => `${size}×${size}`,
  // At the edge of the set the last bit decides; the loop's float64 and the others' float32 part there.
  tolerance: { ...exact, outliers: 0.02 },
  inputs: (size: number) => ({ size, limit: 200 }),
  javascript({ size, limit }) {
    const out = new Int32Array(size * size);
    return { call: () => loop(size, limit, out), values: () => out };
  },
  everycore: {
    plan({ kernel }, { size, limit }, place) {
      const iterations = kernel(
        (thread, size: number, limit: number, out: Int32Array) => {
          const cr = (thread.x / size) * 3 - 2;
          const ci = (thread.y / size) * 3 - 1.5;
          let zr = 0.0;
          let zi = 0.0;
          let count = 0;
          while (count < limit && zr * zr + zi * zi <= 4) {
            const next = zr * zr - zi * zi + cr;
            zi = 2 * zr * zi + ci;
            zr = next;
            count++;
          }
          out[thread.y * size + thread.x] = count;
        },
        undefined,
        { fastMath: true },
      ).over([size, size]);
      const output = place(new Int32Array(size * size));
      return { launch: (launch) => launch(iterations, size, limit, output), output };
    },
  },
  gpuJs: ({ size, limit }) => ({
    kernel: function (this: GpuJsThread) {
      const cr = (this.thread.x * 3) / this.constants.size! - 2;
      const ci = (this.thread.y * 3) / this.constants.size! - 1.5;
      let zr = 0;
      let zi = 0;
      let count = 0;
      for (let i = 0; i < this.constants.limit!; i++) {
        if (zr * zr + zi * zi > 4) break;
        const next = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = next;
        count++;
      }
      return count;
    },
    output: [size, size],
    constants: { size, limit },
    args: [],
  }),
  numpyTs: noLoops,
  jax: noLoops,
  tensorFlow: noLoops,
});

function loop(size: number, limit: number, out: Int32Array): void {
  const scale = 3 / size;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) out[y * size + x] = iterations(x * scale - 2, y * scale - 1.5, limit);
  }
}

function iterations(cr: number, ci: number, limit: number): number {
  let zr = 0;
  let zi = 0;
  let count = 0;
  while (count < limit && zr * zr + zi * zi <= 4) {
    const next = zr * zr - zi * zi + cr;
    zi = 2 * zr * zi + ci;
    zr = next;
    count++;
  }
  return count;
}
