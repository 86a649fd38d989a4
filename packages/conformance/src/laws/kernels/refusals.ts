// K7: what is not in the language is refused at the call, with the reason and the place; what the backend lacks, by name.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { type DType, isEverycoreError, KernelError, type KernelExecutor, UnsupportedError } from "@everycore/core";
import { kernel, vectorize } from "@everycore/kernel";
import { equals, holds, same, throws } from "../../assertions.js";
import { launch } from "../../kernels/agreement.js";
import { elementKinds } from "../../kernels/element-kind.js";
import { canEvaluate, evaluate } from "../../kernels/evaluation.js";
import { mistakes } from "../../kernels/mistakes.js";
import type { ElementFunction } from "../../kernels/operators.js";
import type { LawTest } from "../../law.js";

const outside = { value: 3 };

/** Kernels as text: the line and the column of the mistake are known to the letter. */
const placed = [
  { text: "(a) => {\n  const x = a + 1;\n  return x + missing;\n}", line: 3, column: 14, shows: "missing" },
  {
    text: "(a) => {\n  let sum = 0;\n\n  for (const x of a) {\n    sum += x;\n  }\n  return sum;\n}",
    line: 4,
    column: 3,
    shows: "for (const x of a)",
  },
  {
    text: "function (a) {\n  return a > 2\n    ? Math.sqrt(a)\n    : Math.wrong(a);\n}",
    line: 4,
    column: 7,
    shows: "Math.wrong",
  },
] as const;

function refuse(
  executor: KernelExecutor,
  fn: ElementFunction | ((a: number) => number),
  sentence: string,
): KernelError {
  const call = (): unknown => launch(executor, vectorize(fn), ...[Float32Array.of(1, 2), 3].slice(0, fn.length));
  return throws(call, KernelError, /./, sentence);
}

function checkUnsupported(error: UnsupportedError, feature: RegExp, sentence: string): void {
  holds(feature.test(error.message), `${sentence}: the message names it (${error.message})`);
  holds(
    error.backend.length > 0 && error.message.includes(error.backend),
    `${sentence}: the message names the backend`,
  );
  holds(/\. \S.+/.test(error.message), `${sentence}: the message says what to do instead`);
}

/** See the specification. */
export const refusalLaws: readonly LawTest[] = [
  ...mistakes.map(
    ([what, fn, shows]): LawTest => ({
      law: "K7",
      title: `${what} is refused at the call, with reason, place and code`,
      requires: ["kernels"],
      dtypes: ["float32"],
      async run(t) {
        const executor = await t.kernels();
        const error = refuse(executor, fn, `${what} is refused at the call`);
        same(isEverycoreError(error, "EVERYCORE_KERNEL"), true, "it has its permanent code");
        holds(/^[a-z]+(-[a-z]+)*$/.test(error.reason), `the reason is a permanent name (it is ${error.reason})`);
        const { line = 0, column = 0 } = error.location ?? {};
        holds(line >= 1 && column >= 1, `it has a line and a column (they are ${line}, ${column})`);
        holds(
          shows.test(error.message) && error.message.includes(String(line)),
          `it shows the line:\n${error.message}`,
        );
        const again = refuse(executor, fn, `${what} is refused a second time`);
        same(again.message, error.message, "it is the same message every time");
      },
    }),
  ),
  {
    law: "K7",
    title: "the place of a mistake is exact",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      if (!canEvaluate()) t.untested("text cannot be evaluated here (content security policy)");
      const executor = await t.kernels();
      for (const { text, line, column, shows } of placed) {
        const error = refuse(executor, evaluate<(a: number) => number>(text), `${shows} is refused`);
        holds(error.location !== undefined, "it has a place");
        if (error.location.file === undefined) {
          equals(
            [error.location.line, error.location.column],
            [line, column],
            `${shows} is at line ${line}, column ${column}`,
          );
        }
        holds(error.message.includes(shows), `the code frame shows ${shows}:\n${error.message}`);
      }
    },
  },
  {
    law: "K7",
    title: "a kernel that does not fit its arguments is refused, and fits others",
    requires: ["kernels"],
    dtypes: ["float32", "int32"],
    async run(t) {
      const executor = await t.kernels();
      const pick = kernel((thread, index: Int32Array, x: Float32Array) => {
        x[thread.x] = x[index[thread.x]!]!;
      }).over(2);
      const x = Float32Array.of(1, 2);
      throws(
        () => launch(executor, pick, Float32Array.of(1, 0), x),
        KernelError,
        /float|index/,
        "a float as index is refused",
      );
      await launch(executor, pick, Int32Array.of(0, 0), x);
      equals([...x], [1, 1], "the same kernel works with an integer as index");
      throws(
        () => launch(executor, pick, 3, x),
        Error,
        /index|number|array/,
        "a number where the kernel wants an array is refused",
      );
      throws(
        () => launch(executor, kernel(() => {}) as never, x),
        Error,
        /over/,
        "a grid kernel without a grid is refused, with the way out",
      );
    },
  },
  {
    law: "K7",
    title: "a mistake that was refused leaves nothing behind",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const [good, bad] = [vectorize((x: number) => x + 1), vectorize((x: number) => x + outside.value)];
      const futures = [1, 2, 3].map((value) => {
        const future = executor.submit(good, Float32Array.of(value));
        throws(() => launch(executor, bad, Float32Array.of(value)), KernelError, /outside/, "a mistake is refused");
        return future;
      });
      equals(
        (await Promise.all(futures)).map((found) => [...found]),
        [[2], [3], [4]],
        "the launches around it are done",
      );
    },
  },
  {
    law: "K7",
    title: "element types that the backend lacks are refused by name",
    requires: ["kernels"],
    async run(t) {
      const executor = await t.kernels();
      const absent = (["float16", "bool", ...elementKinds.map(({ dtype }) => dtype)] as const).filter(
        (dtype) => !t.capabilities.dtypes.includes(dtype),
      );
      for (const dtype of absent) {
        const sentence = `an array of ${dtype} is refused`;
        const error = throws(() => executor.array(dtype as DType, 4), UnsupportedError, /./, sentence);
        checkUnsupported(error, new RegExp(dtype), sentence);
        const maker = elementKinds.find((kind) => kind.dtype === dtype)?.maker;
        if (!maker) continue;
        const call = (): unknown =>
          launch(
            executor,
            vectorize((x: number) => x + 1),
            new maker(2),
          );
        checkUnsupported(throws(call, UnsupportedError, /./, sentence), new RegExp(dtype), sentence);
      }
    },
  },
  {
    law: "K7",
    title: "an array above maxBufferBytes is refused, and one that fits is not",
    requires: ["kernels"],
    async run(t) {
      const executor = await t.kernels();
      const { maxBufferBytes, dtypes } = t.capabilities;
      holds(maxBufferBytes > 0 && dtypes.length > 0, "a backend with kernels says which arrays it takes");
      if (!Number.isSafeInteger(maxBufferBytes)) return;
      const dtype = dtypes[0] as DType;
      const call = (): unknown => executor.array(dtype, Math.floor(maxBufferBytes / 1) + 1);
      const error = throws(call, Error, /./, "an array above maxBufferBytes is refused");
      holds(
        error instanceof UnsupportedError || error instanceof RangeError,
        `with UnsupportedError or RangeError (${error})`,
      );
      using fits = executor.array(dtype, 1000);
      same(fits.length, 1000, "an array that fits is made");
    },
  },
];
