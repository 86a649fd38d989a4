// gpu.js: `cpu` (transpiled JavaScript), and its WebAssembly mode: synchronous on one thread, asynchronous on all.
// Arguments are copied in and a new result is copied out by every call: gpu.js has nothing resident on the CPU.

import { type Attempt, type Contender, Missing, type Values } from "../contender.js";
import { LocalAttempt } from "../measure.js";
import { messageOf } from "./reason.js";

/** `this` in a kernel of gpu.js. */
export interface GpuJsThread {
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
  readonly constants: Readonly<Record<string, number>>;
}

type Row = Float32Array | number;
type Result = ArrayLike<Row>;

/** A case's kernel and how it is called. */
export interface GpuJsCall {
  // gpu.js reads the text; nobody calls it.
  readonly kernel: (this: GpuJsThread, ...args: never[]) => unknown;
  readonly output: readonly number[];
  readonly constants?: Readonly<Record<string, number>>;
  readonly args: readonly unknown[];
  /** Iterations of a loop whose bound is no constant; gpu.js stops after 1000 otherwise, without a word. */
  readonly loopMaxIterations?: number;
  /** What is left to do on the host. Default: nothing. */
  readonly finish?: (result: Result) => unknown;
  /** The values in the order of the case, from what `finish` gave. Default: row after row. */
  readonly values?: (result: Result) => Values;
}

/** `grid(array, width, height)` tells gpu.js that an array has two dimensions. */
export type GpuJsGrid = (array: Float32Array, width: number, height: number) => unknown;

export type GpuJsRecipe<I> = (inputs: I, grid: GpuJsGrid) => GpuJsCall;

interface GpuJsKernel {
  (...args: readonly unknown[]): unknown;
  readonly kernel: { readonly fallbackReason?: string | null };
  destroy(): void;
}

type Mode = { readonly name: string; readonly mode: "cpu" | "webasm"; readonly asyncMode: boolean };

const modes: readonly Mode[] = [
  { name: "gpu.js cpu", mode: "cpu", asyncMode: false },
  { name: "gpu.js wasm", mode: "webasm", asyncMode: false },
  { name: "gpu.js wasm, threads", mode: "webasm", asyncMode: true },
];

export function gpuJs<I>(recipe: GpuJsRecipe<I> | Missing, inputs: I): Contender[] {
  return modes.map((mode) => ({
    name: mode.name,
    role: mode.mode === "webasm" ? "gpu.js" : undefined,
    open: async () => (recipe instanceof Missing ? recipe : open(mode, recipe, inputs)),
  }));
}

async function open<I>(mode: Mode, recipe: GpuJsRecipe<I>, inputs: I): Promise<Attempt | Missing> {
  const library = await import("gpu.js").catch((error: unknown) => new Missing(messageOf(error)));
  if (library instanceof Missing) return library;
  const grid: GpuJsGrid = (array, width, height) =>
    (library as unknown as { input(array: Float32Array, size: number[]): unknown }).input(array, [width, height]);
  const { kernel: text, args, output, constants = {}, loopMaxIterations, finish, values } = recipe(inputs, grid);
  const gpu = new library.GPU({ mode: mode.mode as "cpu" });
  const settings = { output: [...output], constants, asyncMode: mode.asyncMode, loopMaxIterations };
  const kernel = gpu.createKernel(text as never, settings as never) as unknown as GpuJsKernel;
  let last: unknown;
  const done = (result: unknown) => {
    last = finish ? finish(result as Result) : result;
  };
  const result = async () => {
    const reason = kernel.kernel.fallbackReason;
    if (reason) throw new Error(`gpu.js fell back to plain JavaScript: ${reason}`);
    return (values ?? flat)(last as Result);
  };
  return new LocalAttempt({
    call: mode.asyncMode ? async () => done(await kernel(...args)) : () => done(kernel(...args)),
    values: result,
    close: () => gpu.destroy() as unknown as Promise<void>,
  });
}

function flat(result: Result | number): Values {
  if (typeof result === "number") return [result];
  if (typeof result[0] === "number") return result as Values;
  return Array.from(result as ArrayLike<Float32Array>).flatMap((row) => Array.from(row));
}
