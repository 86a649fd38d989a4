// Runs a kernel twice: as the JavaScript function that it is, and lowered to IR in the simulator. What comes out must be equal.
// With float64 arrays, or small whole numbers, JavaScript's own arithmetic is that of the language.

import { captureAt } from "../../src/1-parse/index.js";
import { lowerElementwise, lowerGrid, lowerReduction, lowerStencil } from "../../src/2-check/index.js";
import {
  type AnyFunction,
  type ArgumentType,
  type Border,
  DiagnosticError,
  type KernelSource,
} from "../../src/front-end.js";
import type { ElementType, Program, ReductionProgram, Size3 } from "../../src/ir/ir.js";
import { verifyProgram } from "../../src/ir/verifier.js";
import { runProgram } from "../../src/simulate/index.js";

export type HostArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array;
export type Argument = number | boolean | HostArray;
export const options = { name: "kernel", fastMath: false };

const elements: Readonly<Record<string, ElementType>> = {
  Float32Array: "float32",
  Float64Array: "float64",
  Int8Array: "int8",
  Uint8Array: "uint8",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int32Array: "int32",
  Uint32Array: "uint32",
};

export function typeOf(argument: Argument): ArgumentType {
  if (typeof argument === "number") return { kind: "number" };
  if (typeof argument === "boolean") return { kind: "boolean" };
  return { kind: "array", element: elements[argument.constructor.name] as ElementType };
}

export const copy = <T extends Argument>(argument: T): T =>
  (typeof argument === "object" ? argument.slice() : argument) as T;

/** The thread as an object, for running the function itself. Groups of one. */
function threadAt(x: number, y: number, z: number, size: Size3): Record<string, unknown> {
  const change =
    (combine: (old: number, value: number) => number) => (array: HostArray, index: number, value: number) => {
      const old = array[index] as number;
      array[index] = combine(old, value);
      return old;
    };
  const zero = { x: 0, y: 0, z: 0 };
  return {
    x,
    y,
    z,
    local: zero,
    group: { x, y, z },
    size: { x: size[0], y: size[1], z: size[2] },
    groupSize: { x: 1, y: 1, z: 1 },
    barrier() {},
    shared: (type: new (length: number) => HostArray, length: number) => new type(length),
    atomicAdd: change((old, value) => old + value),
    atomicSub: change((old, value) => old - value),
    atomicMin: change(Math.min),
    atomicMax: change(Math.max),
    atomicAnd: change((old, value) => old & value),
    atomicOr: change((old, value) => old | value),
    atomicXor: change((old, value) => old ^ value),
    atomicExchange: change((_, value) => value),
    atomicCompareExchange(array: HostArray, index: number, expected: number, value: number) {
      const old = array[index] as number;
      if (old === expected) array[index] = value;
      return old;
    },
  };
}

/** Runs the function itself for each thread, one after the other. */
export function runFunction(fn: AnyFunction, grid: Size3, args: readonly Argument[]): void {
  const plain = fn as (...args: unknown[]) => void;
  for (let z = 0; z < grid[2]; z++)
    for (let y = 0; y < grid[1]; y++) for (let x = 0; x < grid[0]; x++) plain(threadAt(x, y, z, grid), ...args);
}

/** Runs a program in the simulator. */
export function simulate(
  program: Program,
  source: KernelSource,
  grid: Size3,
  args: readonly Argument[],
  result?: HostArray,
  group: Size3 = [1, 1, 1],
): number | undefined {
  verifyProgram(program);
  const captured = source.captures?.();
  const boundTo = (binding: Program["arrays"][number]["binding"]): unknown =>
    binding.from === "argument"
      ? args[binding.index]
      : binding.from === "result"
        ? result
        : captureAt(captured, binding.name);
  const scalars = program.scalars.map(({ binding, type }) => {
    const value = Number(boundTo(binding));
    if (type === "int32" && value !== (value | 0)) throw new RangeError(`${value} is used as an integer`);
    return type === "float32" ? Math.fround(value) : value;
  });
  const arrays = program.arrays.map(({ binding }) => boundTo(binding) as HostArray);
  return runProgram({ program, grid, group, arrays, scalars, checks: false });
}

/** A grid kernel's arrays after it ran in both ways. */
export function both(
  source: KernelSource,
  grid: Size3,
  args: readonly Argument[],
  original: AnyFunction = source.fn,
): { readonly expected: readonly Argument[]; readonly actual: readonly Argument[] } {
  const expected = args.map(copy);
  runFunction(original, grid, expected);
  const actual = args.map(copy);
  const program = lowerGrid(source, args.map(typeOf), options);
  simulate(program, source, grid, actual);
  return { expected, actual };
}

/** A function from its text, so that no tool changes it on the way. */
export function functionOf(text: string): AnyFunction {
  return new Function(`return (${text});`)() as AnyFunction;
}

/** What an elementwise kernel gives. */
export function elementwise(source: KernelSource, args: readonly Argument[], element?: ElementType): HostArray {
  const arrays = args.filter((one): one is HostArray => typeof one === "object");
  const length = Math.max(1, ...arrays.map((array) => array.length));
  const broadcast = args.map((one) => typeof one === "object" && one.length === 1 && length > 1);
  const program = lowerElementwise(source, args.map(typeOf), broadcast, element, options);
  const result = newArray(program.arrays.at(-1)?.element as ElementType, length);
  simulate(program, source, [length, 1, 1], args, result);
  return result;
}

/** What a stencil gives on arrays of a size. */
export function stencil(
  source: KernelSource,
  size: Size3,
  args: readonly Argument[],
  border: Border,
  borderValue = 0,
): HostArray {
  const program = lowerStencil(source, args.map(typeOf), border, borderValue, undefined, options);
  const result = newArray(program.arrays.at(-1)?.element as ElementType, size[0] * size[1] * size[2]);
  simulate(program, source, size, args, result);
  return result;
}

/** What a reduction gives, and its program. */
export function reduction(
  map: KernelSource | undefined,
  combine: KernelSource,
  identity: number,
  args: readonly Argument[],
): { readonly value: number | undefined; readonly program: ReductionProgram } {
  const program = lowerReduction(map, combine, identity, args.map(typeOf), options);
  const length = Math.max(...args.map((one) => (typeof one === "object" ? one.length : 1)));
  return { value: simulate(program, map ?? combine, [length, 1, 1], args), program };
}

function newArray(element: ElementType, length: number): HostArray {
  const name = Object.entries(elements).find(([, type]) => type === element)?.[0] ?? "Uint8Array";
  return new (Reflect.get(globalThis, name) as new (length: number) => HostArray)(length);
}

/** The diagnostic that a call throws. */
export function refusalOf(run: () => unknown): DiagnosticError["diagnostic"] & { readonly text: string } {
  try {
    run();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { diagnostic } = error;
    return { ...diagnostic, text: String(diagnostic.fn).slice(diagnostic.start, diagnostic.end) };
  }
  throw new Error("it was not refused");
}
