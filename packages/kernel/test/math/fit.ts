// Finds the coefficients of the polynomials in src/math: run with `npx tsx test/math/fit.ts`, prints them with their errors.
//
// Method: Remez exchange on a dense grid, in double precision, for f(x) ~ fixed(x) + sum of c[i] * x^power[i] with the
// relative error as weight. The coefficients are then rounded to float32 one by one, lowest power first, and the others are
// fitted again each time, so that they make up for the rounding.
// biome-ignore-all lint/style/noNonNullAssertion: the indexes of the matrices are in range.

/** What to approximate. `f` is the function, `fixed` its part with coefficients that are not fitted. */
export interface Fit {
  readonly name: string;
  readonly f: (x: number) => number;
  readonly fixed: (x: number) => number;
  readonly powers: readonly number[];
  readonly from: number;
  readonly to: number;
  /** The error is divided by this; `f` if absent. */
  readonly scale?: (x: number) => number;
}

const gridSize = 4000;

/** Solves a linear system by elimination with pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(matrix[i]![k]!) > Math.abs(matrix[pivot]![k]!)) pivot = i;
    [matrix[k], matrix[pivot]] = [matrix[pivot]!, matrix[k]!];
    [right[k], right[pivot]] = [right[pivot]!, right[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i]![k]! / matrix[k]![k]!;
      for (let j = k; j < n; j++) matrix[i]![j]! -= factor * matrix[k]![j]!;
      right[i]! -= factor * right[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) right[k]! -= matrix[k]![j]! * right[j]!;
    right[k]! /= matrix[k]![k]!;
  }
  return right;
}

/** The grid's points where the error is largest between two changes of its sign, `count` of them. */
function extrema(errors: readonly number[], count: number): number[] {
  const points: number[] = [];
  for (let i = 0; i < errors.length; i++) {
    const last = points.at(-1);
    if (last !== undefined && Math.sign(errors[last]!) === Math.sign(errors[i]!)) {
      if (Math.abs(errors[i]!) > Math.abs(errors[last]!)) points[points.length - 1] = i;
    } else points.push(i);
  }
  while (points.length > count) {
    if (Math.abs(errors[points[0]!]!) < Math.abs(errors[points.at(-1)!]!)) points.shift();
    else points.pop();
  }
  return points;
}

/** Coefficients with the smallest largest weighted error, and that error. */
export function remez(fit: Fit): { coefficients: number[]; error: number } {
  const { f, fixed, powers, from, to, scale = f } = fit;
  const n = powers.length;
  const xs = Array.from({ length: gridSize }, (_, i) => {
    const t = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / gridSize);
    return from + (to - from) * t;
  });
  const target = xs.map((x) => (f(x) - fixed(x)) / scale(x));
  const basis = xs.map((x) => powers.map((p) => x ** p / scale(x)));
  let points = Array.from({ length: n + 1 }, (_, i) => Math.round(((i + 0.5) * (gridSize - 1)) / (n + 1)));
  let coefficients: number[] = [];
  let error = 0;
  for (let round = 0; round < 40; round++) {
    const solution = solve(
      points.map((p, i) => [...basis[p]!, i % 2 === 0 ? 1 : -1]),
      points.map((p) => target[p]!),
    );
    coefficients = solution.slice(0, n);
    const errors = xs.map((_, i) => target[i]! - basis[i]!.reduce((sum, b, k) => sum + b * coefficients[k]!, 0));
    error = Math.max(...errors.map(Math.abs));
    const next = extrema(errors, n + 1);
    if (next.length < n + 1 || next.every((p, i) => p === points[i])) break;
    points = next;
  }
  return { coefficients, error };
}

/** Like {@link remez}, with coefficients that float32 has. */
export function remezFloat32(fit: Fit): { coefficients: number[]; error: number } {
  const rounded: number[] = [];
  let error = 0;
  for (let k = 0; k < fit.powers.length; k++) {
    const known = rounded.slice();
    const step = remez({
      ...fit,
      scale: fit.scale ?? fit.f,
      fixed: (x) => known.reduce((sum, c, i) => sum + c * x ** fit.powers[i]!, fit.fixed(x)),
      powers: fit.powers.slice(k),
    });
    error = step.error;
    rounded.push(Math.fround(step.coefficients[0]!));
  }
  return { coefficients: rounded, error };
}

const odd = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + 2 * i);
const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);
const ln2half = Math.LN2 / 2 + 1e-4;
const tiny = 1e-4;

