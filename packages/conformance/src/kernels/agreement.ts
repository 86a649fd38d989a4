// The oracle of the kernel laws: one kernel, run on the backend, by the simulator, and in plain JavaScript that the law
// wrote down on its own. All must leave the same arrays behind and give the same result. Integers and bools agree bit
// for bit; floats within `ulps` units of the last place, 0 unless the law says otherwise.
//
// A backend without the capability `subnormals` may give either what the simulator gives, or what it gives as a device that takes them
// for zeros; the plain JavaScript counts where these two are the same.

import type { AnyKernel, Capabilities, DeviceArray, Future, HostArray, KernelExecutor } from "@everycore/core";
import { simulation } from "@everycore/kernel";
import { violated } from "../assertions.js";
import { ulpsBetween } from "./distance.js";

/** One launch that is to be compared. */
export interface Trial {
  /** What a failure begins with. */
  readonly what: string;
  readonly kernel: AnyKernel;
  /** Typed arrays are copied for each run; one that is given twice stays one. */
  readonly args: readonly unknown[];
  /** Plain JavaScript: changes `args` as the kernel should, and returns its result. */
  readonly plain?: ((args: readonly unknown[]) => unknown) | undefined;
  /** How far floats may be apart. */
  readonly ulps?: number | undefined;
}

/** What a run leaves behind. */
interface Traces {
  readonly result: unknown;
  readonly args: readonly unknown[];
}

/** Launches any kernel with any arguments: the laws' tables know no types. */
export function launch(executor: KernelExecutor, kernel: AnyKernel, ...args: readonly unknown[]): Future<unknown> {
  const { submit } = executor as unknown as { submit(kernel: AnyKernel, ...args: readonly unknown[]): Future<unknown> };
  return submit.call(executor, kernel, ...args);
}

/** Simulates any kernel with any arguments; what it reads outside of arrays is part of what is compared. */
export const imitate = simulation({ checks: false }) as unknown as (
  kernel: AnyKernel,
  ...args: readonly unknown[]
) => unknown;

const imitateWithoutSubnormals = simulation({ checks: false, subnormals: false }) as unknown as typeof imitate;

/** Executors whose backend lacks the capability `subnormals`. */
const withoutSubnormals = new WeakSet<object>();

/** Remembers of an executor what the comparison depends on. */
export function rememberCapabilities(executor: object, { subnormals }: Capabilities): void {
  if (!subnormals) withoutSubnormals.add(executor);
}

/** Fails unless backend, simulator and plain JavaScript agree; resolves with what the backend gave. */
export async function agree(executor: KernelExecutor, trial: Trial): Promise<Traces> {
  const actual = await runOnBackend(executor, trial);
  const simulated = runInSimulator(trial, imitate);
  const flushed = withoutSubnormals.has(executor) ? runInSimulator(trial, imitateWithoutSubnormals) : undefined;
  const excused = flushed ? excuse(actual, simulated, flushed, trial.ulps) : actual;
  compareTraces(`${trial.what}: the backend agrees with the simulator`, excused, simulated, trial.ulps);
  if (trial.plain) {
    const args = copyArguments(trial.args);
    const expected = { args, result: trial.plain(args) };
    const compared = flushed ? replaceWhereDifferent(excused, simulated, flushed, expected) : actual;
    compareTraces(`${trial.what}: the backend agrees with plain JavaScript`, compared, expected, trial.ulps);
  }
  return actual;
}

/** What the backend gave, with the simulator's elements where it gave those of a device without subnormals. */
function excuse(actual: Traces, simulated: Traces, flushed: Traces, ulps = 0): Traces {
  return combine(actual, (value, place) => {
    const [kept, zero] = [elementAt(simulated, place), elementAt(flushed, place)];
    return !isNear(kept, zero, 0) && isNear(value, zero, ulps) ? kept : value;
  });
}

/** The same, with the elements of plain JavaScript where subnormals make a difference. */
function replaceWhereDifferent(actual: Traces, simulated: Traces, flushed: Traces, plain: Traces): Traces {
  return combine(actual, (value, place) =>
    isNear(elementAt(simulated, place), elementAt(flushed, place), 0) ? value : elementAt(plain, place),
  );
}

