// Kernels made by hand: plans, and modules in WebAssembly's text format, so that the run-time is tested without the front end and
// without the compiler.

import { Worker } from "node:worker_threads";
import type { AnyKernel, DType, HostArray } from "@everycore/core";
import type { ElementType, LaunchPlan, PlannedArray, Program } from "@everycore/kernel/ir";
import { CpuKernels, type CpuKernelsOptions, type StartKernelThread } from "@everycore/wasm";
import wabt from "wabt";
import type { CompiledProgram, UnitKind, WasmFeatures } from "../../src/frame.js";

const tools = await wabt();

/** How a program of these tests is written. */
interface ProgramText {
  readonly name: string;
  readonly arrays: ReadonlyArray<readonly [element: ElementType, access: "read" | "write" | "readwrite"]>;
  readonly scalars?: ReadonlyArray<"int32" | "float32" | "float64">;
  readonly unit?: UnitKind;
  readonly cost?: number;
  readonly scratchBytes?: number;
  /** The body of a loop over `$unit`, with locals `$i` (4 * unit), `$a` … `$d` (addresses of arrays), `$x` (address of scalars). */
  readonly body: string;
  readonly functions?: string;
}

const texts = new Map<string, ProgramText>();

/** The compiler of these tests. */
export function compileProgram(program: Program, features: WasmFeatures): CompiledProgram {
  const text = texts.get(program.name);
  if (!text || text.body === "") throw new Error("There is no program of this name.");
  const memory = features.sharedMemory ? "(memory 1 65536 shared)" : "(memory 1 65536)";
  const addresses = text.arrays.map(
    (_, index) => `(local.set $${"abcd"[index]} (i32.load offset=${48 + 8 * index} (local.get $frame)))`,
  );
  const source = `(module (import "env" "memory" ${memory}) ${text.functions ?? ""}
    (func (export "run") (param $frame i32) (param $scratch i32) (param $unit i32) (param $to i32)
      (local $i i32) (local $j i32) (local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $x i32) (local $sum f64)
      ${addresses.join(" ")}
      (local.set $x (i32.add (local.get $frame) (i32.const ${48 + 8 * text.arrays.length})))
      (if (i32.lt_u (local.get $unit) (local.get $to)) (then (loop $next
        (local.set $i (i32.shl (local.get $unit) (i32.const 2)))
        ${text.body}
        (local.set $unit (i32.add (local.get $unit) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $unit) (local.get $to))))))))`;
  const module = tools.parseWat(`${text.name}.wat`, source, { threads: true, simd: true });
  const { buffer } = module.toBinary({});
  return {
    bytes: Uint8Array.from(buffer),
    unit: text.unit ?? "thread",
    scratchBytes: text.scratchBytes ?? 0,
    scratchBytesPerThread: 0,
    math: [],
    cost: text.cost ?? 4,
  };
}

/** What a call of a test's kernel means. */
interface Call {
  readonly threads: number;
  readonly arrays: readonly PlannedArray[];
  readonly scalars?: readonly number[];
  readonly result?: LaunchPlan["result"];
}

/** A kernel from a text; `call` reads its arguments. */
function kernelOf(text: ProgramText, call: (...args: never[]) => Call): AnyKernel {
  texts.set(text.name, text);
  const parts = {
    name: text.name,
    arrays: text.arrays.map(([element, access], index) => ({
      kind: "array" as const,
      name: `a${index}`,
      element,
      access,
      binding: { from: "argument" as const, index },
    })),
    scalars: (text.scalars ?? []).map((type, index) => ({
      kind: "scalar" as const,
      name: `s${index}`,
      type,
      binding: { from: "argument" as const, index },
    })),
    locals: [{ name: "value", type: "float64" as const }],
    shared: [],
    fastMath: false,
    dimensions: 1 as const,
  };
  const program: Program =
    text.unit === "block"
      ? {
          ...parts,
          kind: "reduction",
          map: [],
          value: 0,
          combine: [],
          left: 0,
          right: 0,
          combined: 0,
          identity: { op: "constant", type: "float64", value: 0 },
        }
      : { ...parts, kind: "grid", body: [] };
  const plan = (args: readonly never[]): LaunchPlan => {
    const { threads, arrays, scalars = [], result = { kind: "none" } } = call(...args);
    return { program, hash: text.name, grid: [threads, 1, 1], group: [64, 1, 1], seed: 0, arrays, scalars, result };
  };
  return { name: text.name, [Symbol.for("everycore.kernel")]: { version: 1, plan } } as unknown as AnyKernel;
}