/** tan(pi/4) and the like need a bit more than their range, because the reduction rounds. */
export const fits: readonly Fit[] = [
  { name: "exp", f: Math.exp, fixed: (x) => 1 + x, powers: from(2, 5), from: -ln2half, to: ln2half },
  {
    name: "expm1",
    f: Math.expm1,
    fixed: (x) => x,
    powers: from(2, 5),
    from: -ln2half,
    to: ln2half,
    scale: (x) => Math.abs(Math.expm1(x)),
  },
  {
    name: "expm1 6",
    f: Math.expm1,
    fixed: (x) => x,
    powers: from(2, 6),
    from: -ln2half,
    to: ln2half,
    scale: (x) => Math.abs(Math.expm1(x)),
  },
  {
    name: "exp2 6",
    f: (x) => 2 ** x,
    fixed: () => 1,
    powers: from(1, 6),
    from: -0.5,
    to: 0.5,
    scale: (x) => Math.sign(x) * 2 ** x,
  },
  {
    name: "exp2 7",
    f: (x) => 2 ** x,
    fixed: () => 1,
    powers: from(1, 7),
    from: -0.5,
    to: 0.5,
    scale: (x) => Math.sign(x) * 2 ** x,
  },
  // log((1 + s) / (1 - s)) = 2 s + ...
  { name: "log s 3", f: (s) => 2 * Math.atanh(s), fixed: (s) => 2 * s, powers: odd(3, 3), from: tiny, to: 0.1716 },
  { name: "log s 4", f: (s) => 2 * Math.atanh(s), fixed: (s) => 2 * s, powers: odd(3, 4), from: tiny, to: 0.1716 },
  { name: "sin 4", f: Math.sin, fixed: (x) => x, powers: odd(3, 4), from: tiny, to: Math.PI / 2 + 1e-3 },
  { name: "sin 5", f: Math.sin, fixed: (x) => x, powers: odd(3, 5), from: tiny, to: Math.PI / 2 + 1e-3 },
  { name: "tan 5", f: Math.tan, fixed: (x) => x, powers: odd(3, 5), from: tiny, to: Math.PI / 4 + 1e-3 },
  { name: "tan 6", f: Math.tan, fixed: (x) => x, powers: odd(3, 6), from: tiny, to: Math.PI / 4 + 1e-3 },
  { name: "asin 4", f: Math.asin, fixed: (x) => x, powers: odd(3, 4), from: tiny, to: 0.5 },
  { name: "asin 5", f: Math.asin, fixed: (x) => x, powers: odd(3, 5), from: tiny, to: 0.5 },
  { name: "atan 7", f: Math.atan, fixed: (x) => x, powers: odd(3, 7), from: tiny, to: 1 },
  { name: "atan 8", f: Math.atan, fixed: (x) => x, powers: odd(3, 8), from: tiny, to: 1 },
  { name: "atan 9", f: Math.atan, fixed: (x) => x, powers: odd(3, 9), from: tiny, to: 1 },
  { name: "sinh 3", f: Math.sinh, fixed: (x) => x, powers: odd(3, 3), from: tiny, to: 1 },
  { name: "sinh 4", f: Math.sinh, fixed: (x) => x, powers: odd(3, 4), from: tiny, to: 1 },
  { name: "tanh 4", f: Math.tanh, fixed: (x) => x, powers: odd(3, 4), from: tiny, to: 0.625 },
  { name: "tanh 5", f: Math.tanh, fixed: (x) => x, powers: odd(3, 5), from: tiny, to: 0.625 },
  { name: "asinh 5", f: Math.asinh, fixed: (x) => x, powers: odd(3, 5), from: tiny, to: 0.5 },
  { name: "asinh 6", f: Math.asinh, fixed: (x) => x, powers: odd(3, 6), from: tiny, to: 0.625 },
  { name: "atanh 5", f: Math.atanh, fixed: (x) => x, powers: odd(3, 5), from: tiny, to: 0.5 },
  { name: "atanh 6", f: Math.atanh, fixed: (x) => x, powers: odd(3, 6), from: tiny, to: 0.5 },
];

if (process.argv[1]?.endsWith("fit.ts")) {
  for (const fit of fits) {
    const { coefficients, error } = remezFloat32(fit);
    console.log(
      `${fit.name}: error 2^${Math.log2(error).toFixed(1)}: ${coefficients.map((c) => Number(c.toPrecision(9))).join(", ")}`,
    );
  }
}