/** An element of what a run leaves behind; argument −1 is the result. */
interface Place {
  readonly arg: number;
  readonly index: number;
}

function elementAt({ result, args }: Traces, { arg, index }: Place): number {
  const value = arg < 0 ? result : args[arg];
  return (isHostArray(value) ? value[index] : value) as number;
}

function isNear(a: unknown, b: unknown, ulps: number): boolean {
  return typeof a === "number" && typeof b === "number" ? ulpsBetween(a, b, "float32") <= ulps : Object.is(a, b);
}

function combine({ result, args }: Traces, choose: (value: number, place: Place) => number): Traces {
  const mapped = (value: unknown, arg: number): unknown => {
    if (isHostArray(value)) return value.map((element, index) => choose(element, { arg, index }));
    return arg < 0 && typeof value === "number" ? choose(value, { arg, index: 0 }) : value;
  };
  return { result: mapped(result, -1), args: args.map(mapped) };
}

async function runOnBackend(executor: KernelExecutor, { kernel, args }: Trial): Promise<Traces> {
  const copies = copyArguments(args);
  return { result: await launch(executor, kernel, ...copies), args: copies };
}

function runInSimulator({ kernel, args }: Trial, simulator: typeof imitate): Traces {
  const copies = copyArguments(args);
  return { result: simulator(kernel, ...copies), args: copies };
}

/** Copies typed arrays; one that occurs twice is copied once. */
function copyArguments(args: readonly unknown[]): unknown[] {
  const copies = new Map(args.map((arg) => [arg, isHostArray(arg) ? arg.slice() : arg]));
  return args.map((arg) => copies.get(arg));
}

function compareTraces(sentence: string, actual: Traces, expected: Traces, ulps = 0): void {
  expectValues(`${sentence}, in its result`, actual.result, expected.result, ulps);
  for (const [index, arg] of expected.args.entries()) {
    if (isHostArray(arg)) expectValues(`${sentence}, in argument ${index}`, actual.args[index], arg, ulps);
  }
}

/** Whether a value is a typed array of numbers. */
function isHostArray(value: unknown): value is HostArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Whether a value is an array on a device. */
export function isDeviceArray(value: unknown): value is DeviceArray {
  return typeof (value as DeviceArray | null)?.dispose === "function";
}

/** Fails unless two results, arrays or single values, are equal within `ulps`. */
export function expectValues(sentence: string, actual: unknown, expected: unknown, ulps = 0): void {
  if (!isHostArray(expected)) return expectValue(sentence, actual, expected, ulps);
  if (!isHostArray(actual)) violated(`${sentence} (expected ${expected.constructor.name}, got ${actual})`);
  const [type, wanted] = [actual.constructor.name, expected.constructor.name];
  if (type !== wanted) violated(`${sentence} (expected ${wanted}, got ${type})`);
  if (actual.length !== expected.length) {
    violated(`${sentence} (expected ${expected.length} elements, got ${actual.length})`);
  }
  const precision = actual instanceof Float64Array ? "float64" : "float32";
  for (let index = 0; index < actual.length; index++) {
    const [a, b] = [actual[index] as number, expected[index] as number];
    if (a !== b || a === 0) expectNumber(`${sentence}, at index ${index}`, a, b, ulps, precision);
  }
}

function expectValue(sentence: string, actual: unknown, expected: unknown, ulps: number): void {
  if (typeof actual === "number" && typeof expected === "number") {
    const isSingle = Math.fround(actual) === actual && Math.fround(expected) === expected;
    return expectNumber(sentence, actual, expected, ulps, isSingle ? "float32" : "float64");
  }
  if (!Object.is(actual, expected)) violated(`${sentence} (expected ${expected}, got ${actual})`);
}

function expectNumber(
  sentence: string,
  actual: number,
  expected: number,
  ulps: number,
  type: "float32" | "float64",
): void {
  const distance = ulpsBetween(actual, expected, type);
  if (distance <= ulps) return;
  const apart = ulps > 0 && Number.isFinite(distance) ? `, ${distance} ULP apart where ${ulps} are allowed` : "";
  violated(`${sentence} (expected ${show(expected)}, got ${show(actual)}${apart})`);
}

function show(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
