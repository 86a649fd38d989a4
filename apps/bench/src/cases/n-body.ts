import { type Case, defineCase } from "../case.js";
import type { Values } from "../contender.js";
import type { GpuJsThread } from "../peers/gpu-js.js";
import { uniform } from "../uniform.js";

const softening = 0.01;

export const nBody: Case = defineCase({
  name: "n-body",
  title: "accelerations of bodies that all attract each other",
  sizes: [1024, 4096],
  elements: (bodies: number) => bodies ** 2,
  // Sums of thousands of forces that nearly cancel.
  tolerance: { relative: 1e-3, absolute: 0.2 },
  inputs: (size: number) => ({ x: uniform(size, 1), y: uniform(size, 2), z: uniform(size, 3), mass: uniform(size, 4) }),
  javascript({ x, y, z, mass }) {
    const out = new Float32Array(3 * x.length);
    return { call: () => loop(x, y, z, mass, out), values: () => out };
  },
  everycore: {
    plan({ kernel }, { x, y, z, mass }, place) {
      const step = kernel(
        (thread, x: Float32Array, y: Float32Array, z: Float32Array, mass: Float32Array, out: Float32Array) => {
          const i = thread.x;
          const n = x.length;
          const xi = x[i]!;
          const yi = y[i]!;
          const zi = z[i]!;
          let sx = 0;
          let sy = 0;
          let sz = 0;
          for (let j = 0; j < n; j++) {
            const dx = x[j]! - xi;
            const dy = y[j]! - yi;
            const dz = z[j]! - zi;
            const square = dx * dx + dy * dy + dz * dz + 0.01;
            const pull = mass[j]! / (square * Math.sqrt(square));
            sx += dx * pull;
            sy += dy * pull;
            sz += dz * pull;
          }
          out[i] = sx;
          out[i + n] = sy;
          out[i + 2 * n] = sz;
        },
        undefined,
        { fastMath: true },
      ).over(x.length);
      const [xs, ys, zs, masses] = [place(x), place(y), place(z), place(mass)];
      const output = place(new Float32Array(3 * x.length));
      return { launch: (launch) => launch(step, xs, ys, zs, masses, output), output };
    },
  },
  gpuJs: ({ x, y, z, mass }) => ({
    kernel: function (this: GpuJsThread, x: Float32Array, y: Float32Array, z: Float32Array, mass: Float32Array) {
      const i = this.thread.x;
      let sx = 0;
      let sy = 0;
      let sz = 0;
      for (let j = 0; j < this.constants.bodies!; j++) {
        const dx = x[j]! - x[i]!;
        const dy = y[j]! - y[i]!;
        const dz = z[j]! - z[i]!;
        const square = dx * dx + dy * dy + dz * dz + this.constants.softening!;
        const pull = mass[j]! / (square * Math.sqrt(square));
        sx += dx * pull;
        sy += dy * pull;
        sz += dz * pull;
      }
      return [sx, sy, sz];
    },
    output: [x.length],
    constants: { bodies: x.length, softening },
    args: [x, y, z, mass],
    values: axisByAxis,
  }),
  numpyTs(np, { x, y, z, mass }, free) {
    const masses = np.array(mass);
    const rows = [x, y, z].map((axis) => np.array(axis).reshape(1, -1));
    const columns = [x, y, z].map((axis) => np.array(axis).reshape(-1, 1));
    return () => {
      const distances = rows.map((row, axis) => free(np.subtract(row, columns[axis]!)));
      const [dx, dy, dz] = distances.map((distance) => free(np.multiply(distance, distance)));
      const square = free(np.add(free(np.add(free(np.add(dx!, dy!)), dz!)), softening));
      const pull = free(np.divide(masses, free(np.multiply(square, free(np.sqrt(square))))));
      const sums = distances.map((distance) => free(np.sum(free(np.multiply(distance, pull)), 1)));
      return np.concatenate(sums as Parameters<typeof np.concatenate>[0]);
    };
  },
  jax({ jit, numpy }, { x, y, z, mass }) {
    const arrays = [x, y, z, mass].map((values) => numpy.array(values));
    type Axis = (typeof arrays)[number];
    const distance = (axis: Axis) => axis.ref.reshape([1, -1]).sub(axis.reshape([-1, 1]));
    const step = jit((x: Axis, y: Axis, z: Axis, mass: Axis) => {
      const [dx, dy, dz] = [distance(x), distance(y), distance(z)];
      const square = numpy.square(dx.ref).add(numpy.square(dy.ref)).add(numpy.square(dz.ref)).add(softening);
      const pull = mass.reshape([1, -1]).div(square.ref.mul(numpy.sqrt(square)));
      return numpy.concatenate([
        numpy.sum(dx.mul(pull.ref), 1),
        numpy.sum(dy.mul(pull.ref), 1),
        numpy.sum(dz.mul(pull), 1),
      ]);
    });
    const [xs, ys, zs, masses] = arrays as [Axis, Axis, Axis, Axis];
    return () => step(xs.ref, ys.ref, zs.ref, masses.ref);
  },
  tensorFlow(tf, { x, y, z, mass }) {
    const rows = [x, y, z].map((axis) => tf.tensor2d(axis, [1, axis.length]));
    const columns = [x, y, z].map((axis) => tf.tensor2d(axis, [axis.length, 1]));
    const masses = tf.tensor2d(mass, [1, mass.length]);
    return () => {
      const distances = rows.map((row, axis) => tf.sub(row, columns[axis]!));
      const square = tf.add(tf.addN(distances.map((distance) => tf.square(distance))), softening);
      const pull = tf.div(masses, tf.mul(square, tf.sqrt(square)));
      return tf.concat(distances.map((distance) => tf.sum(tf.mul(distance, pull), 1)));
    };
  },
});

/** gpu.js gives three numbers for each body; the case wants all of x, then y, then z. */
function axisByAxis(bodies: ArrayLike<Float32Array | number>): Values {
  const rows = Array.from(bodies as ArrayLike<Float32Array>);
  return [0, 1, 2].flatMap((axis) => rows.map((row) => row[axis] ?? Number.NaN));
}

function loop(x: Float32Array, y: Float32Array, z: Float32Array, mass: Float32Array, out: Float32Array): void {
  const n = x.length;
  for (let i = 0; i < n; i++) {
    const xi = x[i]!;
    const yi = y[i]!;
    const zi = z[i]!;
    let sx = 0;
    let sy = 0;
    let sz = 0;
    for (let j = 0; j < n; j++) {
      const dx = x[j]! - xi;
      const dy = y[j]! - yi;
      const dz = z[j]! - zi;
      const square = dx * dx + dy * dy + dz * dz + softening;
      const pull = mass[j]! / (square * Math.sqrt(square));
      sx += dx * pull;
      sy += dy * pull;
      sz += dz * pull;
    }
    out[i] = sx;
    out[i + n] = sy;
    out[i + 2 * n] = sz;
  }
}
