import { describe, expect, test } from "vitest";
import { captureAt, parseFunction } from "../../src/1-parse/index.js";
import { lowerElementwise, lowerGrid } from "../../src/2-check/index.js";
import { registerCaptures } from "../../src/captures.js";
import type { AnyFunction, KernelSource } from "../../src/front-end.js";
import { both, elementwise, options } from "./harness.js";

const x = Float64Array.of(1, 2, 3, 4);

/** A function and a thunk made in one scope, as text: `names` are its variables. */
function source(fn: string, thunk: string, names: Readonly<Record<string, unknown>>): KernelSource {
  const made = new Function(...Object.keys(names), `return { fn: ${fn}, captures: ${thunk} };`);
  return made(...Object.values(names)) as KernelSource;
}

describe("a captured name", () => {
  test("is a constant", () => {
    expect(elementwise(source("(x) => x * G", "() => ({ G })", { G: 3 }), [x])).toEqual(x.map((v) => v * 3));
  });
  test("is known by the expression in the thunk, not by the key", () => {
    expect(elementwise(source("(x) => x * n", "() => ({ G: n })", { n: 3 }), [x])).toEqual(x.map((v) => v * 3));
  });
  test("may be a path", () => {
    const names = { import_lib: { SCALE: 3, helper: (v: number) => v + 1 } };
    const made = source(
      "(x) => (0, import_lib.helper)(x) * import_lib.SCALE",
      "() => ({ SCALE: import_lib.SCALE, helper: import_lib.helper })",
      names,
    );
    expect(elementwise(made, [x])).toEqual(x.map((v) => (v + 1) * 3));
  });
  test("may be an object, also a nested one", () => {
    const L = { SCALE: 3, deep: { OFFSET: 4 }, f: (v: number) => v / 2 };
    expect(elementwise(source("(x) => L.f(x * L.SCALE + L.deep.OFFSET)", "() => ({ L })", { L }), [x])).toEqual(
      x.map((v) => (v * 3 + 4) / 2),
    );
  });
  test("may be a function of Math", () => {
    const names = { sqrt: Math.sqrt, max: Math.max };
    expect(elementwise(source("(x) => max(sqrt(x), 1.5)", "() => ({ sqrt, max })", names), [x])).toEqual(
      x.map((v) => Math.max(Math.sqrt(v), 1.5)),
    );
  });
  test("may be a boolean, of which only one side is compiled", () => {
    expect(elementwise(source("(x) => (ON ? x : unknown)", "() => ({ ON })", { ON: true }), [x])).toEqual(x);
  });
  test("is hidden by a variable of that name", () => {
    expect(elementwise(source("(x) => { const G = 5; return x * G; }", "() => ({ G })", { G: 3 }), [x])).toEqual(
      x.map((v) => v * 5),
    );
  });
  test("may be listed by a thunk with a body, and with coverage counters", () => {
    const thunk = "function () { cov_1().f[0]++; cov_1().s[1]++; return { G: G }; }";
    const cov_1 = () => ({ f: [0], s: [0, 0] });
    expect(elementwise(source("(x) => x * G", thunk, { G: 3, cov_1 }), [x])).toEqual(x.map((v) => v * 3));
  });
  test("may be the length of a shared array", () => {
    const made = source(
      "(t, out) => { const s = t.shared(Float32Array, T * T); s[0] = 1; out[t.x] = s.length; }",
      "() => ({ T })",
      { T: 4 },
    );
    const { actual, expected } = both(made, [4, 1, 1], [new Float64Array(4)]);
    expect(actual).toEqual(expected);
  });
});

describe("a captured array", () => {
  test("is a parameter that is bound by its key", () => {
    const table = Float64Array.of(5, 6, 7, 8);
    const made = source("(x) => t[x] + t.length", "() => ({ table: t })", { t: table });
    const program = lowerElementwise(made, [{ kind: "array", element: "int32" }], [false], undefined, options);
    expect(program.arrays.map((array) => array.binding)).toEqual([
      { from: "argument", index: 0 },
      { from: "capture", name: "table" },
      { from: "result", index: 0 },
    ]);
    expect(elementwise(made, [Int32Array.of(0, 3, 9)])).toEqual(Float64Array.of(9, 12, 4));
  });
  test("of an object is bound by its path", () => {
    const made = source("(x) => L.table[1] * x", "() => ({ L })", { L: { table: x } });
    expect(elementwise(made, [x])).toEqual(x.map((v) => v * 2));
  });
  test("of a helper is found through the helper", () => {
    const pick = source("(v) => table[v]", "() => ({ table })", { table: x });
    registerCaptures(pick.fn, pick.captures as never);
    const made = source("(v) => pick(v)", "() => ({ pick })", { pick: pick.fn });
    expect(elementwise(made, [Int32Array.of(2, 1)])).toEqual(Float64Array.of(3, 2));
    const program = lowerElementwise(made, [{ kind: "array", element: "int32" }], [false], undefined, options);
    const name = program.arrays.map(({ binding }) => (binding.from === "capture" ? binding.name : ""))[1] ?? "";
    expect(captureAt(made.captures?.(), name)).toBe(x);
  });
  test("that is not used is no parameter, and may be written by a grid kernel", () => {
    const made = source("(t) => { used[t.x] = 1; }", "() => ({ used, other })", { used: x, other: x });
    const program = lowerGrid(made, [], options);
    expect(program.arrays).toMatchObject([{ name: "used", access: "write" }]);
  });
});

describe("a helper", () => {
  const area = source("(r) => PI2 * r * r", "() => ({ PI2 })", { PI2: 3 });
  test("sees what the kernel captured, if it is registered with nothing", () => {
    const f = new Function("G", "return (v) => v * G;")(4) as AnyFunction;
    expect(elementwise(source("(x) => f(x)", "() => ({ f, G })", { f, G: 4 }), [x])).toEqual(x.map((v) => v * 4));
  });
  test("sees what it was registered with, whatever the kernel calls it", () => {
    registerCaptures(area.fn, area.captures as never);
    expect(elementwise(source("(x) => a(x) + PI2", "() => ({ a, PI2 })", { a: area.fn, PI2: 1 }), [x])).toEqual(
      x.map((v) => 3 * v * v + 1),
    );
  });
  test("is written in any of the ways that functions are written", () => {
    const made = {
      method(v: number) {
        return v + 1;
      },
    };
    function declared(v: number) {
      return v * 2;
    }
    const expression = function named(v: number) {
      return v - 3;
    };
    const names = { m: made.method, d: declared, e: expression };
    expect(elementwise(source("(x) => m(x) + d(x) + e(x)", "() => ({ m, d, e })", names), [x])).toEqual(
      x.map((v) => v + 1 + v * 2 + v - 3),
    );
  });
});

test("offsets are offsets into the function's own text, also of methods", () => {
  const { method } = {
    method(thread: { x: number }, a: Float32Array) {
      a[thread.x] = a[thread.x + 1] as number;
    },
  };
  const { text, node } = parseFunction(method as AnyFunction);
  expect(text.slice(node.body.start, node.body.end)).toMatch(/^\{[\s\S]*\}$/);
  const program = lowerGrid({ fn: method as AnyFunction }, [{ kind: "array", element: "float32" }], options);
  const store = program.body[0] as { at: number; value: { at: number } };
  expect(text.slice(store.at)).toMatch(/^a\[thread\.x\] =/);
  expect(text.slice(store.value.at)).toMatch(/^a\[thread\.x \+ 1\]/);
});

test("a function is parsed once", () => {
  const fn: AnyFunction = () => 1;
  expect(parseFunction(fn)).toBe(parseFunction(fn));
});
