import { describe, expect, test } from "vitest";
import { lowerElementwise, lowerGrid, lowerStencil, type Reason, reasons } from "../../src/2-check/index.js";
import type { AnyFunction, ArgumentType, KernelSource } from "../../src/front-end.js";
import { functionOf as fn, options, refusalOf } from "./harness.js";

const f32: ArgumentType = { kind: "array", element: "float32" };
const i8: ArgumentType = { kind: "array", element: "int8" };
const number: ArgumentType = { kind: "number" };
const seen = new Set<string>();

/** Runs a case: which reason, at which text. */
function refused(run: () => unknown, reason: Reason, at?: string): void {
  const refusal = refusalOf(run);
  seen.add(refusal.reason);
  expect(refusal).toMatchObject({ reason, ...(at === undefined ? {} : { text: at }) });
  expect(refusal.message, "a sentence").toMatch(/[.!]$/);
  expect(refusal.hint, "a sentence").toMatch(/[.!)`]$/);
}

/** A private method: its text is one only inside of its class. */
function privateMethod(): AnyFunction {
  // biome-ignore lint/complexity/noStaticOnlyClass: a private method needs a class.
  class Home {
    static #secret(): number {
      return 1;
    }
    static readonly method = Home.#secret;
  }
  return Home.method as AnyFunction;
}

const grid =
  (text: string, types: readonly ArgumentType[] = [f32, f32], captures?: KernelSource["captures"]) =>
  () =>
    lowerGrid({ fn: fn(text), captures }, types, options);
/** The body of a kernel with arrays `a` and `out`. */
const body = (text: string) => grid(`(thread, a, out) => { const i = thread.x; ${text} }`);

const bodies: readonly (readonly [reason: Reason, text: string, at?: string])[] = [
  ["for-of", "for (const v of a) out[i] = v;", "for (const v of a) out[i] = v;"],
  ["for-of", "for (const k in a) out[i] = 1;"],
  ["exceptions", "try { out[i] = 1; } catch {}"],
  ["exceptions", "throw 1;", "throw 1;"],
  ["string", "out[i] = 'x';", "'x'"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a kernel.
  ["string", "out[i] = `x${i}`;", "`x${i}`"],
  ["regexp", "const r = /x/;", "/x/"],
  ["bigint", "out[i] = 1n;", "1n"],
  ["null", "out[i] = null;", "null"],
  ["undefined", "out[i] = undefined;", "undefined"],
  ["object", "const p = { x: 1 };", "{ x: 1 }"],
  ["array-literal", "const p = [1, 2];", "[1, 2]"],
  ["spread", "out[i] = Math.max(...a);", "...a"],
  ["class", "class P {}", "class P {}"],
  ["this", "out[i] = this.x;", "this"],
  ["this", "out[i] = arguments[0];", "arguments"],
  ["new", "const b = new Float32Array(3);", "new Float32Array(3)"],
  ["operator", "out[i] = typeof a === 1;", "typeof a"],
  ["operator", "delete a[0];", "delete a[0]"],
  ["operator", "out[i] = i in a;", "i in a"],
  ["operator", "out[i] = a instanceof Float32Array;"],
  ["optional-chaining", "out[i] = a?.[0];", "a?.[0]"],
  ["nullish", "out[i] = a[i] ?? 0;", "a[i] ?? 0"],
  ["nullish", "let k = 1; k ??= 2;", "k ??= 2"],
  ["import", "import('x');", "import('x')"],
  ["async", "async function f() {}"],
  ["async", "function* f() {}"],
  ["destructuring", "const [p] = a;", "[p]"],
  ["destructuring", "let p = 1, q = 2; [p, q] = [q, p];", "[p, q]"],
  ["parameter-pattern", "const f = ({ p }) => p; out[i] = f(1);", "{ p }"],
  ["parameter-pattern", "const f = (...p) => 1; out[i] = f(1);", "...p"],
  ["unknown-name", "out[i] = G;", "G"],
  ["unknown-name", "out[i] = lib.G;", "lib.G"],
  ["unknown-name", "lib.f(1);", "lib.f"],
  ["unknown-function", "out[i] = parseInt(3);", "parseInt"],
  ["unknown-function", "out[i] = Date.now();"],
  ["console", "console.log(i);"],
  ["unknown-math", "out[i] = Math.f16(3);"],
  ["unknown-math", "out[i] = Number.parse(3);", "Number.parse"],
  ["math-random", "out[i] = Math.random();", "Math.random()"],
  ["array-method", "a.map((v) => v);", "a.map"],
  ["array-method", "out.fill(0);", "out.fill"],
  ["array-method", "out.set(a);", "out.set"],
  ["unknown-member", "out[i] = i.toFixed;", "i.toFixed"],
  ["unknown-thread-member", "out[i] = thread.w;", "thread.w"],
  ["unknown-thread-member", "out[i] = thread.local.w;", "thread.local.w"],
  ["thread-value", "out[i] = thread;", "thread"],
  ["thread-value", "out[i] = thread.local;", "thread.local"],
  ["thread-value", "out[i] = thread.barrier;", "thread.barrier"],
  ["function-value", "const f = (v) => v; out[i] = f;", "f"],
  ["function-value", "out[i] = Math.sqrt;", "Math.sqrt"],
  ["not-a-function", "out[i] = a(1);", "a"],
  ["not-a-function", "const k = 1; k();", "k"],
  ["recursion", "const f = (v) => v > 1 ? f(v - 1) : 1; out[i] = f(3);", "f(v - 1)"],
  ["recursion", "function f(v) { return g(v); } function g(v) { return f(v); } out[i] = f(3);", "f(v)"],
  ["assign-constant", "const k = 1; k = 2;", "k"],
  ["assign-constant", "const k = a[i]; k++;", "k"],
  ["assign-array", "out = a;", "out"],
  ["assign-array", "let b = a; b = out;"],
  ["assign-thread", "thread.x = 1;", "thread.x"],
  ["assign-thread", "thread = 1;", "thread"],
  ["assign-function", "let f = (v) => v; f = 1;"],
  ["assign-function", "let f = (v) => v; f = (v) => 1;"],
  ["assign-target", "a.length = 3;", "a.length"],
  ["assign-target", "Math.PI = 3;", "Math.PI"],
  ["unset-variable", "let k; out[i] = k;", "k"],
  ["unset-variable", "out[i] = k; let k = 1;", "k"],
  ["unset-variable", "var k; if (i) { out[i] = k; } k = 1;", "k"],
  ["array-as-number", "out[i] = a + 1;", "a"],
  ["array-as-number", "if (a) out[i] = 1;", "a"],
  ["array-as-number", "out[i] = Math.abs(a);", "a"],
  ["number-as-array", "out[i] = i[0];", "i"],
  ["float-index", "out[i] = a[i / 2];", "i / 2"],
  ["float-index", "out[a[i]] = 1;", "a[i]"],
  ["float-index", "out[i] = a[0.5];", "0.5"],
  ["index-type", "out[i] = a[i > 3];", "i > 3"],
  ["uneven-branches", "out[i] = i > 3 ? a : 1;"],
  ["uneven-branches", "const b = i > 3 ? a : out;"],
  ["no-value", "const f = () => { out[i] = 1; }; out[i] = f();", "f()"],
  ["missing-return", "const f = (v) => { if (v) return 1; }; out[i] = f(i);", "}"],
  ["return-value", "return 1;", "return 1;"],
  ["argument-count", "const f = (v, w) => v + w; out[i] = f(1);", "w"],
  ["argument-count", "out[i] = Math.sqrt();", "Math.sqrt()"],
  ["argument-count", "thread.atomicAdd(out, 1);", "thread.atomicAdd(out, 1)"],
  ["shared-length", "const s = thread.shared(Float32Array, i);", "i"],
  ["shared-length", "const s = thread.shared(Float32Array, 1.5);", "1.5"],
  ["shared-type", "const s = thread.shared(a, 4);", "a"],
  ["shared-place", "if (i > 3) { const s = thread.shared(Float32Array, 4); }"],
  ["shared-place", "for (let k = 0; k < 3; k++) { const s = thread.shared(Float32Array, 4); }"],
  ["unsupported-atomic", "thread.atomicAnd(out, 0, 1);"],
  ["unsupported-atomic", "thread.atomicCompareExchange(out, 0, 1, 2);"],
  ["switch-case", "let k = 0; switch (i) { case k++: out[i] = 1; }"],
  ["divergent-barrier", "if (i > 3) thread.barrier();", "thread.barrier()"],
  ["divergent-barrier", "if (i > 3) return; thread.barrier();", "thread.barrier()"],
  ["divergent-barrier", "for (let k = 0; k < i; k++) thread.barrier();", "thread.barrier()"],
  ["divergent-barrier", "let k = 0; if (a[0] > i) k = 1; if (k === 1) thread.barrier();"],
  ["divergent-barrier", "for (let k = 0; k < 9; k++) { if (k > i) break; thread.barrier(); }"],
  ["divergent-barrier", "for (let k = 0; k < 9; k++) { thread.barrier(); if (k > i) break; }"],
  ["divergent-barrier", "for (let k = 0; k < 9; k++) { if (k > i) continue; thread.barrier(); }"],
  [
    "divergent-barrier",
    "let n = 0; for (let k = 0; k < 9; k++) { if (k > i) break; n = k; } if (n > 3) thread.barrier();",
  ],
  ["divergent-barrier", "out[i] = 1; if (out[0] > 0) thread.barrier();"],
  ["divergent-barrier", "for (;;) { thread.barrier(); if (a[i] > 3) break; }"],
  ["divergent-barrier", "i > 3 && thread.barrier();"],
  ["divergent-barrier", "const f = () => { if (i > 3) return; thread.barrier(); }; f();", "thread.barrier()"],
];

describe("a kernel is refused for", () => {
  for (const [reason, text, at] of bodies) test(`${reason}: ${text}`, () => refused(body(text), reason, at));

  // Node 20 does not know `using`; acorn does.
  test("using", () => {
    const text = "(t, a, out) => { using k = a; }";
    const run = grid("(t, a, out) => { }");
    const known = ((): boolean => {
      try {
        return fn(text) !== undefined;
      } catch {
        return false;
      }
    })();
    if (known) refused(grid(text), "using", "using k = a;");
    else expect(run).not.toThrow();
    seen.add("using");
  });
  test("text that is no function", () => refused(() => lowerGrid({ fn: privateMethod() }, [], options), "syntax"));
  test("with", () => refused(grid("function (t, a, out) { with (a) {} }"), "with", "with (a) {}"));
  test("an async function", () => refused(grid("async (t, a, out) => {}"), "async-function"));
  test("a generator", () => refused(grid("function* (t, a, out) {}"), "generator-function"));
  test("a class", () => refused(grid("class K {}"), "class-constructor"));
  test("a native function", () =>
    refused(() => lowerGrid({ fn: Math.max as AnyFunction }, [], options), "native-function"));
  test("a bound function", () =>
    refused(() => lowerGrid({ fn: ((t: unknown) => t).bind(null) as AnyFunction }, [], options), "native-function"));
  test("a getter", () => {
    const getter = Object.getOwnPropertyDescriptor(
      {
        get k() {
          return 1;
        },
      },
      "k",
    )?.get as AnyFunction;
    refused(() => lowerGrid({ fn: getter }, [], options), "accessor");
  });
  test("too few arguments", () => refused(grid("(t, a, b) => {}", [f32]), "argument-count", "b"));
  test("too many arguments", () => refused(grid("(t, a) => {}", [f32, f32]), "argument-count"));
  test("atomics on bytes", () => refused(grid("(t, a) => { t.atomicAdd(a, 0, 1); }", [i8]), "unsupported-atomic"));
  test("a destructured parameter", () => refused(grid("(t, { x }) => {}", [f32]), "parameter-pattern", "{ x }"));
  test("rest parameters", () => refused(grid("(t, ...x) => {}", [f32]), "parameter-pattern", "...x"));
});

describe("captures are refused for", () => {
  const capturing = (text: string, captures: KernelSource["captures"]) =>
    grid(`(t, out) => { ${text} }`, [f32], captures);
  const [G, table, date, text, lib] = [2, new BigInt64Array(2), new Date(), "x", { k: 1 }];
  void [G, table, date, text, lib];
  test("captured-value", () =>
    refused(
      capturing("out[0] = text;", () => ({ text })),
      "captured-value",
      "text",
    ));
  test("captured-value of a class", () =>
    refused(
      capturing("out[0] = date;", () => ({ date })),
      "captured-value",
    ));
  test("captured-value of BigInts", () =>
    refused(
      capturing("out[0] = table[0];", () => ({ table })),
      "captured-value",
    ));
  test("unknown-member", () =>
    refused(
      capturing("out[0] = lib.z;", () => ({ lib })),
      "unknown-member",
      "lib.z",
    ));
  test("assign-constant", () =>
    refused(
      capturing("G = 3;", () => ({ G })),
      "assign-constant",
      "G",
    ));
  test("captured-expression", () =>
    refused(
      capturing("out[0] = H;", () => ({ H: G * 2 })),
      "captured-expression",
      "H",
    ));
  test("capture-thunk", () => refused(capturing("out[0] = G;", (() => G) as never), "capture-thunk"));
  test("a hint that shows the thunk", () =>
    expect(refusalOf(capturing("out[0] = Q;", () => ({ G }))).hint).toContain("kernel(fn, () => ({ Q }))"));
  test("the text of a helper, when the mistake is there", () => {
    const helper = fn("(v) => v + missing");
    const refusal = refusalOf(capturing("out[0] = helper(1);", () => ({ helper })));
    expect(refusal).toMatchObject({ reason: "unknown-name", text: "missing", fn: helper });
  });
});

describe("functions of elements are refused for", () => {
  const elements =
    (text: string, types: readonly ArgumentType[] = [f32]) =>
    () =>
      lowerElementwise(
        { fn: fn(text) },
        types,
        types.map(() => false),
        undefined,
        options,
      );
  const near =
    (text: string, types: readonly ArgumentType[] = [f32]) =>
    () =>
      lowerStencil({ fn: fn(text) }, types, "clamp", 0, undefined, options);
  test("missing-return", () => refused(elements("(x) => { if (x > 0) return 1; }"), "missing-return", "}"));
  test("returning nothing", () => refused(elements("(x) => { x; }"), "missing-return"));
  test("array-as-number", () => refused(near("(a) => a + 1"), "array-as-number", "a"));
  test("stencil-offset of a fraction", () => refused(near("(a) => a(0.5)"), "float-index", "0.5"));
  test("stencil-offset without offsets", () => refused(near("(a) => a()"), "stencil-offset", "a()"));
  test("stencil-offset of uneven counts", () => refused(near("(a) => a(0) + a(0, 1)"), "stencil-offset", "a(0, 1)"));
  test("stencil-offset of an index", () => refused(near("(a) => a[0]"), "stencil-offset", "a"));
  test("number-as-array", () => refused(elements("(x) => x[0]"), "number-as-array", "x"));
  test("no thread", () => refused(elements("(x) => thread.x + x"), "unknown-name", "thread.x"));
  test("write-not-allowed", () => {
    const table = new Float32Array(3);
    const source = { fn: fn("(x) => { table[0] = x; return x; }"), captures: () => ({ table }) };
    refused(() => lowerElementwise(source, [f32], [false], undefined, options), "write-not-allowed", "table[0]");
  });
  test("recursion of a captured function", () => {
    const source: KernelSource = { fn: fn("(x) => f(x)"), captures: () => ({ f }) };
    const f = fn("function f(x) { return x > 0 ? f(x - 1) : x; }");
    refused(() => lowerElementwise(source, [number], [false], undefined, options), "recursion", "f(x - 1)");
  });
});

test("each reason is a kebab-case name with one line, and most are tried here", () => {
  for (const [reason, line] of Object.entries(reasons)) {
    expect(reason).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(line).not.toMatch(/\n|\.$/);
  }
  const untried = Object.keys(reasons).filter((reason) => !seen.has(reason));
  expect(untried).toEqual([]);
});
