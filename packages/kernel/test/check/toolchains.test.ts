import { transform } from "esbuild";
import { describe, expect, test } from "vitest";
import { lowerGrid } from "../../src/2-check/index.js";
import type { KernelSource } from "../../src/front-end.js";
import * as originals from "./corpus/kernels.js";
import * as library from "./corpus/library.js";
import { tools } from "./corpus/tools.js";
import { type Argument, copy, options, refusalOf, runFunction, simulate, typeOf } from "./harness.js";

type Kernels = Readonly<Record<string, KernelSource>>;
const n = 16;

function makeArguments(): Argument[] {
  return [
    Float64Array.from({ length: n }, (_, i) => ((i * 7) % 11) - 4 + (i % 3) / 8),
    Int32Array.from({ length: n }, (_, i) => ((i * 37) % 23) - 9),
    Float64Array.from({ length: n }, (_, i) => i / 2),
    new Int32Array(5),
    n,
    0.75,
  ];
}

/** Evaluates a module of the corpus. What it imports is the library itself, so that all tools see the same arrays. */
async function load(code: string, commonJs: boolean): Promise<Kernels> {
  // A module's own imports and exports, as CommonJS; the functions in it are not touched by an external library.
  const text = commonJs ? code : await asFunctionBody(code);
  const module = { exports: {} as Record<string, KernelSource> };
  new Function("module", "exports", "require", text)(module, module.exports, () => library);
  return module.exports;
}

/** Rewrites `import { a as b } from "…"` and `export { b as a }` by hand, leaving all other text as the tool wrote it. */
async function asFunctionBody(code: string): Promise<string> {
  const names: string[] = [];
  const body = code
    .replace(/import\s*\{([^}]*)\}\s*from\s*["'][^"']*["'];?/g, (_, list: string) => {
      return `const {${list.replace(/\s+as\s+/g, ": ")}} = require();`;
    })
    .replace(/export\s*\{([^}]*)\};?/g, (_, list: string) => {
      for (const entry of list.split(",").filter((one) => one.trim())) {
        const [local, exported] = entry.trim().split(/\s+as\s+/) as [string, string?];
        names.push(`exports.${exported ?? local} = ${local};`);
      }
      return "";
    })
    .replace(/export\s+(?:const|let|var)\s+/g, "const ")
    .replace(/^\s*$/gm, "");
  if (names.length > 0) return `${body}\n;${names.join("\n")}`;
  // `export const a = …, b = …`
  const exported = Object.keys(originals).map((name) => `exports.${name} = ${name};`);
  return `${body}\n;${exported.join("\n")}`;
}

/** What a kernel writes, in the simulator. */
function simulated(source: KernelSource): readonly Argument[] {
  const args = makeArguments();
  const types = args.map(typeOf).slice(0, Math.max(0, source.fn.length - 1));
  const program = lowerGrid(source, types, options);
  simulate(program, source, [n, 1, 1], args);
  return args;
}

describe("K6 the corpus", () => {
  for (const [name, source] of Object.entries(originals as Kernels)) {
    test(`${name} computes what its JavaScript computes`, () => {
      const expected = makeArguments().map(copy);
      runFunction(source.fn, [n, 1, 1], expected);
      expect(simulated(source)).toEqual(expected);
    });
  }
});

describe("K6 each kernel computes the same after", () => {
  for (const [tool, run] of Object.entries(tools)) {
    test(tool, async () => {
      const { code, commonJs } = await run();
      const kernels = await load(code, commonJs);
      expect(
        Object.keys(kernels)
          .filter((name) => name !== "__esModule")
          .sort(),
      ).toEqual(Object.keys(originals).sort());
      for (const [name, source] of Object.entries(originals as Kernels)) {
        const made = kernels[name] as KernelSource;
        let actual: unknown;
        try {
          actual = simulated(made);
        } catch (error) {
          throw new Error(`${name}: ${(error as Error).message}\n${made.fn}\n${made.captures}`, { cause: error });
        }
        expect(actual, `${name}\n${made.fn}`).toEqual(simulated(source));
      }
    });
  }
});

test("`**` that esbuild minified for es2015 has lost its meaning, which is said", async () => {
  const { code } = await transform("module.exports = define((t, a) => { a[t.x] = a[t.x] ** 3; })", {
    minify: true,
    target: "es2015",
  });
  const module = { exports: {} as KernelSource };
  new Function("module", "define", code)(module, library.define);
  const { reason, hint } = refusalOf(() => lowerGrid(module.exports, [{ kind: "array", element: "float64" }], options));
  expect(reason).toBe("unknown-name");
  expect(hint).toContain("ES2016");
});