/** Plans an argument. */
function planned(array: unknown): PlannedArray {
  if (ArrayBuffer.isView(array)) return { kind: "host", array: array as HostArray };
  return { kind: "device", array: array as never };
}

const float = (array: string): string => `(i32.add (local.get $${array}) (local.get $i))`;

/** `array[i] += amount`; a Float32Array or device array, then the amount. */
export const add: AnyKernel = kernelOf(
  {
    name: "add",
    arrays: [["float32", "readwrite"]],
    scalars: ["float32"],
    body: `(f32.store ${float("a")} (f32.add (f32.load ${float("a")}) (f32.load (local.get $x))))`,
  },
  (array: HostArray, amount: number) => ({ threads: array.length, arrays: [planned(array)], scalars: [amount] }),
);

/** `to[i] = from[i] + 1` */
export const shift: AnyKernel = kernelOf(
  {
    name: "shift",
    arrays: [
      ["float32", "read"],
      ["float32", "readwrite"],
    ],
    body: `(f32.store ${float("b")} (f32.add (f32.load ${float("a")}) (f32.const 1)))`,
  },
  (from: HostArray, to: HostArray) => ({ threads: to.length, arrays: [planned(from), planned(to)] }),
);

function doubling(name: string, where: "host" | "device"): AnyKernel {
  return kernelOf(
    {
      name,
      arrays: [
        ["float32", "read"],
        ["float32", "write"],
      ],
      body: `(f32.store ${float("b")} (f32.mul (f32.load ${float("a")}) (f32.const 2)))`,
    },
    (array: HostArray) => ({
      threads: array.length,
      arrays: [planned(array), { kind: "new", element: "float32", shape: [array.length] }],
      result: { kind: "array", array: 1, where },
    }),
  );
}

/** Gives `2 * array` as a host array, or as a device array. */
export const double: AnyKernel = doubling("double", "host");
export const doubleOnDevice: AnyKernel = doubling("double-on-device", "device");

/** Waits for `rounds` of an empty loop in each thread, then counts the thread in `array[0]` (int32). */
export const work: AnyKernel = kernelOf(
  {
    name: "work",
    arrays: [["int32", "readwrite"]],
    scalars: ["int32"],
    cost: 1_000_000,
    body: `(local.set $j (i32.load (local.get $x)))
      (loop $wait (local.set $j (i32.sub (local.get $j) (i32.const 1))) (br_if $wait (i32.gt_s (local.get $j) (i32.const 0))))
      (drop (i32.atomic.rmw.add (local.get $a) (i32.const 1)))`,
  },
  (array: HostArray, threads: number, rounds: number) => ({ threads, arrays: [planned(array)], scalars: [rounds] }),
);

/**
 * Two units that wait for each other, for a while; `array[0]` counts those that met the other. They are groups, because threads
 * would share a chunk, in a strip.
 */
export const meet: AnyKernel = kernelOf(
  {
    name: "meet",
    unit: "group",
    arrays: [["int32", "readwrite"]],
    cost: 1_000_000,
    body: `(drop (i32.atomic.rmw.add offset=4 (local.get $a) (i32.const 1)))
      (local.set $j (i32.const 1000000000))
      (loop $wait
        (if (i32.eq (i32.atomic.load offset=4 (local.get $a)) (i32.const 2)) (then
          (drop (i32.atomic.rmw.add (local.get $a) (i32.const 1))) (local.set $j (i32.const 1))))
        (local.set $j (i32.sub (local.get $j) (i32.const 1)))
        (br_if $wait (local.get $j)))`,
  },
  (array: HostArray) => ({ threads: 128, arrays: [planned(array)] }),
);

