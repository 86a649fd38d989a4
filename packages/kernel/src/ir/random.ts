// Random numbers that depend on nothing but (seed, thread, draw): a counter-based generator, so that every backend, whatever
// its number of workers and the order of its threads, draws the same numbers.
//
// The generator is Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3",
// SC'11). Here
//   key     = (seed, randomStream)   randomStream sets Everycore's numbers apart from other uses of the same seed
//   counter = (linear index of the thread in the grid, how many numbers the thread has drawn before)
//   float32 = the upper 24 bits of word 0, divided by 2^24
//   float64 = the upper 26 bits of word 0 and 27 bits of word 1, divided by 2^53
//
// It is written twice, from the same constants: for numbers, and as IR for emitters to inline. A test compares the two.

import { add, binary, constant, convert, LocalList, multiply, set } from "./builder.js";
import type { Expression, Local, LocalRead, Statement, ValueType } from "./ir.js";

/** The second word of the key: "EVCR" in ASCII. */
export const randomStream = 0x45564352;

/** How far each round rotates; after the eighth they start again. */
const threefryRotations: readonly number[] = [13, 15, 26, 6, 17, 29, 16, 24];

/** The third word of the key schedule is the exclusive or of this and the two words of the key. */
const threefryParity = 0x1bd11bda;

/** Rounds; after every fourth the key schedule is added. */
const threefryRounds = 20;

/** The block cipher itself: writes two uint32 to `output`. */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  output: Uint32Array,
): void {
  const key2 = threefryParity ^ key0 ^ key1;
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;
  for (let round = 0; round < threefryRounds; round++) {
    const distance = threefryRotations[round & 7] as number;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << distance) | (x1 >>> (32 - distance))) ^ x0;
    if ((round & 3) !== 3) continue;
    const step = (round + 1) >> 2;
    x0 = (x0 + keyWord(step, key0, key1, key2)) | 0;
    x1 = (x1 + keyWord(step + 1, key0, key1, key2) + step) | 0;
  }
  output[0] = x0;
  output[1] = x1;
}

function keyWord(step: number, key0: number, key1: number, key2: number): number {
  const place = step % 3;
  return place === 0 ? key0 : place === 1 ? key1 : key2;
}

const words = new Uint32Array(2);

/** Random number `draw` (from 0) of a thread, in [0, 1). */
export function randomNumber(type: "float32" | "float64", seed: number, threadIndex: number, draw: number): number {
  threefry2x32(seed, randomStream, threadIndex, draw, words);
  const word0 = words[0] as number;
  if (type === "float32") return (word0 >>> 8) / 0x1000000;
  return ((word0 >>> 6) * 0x8000000 + ((words[1] as number) >>> 5)) / 0x20000000000000;
}

/** The generator in IR: sets its parameters' locals, runs `body` (only `set`), and the number is `result`. */
export interface RandomDefinition {
  /** Ids in `locals` of seed, linear thread index and draw, all uint32. */
  readonly parameters: readonly [seed: number, thread: number, draw: number];
  readonly locals: readonly Local[];
  readonly body: readonly Statement[];
  /** The two words that the cipher gives, uint32. */
  readonly words: readonly [Expression, Expression];
  /** The random number as float32 and as float64. */
  readonly results: { readonly float32: Expression; readonly float64: Expression };
}

/** The generator as IR, from operations on uint32 alone, so that emitters and the simulator need to know nothing of it. */
export function threefryDefinition(): RandomDefinition {
  const locals = new LocalList();
  const seed = locals.add("seed", "uint32");
  const thread = locals.add("thread", "uint32");
  const draw = locals.add("draw", "uint32");
  const parity = locals.add("parity", "uint32");
  const x0 = locals.add("x0", "uint32");
  const x1 = locals.add("x1", "uint32");
  const keys = [seed, uint(randomStream), parity];
  const body = [
    set(parity, binary("xor", seed, uint((threefryParity ^ randomStream) >>> 0))),
    set(x0, add(thread, seed)),
    set(x1, add(draw, uint(randomStream))),
    ...rounds(x0, x1, keys),
  ];
  return {
    parameters: [seed.id, thread.id, draw.id],
    locals: locals.list,
    body,
    words: [x0, x1],
    results: results(x0, x1),
  };
}

function rounds(x0: LocalRead, x1: LocalRead, keys: readonly Expression[]): Statement[] {
  const statements: Statement[] = [];
  for (let round = 0; round < threefryRounds; round++) {
    const distance = threefryRotations[round & 7] as number;
    const rotated = binary("or", shifted("shiftLeft", x1, distance), shifted("shiftRight", x1, 32 - distance));
    statements.push(set(x0, add(x0, x1)), set(x1, binary("xor", rotated, x0)));
    if ((round & 3) === 3) statements.push(...keyInjection(x0, x1, keys, (round + 1) >> 2));
  }
  return statements;
}

function keyInjection(x0: LocalRead, x1: LocalRead, keys: readonly Expression[], step: number): Statement[] {
  const first = keys[step % 3] as Expression;
  const second = keys[(step + 1) % 3] as Expression;
  return [set(x0, add(x0, first)), set(x1, add(x1, add(second, uint(step))))];
}

function results(x0: LocalRead, x1: LocalRead): RandomDefinition["results"] {
  const high = multiply(convert("float64", shifted("shiftRight", x0, 6)), constant("float64", 0x8000000));
  const both = add(high, convert("float64", shifted("shiftRight", x1, 5)));
  return {
    float32: scaled("float32", convert("float32", shifted("shiftRight", x0, 8)), 2 ** -24),
    float64: scaled("float64", both, 2 ** -53),
  };
}

function scaled(type: ValueType, value: Expression, factor: number): Expression {
  return multiply(value, constant(type, factor));
}

function shifted(operator: "shiftLeft" | "shiftRight", value: Expression, distance: number): Expression {
  return binary(operator, value, uint(distance));
}

function uint(value: number): Expression {
  return constant("uint32", value);
}
