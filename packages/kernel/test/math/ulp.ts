// Measures the math library against JavaScript's Math in double precision, in units in the last place of float32.
//
// As a script, `npx tsx test/math/ulp.ts step name [from to]` goes through every step-th of all 2^32 float32 bit patterns, or
// of those between two positive numbers, and prints the largest error, where it is, and how many NaN, sign or infinity
// mistakes there are. With a step of 1 and no range that takes minutes.

import type { MathFunction } from "../../src/ir/ir.js";
import { mathFunction } from "../../src/math/index.js";
import { compiledFunction } from "./compiled-function.js";

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The float32 with these bits. */
export function floatOfBits(pattern: number): number {
  bits[0] = pattern;
  return float[0] as number;
}

/** The bits of a float32. */
function bitsOfFloat(value: number): number {
  float[0] = value;
  return bits[0] as number;
}

/** One unit in the last place of the float32 beside a finite double; that of the largest numbers beyond them. */
export function unitOf(value: number): number {
  double[0] = value;
  const exponent = (((words[1] as number) >>> 20) & 0x7ff) - 1023;
  return 2 ** (Math.min(Math.max(exponent, -126), 127) - 23);
}

const largest = floatOfBits(0x7f7fffff);

/** Distance of a float32 result from the exact one; Infinity if one is NaN and the other not, or the sign of 0 is wrong. */
export function ulpError(result: number, exact: number): number {
  if (Number.isNaN(result) || Number.isNaN(exact)) return Number.isNaN(result) && Number.isNaN(exact) ? 0 : Infinity;
  const rounded = Math.fround(exact);
  if (Object.is(rounded, result) && Math.abs(result) === Infinity) return 0;
  if (Math.abs(exact) === Infinity) return Infinity;
  if (result === 0 && Object.is(result, -0) !== Object.is(exact < 0 ? -0 : exact, -0)) return Infinity;
  const value = Math.abs(result) === Infinity ? Math.sign(result) * 2 ** 128 : result;
  return Math.abs(value - exact) / unitOf(exact);
}

/** JavaScript's own function. */
function reference(name: MathFunction): (x: number, y?: number) => number {
  return Math[name] as (x: number, y?: number) => number;
}

/** The largest error and where it is. */
export interface Measurement {
  error: number;
  at: readonly number[];
  count: number;
  /** Wrong NaN, infinities or signs. */
  mistakes: number;
}

/** Measures one function at the arguments that `next` gives until undefined. */
export class Meter {
  readonly #f: (x: number, y?: number) => number;
  readonly #reference: (x: number, y?: number) => number;
  readonly measurement: Measurement = { error: 0, at: [], count: 0, mistakes: 0 };
  readonly examples: string[] = [];

  constructor(name: MathFunction) {
    const definition = mathFunction(name, "float32");
    if (definition === undefined) throw new Error(`${name} has no definition.`);
    this.#f = compiledFunction(definition);
    this.#reference = reference(name);
  }

  measure(x: number, y?: number): void {
    const result = this.#f(x, y);
    const exact = this.#reference(x, y);
    const error = ulpError(result, exact);
    const m = this.measurement;
    m.count++;
    if (error === Infinity) this.#mistake(x, y, result, exact);
    else if (error > m.error) {
      m.error = error;
      m.at = y === undefined ? [x] : [x, y];
    }
  }

  #mistake(x: number, y: number | undefined, result: number, exact: number): void {
    this.measurement.mistakes++;
    const show = (v: number | undefined): string => (Object.is(v, -0) ? "-0" : String(v));
    if (this.examples.length < 12)
      this.examples.push(`f(${show(x)}, ${show(y)}) = ${show(result)}, not ${show(exact)}`);
  }
}

const twoArguments: readonly MathFunction[] = ["pow", "atan2", "hypot"];

/** Whether a function takes two arguments. */
export function isBinary(name: MathFunction): boolean {
  return twoArguments.includes(name);
}

/** A small generator of uint32 (Marsaglia's xorshift), so that what is measured can be repeated. */
export function randomBits(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Numbers at which functions of two arguments are special. */
export const specialNumbers: readonly number[] = [
  0,
  2 ** -149,
  2 ** -127,
  2 ** -126,
  2 ** -64,
  2 ** -24,
  0.5,
  1 - 2 ** -24,
  1,
  1 + 2 ** -23,
  1.5,
  2,
  3,
  4,
  7,
  88,
  127,
  149,
  2 ** 23 + 1,
  2 ** 24 - 1,
  2 ** 24,
  2 ** 24 + 2,
  2 ** 31,
  2 ** 32,
  2 ** 64,
  2 ** 127,
  largest,
  Infinity,
]
  .flatMap((x) => [x, -x])
  .concat(NaN);

/** Pairs of arguments for a function: of all sizes, of like sizes, and for pow those with powers in float32's range. */
function pairFor(name: MathFunction, next: () => number): readonly [number, number] {
  const x = floatOfBits(next());
  const kind = next() % 4;
  if (kind === 0) return [x, floatOfBits(next())];
  if (name !== "pow")
    return [x, Math.fround(x * 2 ** ((next() / 2 ** 32 - 0.5) * 2 ** kind * 4) * (next() & 1 ? 1 : -1))];
  const base = kind === 1 ? x : floatOfBits(0x3f000000 + (next() % (kind === 2 ? 0x01000000 : 0x00800000)));
  const power = (next() / 2 ** 32) * 195 - 105;
  const y = Math.fround(power / Math.log(Math.abs(base)));
  return [base, next() % 8 === 0 ? Math.round(y) : y];
}

/** Measures a function of two arguments at all pairs of special numbers and at random pairs. */
export function measurePairs(meter: Meter, name: MathFunction, count: number, seed: number): void {
  for (const x of specialNumbers) for (const y of specialNumbers) meter.measure(x, y);
  const next = randomBits(seed);
  for (let i = 0; i < count; i++) {
    const [x, y] = pairFor(name, next);
    meter.measure(x, y);
  }
}

function measureAll(name: MathFunction, step: number, from: number, to: number): void {
  const meter = new Meter(name);
  const start = Date.now();
  if (isBinary(name)) measurePairs(meter, name, 2 ** 32 / step, step);
  else for (let pattern = from; pattern <= to; pattern += step) meter.measure(floatOfBits(pattern));
  const { error, at, count, mistakes } = meter.measurement;
  console.log(`${name}: ${error.toFixed(3)} ULP at ${at} of ${count}, ${mistakes} mistakes, ${Date.now() - start} ms`);
  for (const example of meter.examples) console.log(`   ${example}`);
}

if (process.argv[1]?.endsWith("ulp.ts")) {
  const [step = "1009", name = "exp", from, to] = process.argv.slice(2);
  const [first, last] = from === undefined ? [0, 2 ** 32 - 1] : [bitsOfFloat(Number(from)), bitsOfFloat(Number(to))];
  measureAll(name as MathFunction, Number(step), first, last);
}
