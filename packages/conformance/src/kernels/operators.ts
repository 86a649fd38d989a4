// Every operator of the language, once each: how it is written in a kernel, and what plain JavaScript makes of it. Where the
// function itself says it right, it is its own reference.
// biome-ignore-all lint: each operator of the language is here on purpose

/** A function from elements to an element. */
export type ElementFunction = (a: number, b: number) => number | boolean;

/** Wraps or rounds a number as the element type does. */
type Fit = (value: number) => number;

/** An operator or a function that is exact. */
export interface Operator {
  readonly name: string;
  readonly fn: ElementFunction;
  /** What it should give; `wrap` is the type's own. Default: `wrap(fn(a, b))`. */
  readonly plain?: (a: number, b: number, wrap: Fit) => number | boolean;
  /** Types that have it. Default: all. */
  readonly on?: "integers" | "floats";
  /** The type of its result. Default: that of its operands. */
  readonly gives?: "int32" | "uint32" | "float" | "bool";
}

const toInt32 = (value: number): number => value | 0;
const divideWhole = (a: number, b: number): number => (b === 0 ? 0 : Math.trunc(a / b) + 0);

/** See above. */
export const operators: readonly Operator[] = [
  { name: "a + b", fn: (a, b) => a + b },
  { name: "a - b", fn: (a, b) => a - b },
  { name: "a * b of integers", fn: (a, b) => a * b, plain: (a, b, wrap) => wrap(Math.imul(a, b)), on: "integers" },
  { name: "a * b of floats", fn: (a, b) => a * b, on: "floats" },
  { name: "a / b of floats", fn: (a, b) => a / b, on: "floats" },
  {
    name: "a / b of integers",
    fn: (a, b) => a / b,
    plain: (a, b) => Math.fround(Math.fround(a) / Math.fround(b)),
    on: "integers",
    gives: "float",
  },
  { name: "a % b of floats", fn: (a, b) => a % b, on: "floats" },
  { name: "a % b of integers", fn: (a, b) => a % b, plain: (a, b, wrap) => wrap(a % b), on: "integers" },
  { name: "a ** 2", fn: (a) => a ** 2, plain: (a, _, wrap) => wrap(Math.imul(a, a)), on: "integers" },
  { name: "a ** 3", fn: (a) => a ** 3, plain: (a, _, wrap) => wrap(Math.imul(Math.imul(a, a), a)), on: "integers" },
  { name: "-a", fn: (a) => -a },
  { name: "+a", fn: (a) => +a },
  {
    name: "Math.trunc(a / b)",
    fn: (a, b) => Math.trunc(a / b),
    plain: (a, b, wrap) => wrap(divideWhole(a, b)),
    on: "integers",
  },
  { name: "(a / b) | 0", fn: (a, b) => (a / b) | 0, plain: divideWhole, on: "integers", gives: "int32" },
  { name: "~~(a / b)", fn: (a, b) => ~~(a / b), plain: divideWhole, on: "integers", gives: "int32" },
  {
    name: "Math.floor(a / b)",
    fn: (a, b) => Math.floor(a / b),
    plain: (a, b, wrap) => wrap(b === 0 ? 0 : Math.floor(a / b)),
    on: "integers",
  },
  { name: "a & b", fn: (a, b) => a & b, plain: (a, b) => a & b, gives: "int32" },
  { name: "a | b", fn: (a, b) => a | b, plain: (a, b) => a | b, gives: "int32" },
  { name: "a ^ b", fn: (a, b) => a ^ b, plain: (a, b) => a ^ b, gives: "int32" },
  { name: "~a", fn: (a) => ~a, plain: (a) => ~a, gives: "int32" },
  { name: "a << b", fn: (a, b) => a << b, plain: (a, b) => a << b, gives: "int32" },
  { name: "a >> b", fn: (a, b) => a >> b, plain: (a, b) => a >> b, gives: "int32" },
  { name: "a >>> b", fn: (a, b) => a >>> b, plain: (a, b) => a >>> b, gives: "uint32" },
  { name: "a | 0", fn: (a) => a | 0, plain: toInt32, gives: "int32" },
  { name: "a >>> 0", fn: (a) => a >>> 0, plain: (a) => a >>> 0, gives: "uint32" },
  { name: "a < b", fn: (a, b) => a < b, gives: "bool" },
  { name: "a <= b", fn: (a, b) => a <= b, gives: "bool" },
  { name: "a > b", fn: (a, b) => a > b, gives: "bool" },
  { name: "a >= b", fn: (a, b) => a >= b, gives: "bool" },
  { name: "a === b", fn: (a, b) => a === b, gives: "bool" },
  { name: "a !== b", fn: (a, b) => a !== b, gives: "bool" },
  { name: "a == b", fn: (a, b) => a == b, gives: "bool" },
  { name: "a != b", fn: (a, b) => a != b, gives: "bool" },
  { name: "a !== a", fn: (a) => a !== a, gives: "bool" },
  { name: "!a", fn: (a) => !a, gives: "bool" },
  { name: "!!a", fn: (a) => !!a, gives: "bool" },
  { name: "a && b of bools", fn: (a, b) => a > 1 && b > 1, gives: "bool" },
  { name: "a || b of bools", fn: (a, b) => a > 1 || b > 1, gives: "bool" },
  { name: "a && b of numbers", fn: (a, b) => a && b },
  { name: "a || b of numbers", fn: (a, b) => a || b },
  { name: "a < b ? a : b", fn: (a, b) => (a < b ? a : b) },
  { name: "Boolean(a)", fn: (a) => Boolean(a), gives: "bool" },
  { name: "Number(a)", fn: (a) => Number(a) },
  { name: "Number(a < b) + a", fn: (a, b) => Number(a < b) + a },
  { name: "Math.min", fn: (a, b) => Math.min(a, b) },
  { name: "Math.max", fn: (a, b) => Math.max(a, b) },
  { name: "Math.abs", fn: (a) => Math.abs(a) },
  { name: "Math.sign", fn: (a) => Math.sign(a) },
  { name: "Math.floor", fn: (a) => Math.floor(a), on: "floats" },
  { name: "Math.ceil", fn: (a) => Math.ceil(a), on: "floats" },
  { name: "Math.round", fn: (a) => Math.round(a), on: "floats" },
  { name: "Math.trunc of a float", fn: (a) => Math.trunc(a), plain: toInt32, on: "floats", gives: "int32" },
  { name: "Math.sqrt of a float", fn: (a) => Math.sqrt(a), on: "floats" },
  {
    name: "Math.sqrt of an integer",
    fn: (a) => Math.sqrt(a),
    plain: (a) => Math.fround(Math.sqrt(Math.fround(a))),
    on: "integers",
    gives: "float",
  },
  { name: "Math.imul", fn: (a, b) => Math.imul(a, b), plain: (a, b) => Math.imul(a, b), gives: "int32" },
  { name: "Math.clz32", fn: (a) => Math.clz32(a), plain: (a) => Math.clz32(a), gives: "int32" },
  { name: "Number.isNaN", fn: (a) => Number.isNaN(a), gives: "bool" },
  { name: "Number.isFinite", fn: (a) => Number.isFinite(a), gives: "bool" },
  { name: "Number.isInteger", fn: (a) => Number.isInteger(a), gives: "bool" },
  { name: "isNaN", fn: (a) => isNaN(a), gives: "bool" },
  { name: "isFinite", fn: (a) => isFinite(a), gives: "bool" },
];

