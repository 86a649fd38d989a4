// K1: each construct of the language, on each type that the backend has, against the simulator and against JavaScript.

import type { KernelExecutor } from "@everycore/core";
import { kernel, vectorize } from "@everycore/kernel";
import { holds } from "../../assertions.js";
import { agree } from "../../kernels/agreement.js";
import { arithmeticKinds, type ElementKind, elementKinds, isFloat, pairs } from "../../kernels/element-kind.js";
import { gridStatements } from "../../kernels/grid-statements.js";
import { constants, type Operator, operators } from "../../kernels/operators.js";
import { runPlain } from "../../kernels/plain-grid.js";
import { statements } from "../../kernels/statements.js";
import type { LawTest } from "../../law.js";

const small = [0, 1, 2, 3, 5, 6, 9];
const threads = 37;

/** The array that a result of a type comes in. */
const resultMakers = {
  int32: Int32Array,
  uint32: Uint32Array,
  bool: Uint8Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Checks one operator on every pair of two lists. */
export async function checkOperator(
  executor: KernelExecutor,
  { name, fn, plain, gives }: Operator,
  kind: ElementKind,
  [left, right]: readonly [number[], number[]],
): Promise<void> {
  const { maker, wrap, value, dtype } = kind;
  // A number that a float array makes stays with floats, whatever the operator gives.
  const gain = gives === "bool" || !isFloat(kind) ? (gives ?? value) : value;
  const Result = gain === "float" ? Float32Array : resultMakers[gain];
  const reckon = plain ?? ((a: number, b: number) => (gives ? fn(a, b) : wrap(Number(fn(a, b)))));
  await agree(executor, {
    what: `${name} on ${dtype}`,
    kernel: vectorize(fn),
    args: [maker.from(left), maker.from(right)].slice(0, fn.length),
    plain: ([a, b = a]) => {
      const [x, y] = [a, b] as [ArrayLike<number>, ArrayLike<number>];
      return Result.from(Array.from(x, (value, index) => Number(reckon(value, y[index] as number, wrap))));
    },
  });
}

function isOn({ on }: Operator, kind: ElementKind): boolean {
  return on === undefined || (on === "floats") === isFloat(kind);
}

const byType = elementKinds.map((kind): LawTest => {
  const chosen = arithmeticKinds.includes(kind) ? operators : operators.filter((_, index) => index % 5 === 0);
  return {
    law: "K1",
    title: `operators and exact functions on ${kind.dtype}`,
    requires: ["kernels"],
    dtypes: [kind.dtype],
    async run(t) {
      const executor = await t.kernels();
      for (const operator of chosen.filter((entry) => isOn(entry, kind))) {
        await checkOperator(executor, operator, kind, pairs(small, small));
      }
    },
  };
});

const statementsByType = arithmeticKinds.map(
  (kind): LawTest => ({
    law: "K1",
    title: `statements on ${kind.dtype}`,
    requires: ["kernels"],
    dtypes: [kind.dtype],
    async run(t) {
      const executor = await t.kernels();
      const args = pairs(small, small).map((values) => kind.maker.from(values));
      for (const [what, fn] of Object.entries(statements)) {
        const results = Array.from(args[0] ?? [], (a, index) => Number(fn(a, args[1]?.[index] as number)));
        const plain = (): unknown => results;
        const { result } = await agree(executor, { what: `${what} on ${kind.dtype}`, kernel: vectorize(fn), args });
        expectSameNumbers(`${what} on ${kind.dtype}`, result, plain());
      }
    },
  }),
);

/** A statement's result may be of a wider type than its operands; its values are what JavaScript says. */
function expectSameNumbers(what: string, actual: unknown, expected: unknown): void {
  const [numbers, wanted] = [Array.from(actual as Iterable<number>), expected as number[]];
  const wrong = wanted.findIndex((value, index) => numbers[index] !== value);
  holds(
    wrong < 0 && numbers.length === wanted.length,
    `${what}: the backend agrees with plain JavaScript, at index ${wrong} (expected ${wanted[wrong]}, got ${numbers[wrong]})`,
  );
}

const gridStatementsByType = elementKinds.map(
  (kind): LawTest => ({
    law: "K1",
    title: `stores, early returns and places on ${kind.dtype}`,
    requires: ["kernels"],
    dtypes: [kind.dtype],
    async run(t) {
      const executor = await t.kernels();
      const { maker, dtype } = kind;
      const a = maker.from(Array.from({ length: threads }, (_, index) => (index * 5) % 11));
      const b = maker.from(Array.from({ length: threads }, (_, index) => (index * 3) % 10));
      for (const [what, fn] of Object.entries(gridStatements)) {
        await agree(executor, {
          what: `${what} on ${dtype}`,
          kernel: kernel(fn).over(threads, { group: 8 }),
          args: [a, b, new maker(threads).fill(3)],
          plain: (args) => runPlain(fn, [threads], [8], args),
        });
      }
    },
  }),
);

/** See the specification. */
export const languageLaws: readonly LawTest[] = [
  ...byType,
  ...arithmeticKinds.filter(isFloat).map(
    (kind): LawTest => ({
      law: "K1",
      title: `constants and weak numbers next to ${kind.dtype}`,
      requires: ["kernels"],
      dtypes: [kind.dtype],
      async run(t) {
        const executor = await t.kernels();
        const values = kind.edges.map(kind.wrap);
        for (const operator of constants.filter(({ fn }) => fn.length > 0)) {
          await checkOperator(executor, operator, kind, [values, values]);
        }
      },
    }),
  ),
  ...statementsByType,
  ...gridStatementsByType,
];