/** One thread, told to be worth a lot: appends `value` to `list`, whose element 0 is its length. */
export const append: AnyKernel = kernelOf(
  {
    name: "append",
    arrays: [["int32", "readwrite"]],
    scalars: ["int32"],
    cost: 1_000_000,
    body: `(local.set $j (i32.atomic.rmw.add (local.get $a) (i32.const 1)))
      (i32.store offset=4 (i32.add (local.get $a) (i32.shl (local.get $j) (i32.const 2))) (i32.load (local.get $x)))`,
  },
  (list: HostArray, value: number) => ({ threads: 1, arrays: [planned(list)], scalars: [value] }),
);

/** Ends with a trap in the thread with number 100. */
export const trap: AnyKernel = kernelOf(
  {
    name: "trap",
    arrays: [["int32", "readwrite"]],
    cost: 100_000,
    body: "(if (i32.eq (local.get $unit) (i32.const 100)) (then unreachable))",
  },
  (array: HostArray, threads: number) => ({ threads, arrays: [planned(array)] }),
);

/** The sum of a Float64Array. */
export const sum: AnyKernel = kernelOf(
  {
    name: "sum",
    unit: "block",
    arrays: [["float64", "read"]],
    cost: 8192,
    body: `
      (local.set $sum (f64.const 0))
      (local.set $i (i32.shl (local.get $unit) (i32.const 12)))
      (local.set $j (i32.add (local.get $i) (i32.const 4096)))
      (if (i32.gt_u (local.get $j) (i32.load (local.get $frame))) (then (local.set $j (i32.load (local.get $frame)))))
      (loop $element
        (local.set $sum (f64.add (local.get $sum)
          (f64.load (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 3))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $element (i32.lt_u (local.get $i) (local.get $j))))
      (f64.store (i32.add (i32.load offset=40 (local.get $frame)) (i32.shl (local.get $unit) (i32.const 3))) (local.get $sum))`,
    functions: `(func (export "combine") (param $frame i32) (param $count i32) (local $p i32) (local $sum f64)
      (local.set $p (i32.load offset=40 (local.get $frame)))
      (loop $next
        (local.set $sum (f64.add (local.get $sum) (f64.load (local.get $p))))
        (local.set $p (i32.add (local.get $p) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br_if $next (local.get $count)))
      (f64.store (i32.load offset=40 (local.get $frame)) (local.get $sum)))`,
  },
  (array: HostArray) => ({
    threads: array.length,
    arrays: [planned(array)],
    result: { kind: "reduced", finish: (value) => value },
  }),
);

/** The compiler refuses it. */
export const unknown: AnyKernel = kernelOf(
  { name: "unknown", arrays: [["float32", "read"]], body: "" },
  (array: HostArray) => ({
    threads: array.length,
    arrays: [planned(array)],
  }),
);

/** Threads that were started, to be looked at and killed. */
export const threads: Worker[] = [];

const up = new WeakSet<Worker>();

/** Waits until all threads that were started after the first `before` serve launches. */
export async function threadsUp(before: number, count: number): Promise<void> {
  const isUp = (): boolean =>
    threads.length >= before + count && threads.slice(before).every((thread) => up.has(thread));
  while (!isUp()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Starts a kernel thread of Node. */
export const startThread: StartKernelThread = (start, events) => {
  const worker = new Worker(new URL("./kernel-thread.mjs", import.meta.url), { workerData: start });
  worker.unref();
  threads.push(worker);
  let cause: unknown;
  worker.on("message", () => {
    up.add(worker);
    events.onBell();
  });
  worker.on("error", (error) => {
    cause = error;
  });
  worker.on("exit", (exitCode) => events.onEnd({ exitCode, cause }));
  return {
    hold: (held) => (held ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
};

/** Kernels as a test wants them. */
export function create(options: Partial<CpuKernelsOptions> = {}): CpuKernels & AsyncDisposable {
  const kernels = new CpuKernels({
    label: "TestExecutor",
    maxWorkers: 2,
    startThread,
    later: (callback) => void setImmediate(callback),
    loadCompiler: async () => ({ compileProgram }),
    ...options,
  });
  return Object.assign(kernels, { [Symbol.asyncDispose]: () => kernels.shutdown({}) });
}

/** An array on the device, typed as what it holds. */
export function floats(kernels: CpuKernels, length: number, dtype: DType = "float32") {
  return kernels.array(dtype, length);
}