/** Constants and weak numbers, next to a float. */
export const constants: readonly Operator[] = [
  { name: "a * 0.5", fn: (a) => a * 0.5 },
  { name: "a + 0.1", fn: (a) => a + 0.1, plain: (a, _, wrap) => wrap(a + wrap(0.1)) },
  { name: "a + 3", fn: (a) => a + 3 },
  { name: "a * 0x10", fn: (a) => a * 0x10 },
  { name: "a * 1_000", fn: (a) => a * 1_000 },
  { name: "a + 1e3", fn: (a) => a + 1e3 },
  { name: "a < Infinity", fn: (a) => a < Infinity, gives: "bool" },
  { name: "a < -Infinity", fn: (a) => a < Number.NEGATIVE_INFINITY, gives: "bool" },
  ...(
    [
      ["a * Math.PI", (a) => a * Math.PI, Math.PI],
      ["a * Math.E", (a) => a * Math.E, Math.E],
      ["a * Math.LN2", (a) => a * Math.LN2, Math.LN2],
      ["a * Math.LN10", (a) => a * Math.LN10, Math.LN10],
      ["a * Math.LOG2E", (a) => a * Math.LOG2E, Math.LOG2E],
      ["a * Math.LOG10E", (a) => a * Math.LOG10E, Math.LOG10E],
      ["a * Math.SQRT2", (a) => a * Math.SQRT2, Math.SQRT2],
      ["a * Math.SQRT1_2", (a) => a * Math.SQRT1_2, Math.SQRT1_2],
      ["a * Number.EPSILON", (a) => a * Number.EPSILON, Number.EPSILON],
    ] satisfies ReadonlyArray<[string, ElementFunction, number]>
  ).map(([name, fn, constant]): Operator => ({ name, fn, plain: (a, _, wrap) => wrap(a * wrap(constant)) })),
];
