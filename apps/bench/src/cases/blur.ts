import { type Case, defineCase } from "../case.js";
import { picture } from "../inputs.js";
import type { GpuJsThread } from "../peers/gpu-js.js";
import { single } from "../tolerance.js";

// The size is how often the photograph (512 x 384) is repeated along each axis.
export const blur: Case = defineCase({
  name: "blur",
  title: "the mean of 3 x 3 pixels, edges repeated",
  sizes: [1, 4],
  elements: (times: number) => 512 * 384 * times ** 2,
  sizeLabel: (times: number) => `${512 * times}×${384 * times}`,
  tolerance: single,
  inputs: (times: number) => ({ ...picture(times) }),
  javascript({ image, width, height }) {
    const out = new Float32Array(image.length);
    return { call: () => loop(image, width, height, out), values: () => out };
  },
  everycore: {
    plan({ stencil }, { image, width, height }, place) {
      const mean = stencil(
        (at) =>
          (at(-1, -1) + at(0, -1) + at(1, -1) + at(-1, 0) + at(0, 0) + at(1, 0) + at(-1, 1) + at(0, 1) + at(1, 1)) *
          (1 / 9),
        undefined,
        { border: "clamp", fastMath: true },
      ).over([width, height]);
      const pixels = place(image);
      return { launch: (launch) => launch(mean, pixels) };
    },
    variants: {
      "grid, clamped indices": ({ kernel }, { image, width, height }, place) => {
        const mean = kernel(
          (thread, width: number, height: number, image: Float32Array, out: Float32Array) => {
            const { x, y } = thread;
            const above = Math.max(y - 1, 0) * width;
            const here = y * width;
            const below = Math.min(y + 1, height - 1) * width;
            const left = Math.max(x - 1, 0);
            const right = Math.min(x + 1, width - 1);
            const sum =
              image[above + left]! +
              image[above + x]! +
              image[above + right]! +
              image[here + left]! +
              image[here + x]! +
              image[here + right]! +
              image[below + left]! +
              image[below + x]! +
              image[below + right]!;
            out[here + x] = sum * (1 / 9);
          },
          undefined,
          { fastMath: true },
        ).over([width, height]);
        const [pixels, output] = [place(image), place(new Float32Array(image.length))];
        return { launch: (launch) => launch(mean, width, height, pixels, output), output };
      },
    },
  },
  gpuJs: ({ image, width, height }, grid) => ({
    kernel: function (this: GpuJsThread, image: number[][]) {
      const x = this.thread.x;
      const y = this.thread.y;
      const left = Math.max(x - 1, 0);
      const right = Math.min(x + 1, this.constants.width! - 1);
      const above = Math.max(y - 1, 0);
      const below = Math.min(y + 1, this.constants.height! - 1);
      const sum =
        image[above]![left]! +
        image[above]![x]! +
        image[above]![right]! +
        image[y]![left]! +
        image[y]![x]! +
        image[y]![right]! +
        image[below]![left]! +
        image[below]![x]! +
        image[below]![right]!;
      return sum / 9;
    },
    output: [width, height],
    constants: { width, height },
    args: [grid(image, width, height)],
  }),
  numpyTs(np, { image, width, height }, free) {
    const pixels = np.array(image).reshape(height, width);
    // The sum of each element and its neighbours along an axis, the ends repeated. (np.pad has no "edge" yet.)
    const along = (axis: 0 | 1, all: typeof pixels) => {
      const part = (slice: string) => (axis === 0 ? all.slice(slice) : all.slice(":", slice));
      const before = free(np.concatenate([part(":1"), part(":-1")], axis)) as typeof pixels;
      const after = free(np.concatenate([part("1:"), part("-1:")], axis)) as typeof pixels;
      return free(np.add(free(np.add(before, after)), all)) as typeof pixels;
    };
    return () => np.multiply(along(1, along(0, pixels)), 1 / 9);
  },
  jax({ jit, numpy }, { image, width, height }) {
    const pixels = numpy.array(image).reshape([height, width]);
    type Pixels = typeof pixels;
    // The sum of each element and its neighbours along an axis, the ends repeated.
    const along = (axis: 0 | 1, length: number, all: Pixels) => {
      const part = (from: number, to: number) =>
        axis === 0 ? all.ref.slice([from, to]) : all.ref.slice([], [from, to]);
      const before = numpy.concatenate([part(0, 1), part(0, length - 1)], axis);
      const after = numpy.concatenate([part(1, length), part(length - 1, length)], axis);
      return before.add(after).add(all);
    };
    const mean = jit((all: Pixels) => along(1, width, along(0, height, all)).mul(1 / 9));
    return () => mean(pixels.ref);
  },
  tensorFlow(tf, { image, width, height }) {
    const pixels = tf.tensor4d(image, [1, height, width, 1]);
    // "symmetric" repeats the edge itself, which is all there is to a border of one pixel.
    const border: [number, number][] = [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ];
    return () => tf.avgPool(tf.mirrorPad(pixels, border, "symmetric") as typeof pixels, 3, 1, "valid");
  },
});

function loop(image: Float32Array, width: number, height: number, out: Float32Array): void {
  for (let y = 0; y < height; y++) {
    const above = Math.max(y - 1, 0) * width;
    const here = y * width;
    const below = Math.min(y + 1, height - 1) * width;
    for (let x = 1; x < width - 1; x++) out[here + x] = mean(image, above + x, here + x, below + x, -1, 1);
    out[here] = mean(image, above, here, below, 0, 1);
    out[here + width - 1] = mean(image, above + width - 1, here + width - 1, below + width - 1, -1, 0);
  }
}

function mean(image: Float32Array, above: number, here: number, below: number, left: number, right: number): number {
  const upper = image[above + left]! + image[above]! + image[above + right]!;
  const middle = image[here + left]! + image[here]! + image[here + right]!;
  const lower = image[below + left]! + image[below]! + image[below + right]!;
  return (upper + middle + lower) * (1 / 9);
}
