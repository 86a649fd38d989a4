// gpu.js in WebGL 2, its main mode, and in WebGPU (`?mode=webgpu`). Resident arrays are results of kernels with `pipeline`, which stay on the
// device; a kernel cannot read the array that it writes, so two of them take turns.

import { GPU } from "gpu.js";
import { type Computation, Missing, type Values } from "../../contender.js";
import type { GpuJsThread } from "../../peers/gpu-js.js";
import { adapterText } from "../adapter-text.js";
import type { ChainInputs, GpuInputs } from "../gpu-case.js";
import type { GpuLibrary, LaunchLoop } from "../gpu-library.js";
import { offer } from "./offer.js";

/** An array on the device. In WebGPU calls give it as a promise. */
interface Resident {
  toArray(): Rows | Promise<Rows>;
}
type Rows = Float32Array | readonly Float32Array[];
interface GpuJsKernel {
  (...args: readonly unknown[]): unknown;
  readonly kernel: { readonly context?: { readonly device?: { readonly adapterInfo?: object } } };
}
interface Settings {
  readonly output: readonly number[];
  readonly pipeline?: boolean;
  readonly constants?: Readonly<Record<string, number>>;
}
type Body = (this: GpuJsThread, ...args: never[]) => unknown;

const mode = new URLSearchParams(location.search).get("mode") ?? "webgl2";
const gpu = new GPU({ mode: mode as "webgl2" });

offer(async (): Promise<GpuLibrary | Missing> => {
  const awake = kernelOf(
    function (this: GpuJsThread) {
      return this.thread.x;
    },
    { output: [1] },
  );
  await awake();
  return {
    adapter: () => (mode === "webgpu" ? adapterText(awake.kernel.context?.device?.adapterInfo) : rendererOf(awake)),
    cases: {
      launch: launchLoop,
      chain,
      copies: ({ a, x }) => {
        const from = kernelOf(difference, { output: [x.length] });
        return computed(() => from(a, x) as Rows);
      },
      matmul,
      sum,
      scan: () => new Missing("gpu.js has no scan; its kernels are gathers, without groups to build one of"),
      sort: () => new Missing("gpu.js has no sort; its kernels are gathers, which cannot scatter keys"),
    },
  };
});

function kernelOf(body: Body, settings: Settings): GpuJsKernel {
  // Results in full float32, as everyone's here.
  return gpu.createKernel(body as never, { precision: "single", ...settings } as never) as unknown as GpuJsKernel;
}

function difference(this: GpuJsThread, a: number, y: Float32Array): number {
  return a - y[this.thread.x]!;
}

function step(this: GpuJsThread, a: number, x: Float32Array, y: Float32Array): number {
  return a * y[this.thread.x]! + x[this.thread.x]!;
}

/** Puts an array on the device. */
async function placed(array: Float32Array): Promise<Resident> {
  const copy = kernelOf(
    function (this: GpuJsThread, x: Float32Array) {
      return x[this.thread.x]!;
    },
    { output: [array.length], pipeline: true },
  );
  return (await copy(array)) as Resident;
}

async function launchLoop({ y }: GpuInputs["launch"]): Promise<LaunchLoop> {
  const kernels = [0, 1].map(() => kernelOf(difference, { output: [y.length], pipeline: true }));
  const first = await placed(y);
  // What a kernel gives is always the same array.
  const even = (await kernels[0]?.(0, first)) as Resident;
  const odd = (await kernels[1]?.(0, even)) as Resident;
  const [toEven, toOdd] = kernels as [GpuJsKernel, GpuJsKernel];
  return {
    reset: () => {},
    launch: (a, i) => {
      if (i % 2 === 0) toEven(a, i === 0 ? first : odd);
      else toOdd(a, even);
    },
    read: () => odd.toArray() as Float32Array,
    ...(mode !== "webgpu" && { readBlocks: true }),
  };
}

async function chain({ a, x, y, steps }: ChainInputs): Promise<Computation> {
  const [toEven, toOdd] = [0, 1].map(() => kernelOf(step, { output: [x.length], pipeline: true })) as [
    GpuJsKernel,
    GpuJsKernel,
  ];
  const [xs, first] = [await placed(x), await placed(y)];
  const even = (await toEven(a, xs, first)) as Resident;
  const odd = (await toOdd(a, xs, even)) as Resident;
  return computed(() => {
    for (let i = 0; i < steps; i++) {
      if (i % 2 === 0) toEven(a, xs, i === 0 ? first : odd);
      else toOdd(a, xs, even);
    }
    return (steps % 2 === 0 ? odd : even).toArray();
  });
}

async function matmul({ a, b, n }: GpuInputs["matmul"]): Promise<Computation> {
  const square = async (array: Float32Array): Promise<unknown> => {
    const rows = Array.from({ length: n }, (_, row) => array.subarray(row * n, (row + 1) * n));
    const copy = kernelOf(
      function (this: GpuJsThread, x: number[][]) {
        return x[this.thread.y]![this.thread.x]!;
      },
      { output: [n, n], pipeline: true },
    );
    return copy(rows);
  };
  const [left, right] = [await square(a), await square(b)];
  const product = kernelOf(
    function (this: GpuJsThread, a: number[][], b: number[][]) {
      let sum = 0;
      for (let k = 0; k < this.constants.n!; k++) sum += a[this.thread.y]![k]! * b[k]![this.thread.x]!;
      return sum;
    },
    { output: [n, n], constants: { n } },
  );
  return computed(() => product(left, right) as Rows);
}

/** Each thread takes every `strips`-th element; the host adds up what they found. */
async function sum({ x }: GpuInputs["sum"]): Promise<Computation> {
  const strips = 1024;
  const xs = await placed(x);
  const totals = kernelOf(
    function (this: GpuJsThread, x: Float32Array) {
      let total = 0;
      for (let i = 0; i < this.constants.each!; i++) {
        const place = i * this.constants.strips! + this.thread.x;
        if (place < this.constants.length!) total += x[place]!;
      }
      return total;
    },
    { output: [strips], constants: { strips, each: Math.ceil(x.length / strips), length: x.length } },
  );
  return computed(async () => {
    const parts = (await totals(xs)) as Float32Array;
    return Float32Array.of(parts.reduce((total, value) => total + value, 0));
  });
}

function computed(compute: () => Rows | Promise<Rows>): Computation {
  let rows: Rows = new Float32Array();
  return {
    async call() {
      rows = await compute();
    },
    values: () => flat(rows),
  };
}

function flat(rows: Rows): Values {
  if (rows instanceof Float32Array) return rows;
  return rows.flatMap((row) => Array.from(row));
}

function rendererOf({ kernel }: GpuJsKernel): string {
  const context = kernel.context as unknown as WebGL2RenderingContext;
  const names = context.getExtension("WEBGL_debug_renderer_info");
  return String(context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER));
}
