// K1, K2: functions of Math that are not exact: within the table of ULP bounds, and right on every special value.

import { vectorize } from "@everycore/kernel";
import { type MathFunction, ulpBounds } from "@everycore/kernel/ir";
import { agree } from "../../kernels/agreement.js";
import { arithmeticKinds, type ElementKind, isFloat, pairs } from "../../kernels/element-kind.js";
import { functionsOfOne, functionsOfTwo } from "../../kernels/math-functions.js";
import type { ElementFunction } from "../../kernels/operators.js";
import { floats } from "../../kernels/random-numbers.js";
import type { LawTest } from "../../law.js";
import type { LawContext } from "../../law-context.js";

type FloatType = "float32" | "float64";

const samples = 400;
const seed = 20_260_101;

/** What two libraries of float64 functions may differ by. */
const float64Ulps = 2;

/** Between the numbers whose square neither overflows nor vanishes. */
const exponents = { float32: 60, float64: 500 } as const;

async function check(
  t: LawContext,
  kind: ElementKind,
  columns: (arity: number) => ReadonlyArray<readonly number[]>,
): Promise<void> {
  const executor = await t.kernels();
  const type = kind.value as FloatType;
  const functions = Object.entries({ ...functionsOfOne, ...functionsOfTwo }) as Array<[MathFunction, ElementFunction]>;
  for (const [name, fn] of functions) {
    const args = columns(fn.length).map((values) => kind.maker.from(values));
    // The bounds count from the exact result, which is within half a unit of what JavaScript rounds to float32. Its own float64
    // functions are less exact.
    const ulps = type === "float32" ? Math.floor(ulpBounds[name] + 0.5) : float64Ulps;
    await agree(executor, {
      what: `Math.${name} on ${type} (seed ${seed})`,
      kernel: vectorize(fn),
      args,
      plain: ([a, b = a]) => {
        const [x, y] = [a, b] as [ArrayLike<number>, ArrayLike<number>];
        return kind.maker.from(Array.from(x, (value, index) => Number(fn(value, y[index] as number))));
      },
      ulps,
    });
  }
}

const floatKinds = arithmeticKinds.filter(isFloat);

/** See the specification. */
export const mathLaws: readonly LawTest[] = [
  ...floatKinds.map(
    (kind): LawTest => ({
      law: "K1",
      title: `functions of Math on ${kind.dtype} are within their ULP bounds`,
      requires: ["kernels"],
      dtypes: [kind.dtype],
      run: (t) =>
        check(t, kind, (arity) =>
          Array.from({ length: arity }, (_, index) =>
            floats(seed + index, samples, exponents[kind.value as FloatType]),
          ),
        ),
    }),
  ),
  ...floatKinds.map(
    (kind): LawTest => ({
      law: "K2",
      title: `functions of Math on ${kind.dtype} are right on special values`,
      requires: ["kernels"],
      dtypes: [kind.dtype],
      run: (t) => check(t, kind, (arity) => (arity === 1 ? [kind.edges] : pairs(kind.edges, kind.edges))),
    }),
  ),
];
