import { describe, expect, test } from "vitest";
import type { Size3 } from "../../src/ir/ir.js";
import { type Argument, both, functionOf as fn } from "./harness.js";

const n = 24;
const f64 = (): Float64Array => Float64Array.from({ length: n }, (_, i) => ((i * 7) % 11) - 4 + i / 8);
const i32 = (): Int32Array => Int32Array.from({ length: n }, (_, i) => ((i * 37) % 23) - 9);
const out = (): Float64Array => new Float64Array(n);

function same(text: string, args: readonly Argument[], grid: Size3 = [n, 1, 1]): void {
  const { expected, actual } = both({ fn: fn(text) }, grid, args);
  expect(actual).toEqual(expected);
}

const float = (body: string): void => same(`(t, a, out) => { const i = t.x; ${body} }`, [f64(), out()]);
const ints = (body: string): void => same(`(t, a, out) => { const i = t.x; ${body} }`, [i32(), new Int32Array(n)]);

describe("expressions", () => {
  const floats: Readonly<Record<string, string>> = {
    "arithmetic of floats": "out[i] = -(a[i] * 2.5 - 1) / 3 + +a[i] % 2;",
    "comparisons and logic": "out[i] = a[i] > 1 && a[i] < 3 || a[i] === -4 ? 1 : 2;",
    "logic of numbers gives a number": "out[i] = (a[i] && 5) + (a[i] || 7);",
    "not, and bools as numbers": "out[i] = !(a[i] > 0) + (a[i] > 1) * 2;",
    "bit operations on floats":
      "out[i] = (a[i] | 0) + (a[i] >> 1) * 10 + (a[i] >>> 28 | 0) + (~a[i] & 7) + (a[i] ^ 3) + (a[i] << 2);",
    powers: "out[i] = a[i] ** 2 + a[i] ** 5 + Math.pow(a[i], 3) + a[i] ** 0 + a[i] ** 1;",
    rounding: "out[i] = Math.floor(a[i]) + 10 * Math.ceil(a[i]) + 100 * Math.round(a[i]) + 1000 * Math.trunc(a[i]);",
    "exact functions":
      "out[i] = Math.abs(a[i]) + Math.sqrt(Math.abs(a[i])) + Math.sign(a[i]) + Math.min(a[i], 1, i) + Math.max(a[i], 0);",
    "tests of numbers":
      "out[i] = Number.isNaN(0 / a[i]) + 2 * Number.isFinite(1 / a[i]) + 4 * Number.isInteger(a[i]) + 8 * isNaN(a[i]) + 16 * isFinite(a[i]);",
    "sign keeps NaN and minus zero": "out[i] = 1 / Math.sign(a[i] === -4 ? -0 : i > 20 ? NaN : a[i]);",
    "Number and Boolean": "out[i] = Number(a[i] > 0) + Number(a[i]) + (Boolean(a[i]) ? 1 : 0);",
    constants:
      "out[i] = Math.PI + Number.EPSILON * 2 ** 52 + Number.MAX_SAFE_INTEGER / 2 ** 53 + (a[i] < Infinity) + (NaN !== NaN);",
    commas: "out[i] = (a[i], i, 3) + (out[i] = 4, out[i]);",
    "hypot of several": "out[i] = Math.hypot(3 * a[i], 4 * a[i]) + Math.hypot(a[i]) + Math.hypot(0, 3, 4);",
    fround: "out[i] = Math.fround(a[i] / 3);",
    length: "out[i] = a.length + out.length * 2;",
    "conditions with weak sides": "out[i] = (a[i] > 0 ? 1 : 0.5) * 2;",
  };
  for (const [name, body] of Object.entries(floats)) test(`${name}: as JavaScript`, () => float(body));

  const whole: Readonly<Record<string, string>> = {
    integers: "out[i] = a[i] * 3 - i + a[i] % 4;",
    "exact integer division":
      "out[i] = Math.floor(a[i] / 4) + Math.trunc(a[i] / 3) * 100 + (a[i] / 5 | 0) * 1000 + ~~(i / 7) * 10000;",
    "division kept in a const":
      "const q = a[i] / 4; const r = q; out[i] = Math.floor(q) + 10 * Math.trunc(r) + (q | 0);",
    "division kept in a variable that changes": "let q = a[i] / 4; if (i > 3) q = a[i] / 3; out[i] = Math.floor(q);",
    "imul and clz32": "out[i] = Math.imul(a[i], 0x9e3779b9) + Math.clz32(a[i]);",
    "integer powers": "out[i] = a[i] ** 2 + 3 ** 2 + a[i] ** 3;",
    "storing converts": "out[i] = a[i] * 1.5;",
    "unsigned shifts": "out[i] = (a[i] >>> 0) % 7;",
    "comparison of signed and unsigned":
      "out[i] = (a[i] < (i >>> 0)) + 2 * (a[i] >= (i >>> 0)) + 4 * (a[i] === (a[i] >>> 0)) + 8 * (-1 < (i >>> 0)) + 16 * ((i >>> 0) > -1);",
    "min and max of integers":
      "out[i] = Math.min(a[i], i, 5) + 100 * Math.max(a[i], 0) + Math.abs(a[i]) + Math.sign(a[i]);",
    "rounding of integers is nothing":
      "out[i] = Math.floor(a[i]) + Math.ceil(a[i]) + Math.round(a[i]) + Math.trunc(a[i]);",
  };
  for (const [name, body] of Object.entries(whole)) test(`${name}: as JavaScript`, () => ints(body));
});

describe("order of evaluation", () => {
  const cases: Readonly<Record<string, string>> = {
    "an assignment on the right does not change the left": "let k = 1; out[i] = k + (k = 5) + k;",
    "an update on the right does not change the left": "let k = 1; out[i] = k * 10 + k++ * 100 + k + ++k * 1000;",
    "an index is taken before the value changes it": "let k = i; out[k] = (k = 3, a[i]);",
    "a compound assignment reads before the right side runs": "let k = 2; k += (k = 7); out[i] = k;",
    "an element is read before the right side writes it": "out[i] = 1; out[i] += (out[i] = 5);",
    "an index is evaluated once": "let k = i; out[k++ - 0] += 4; out[i] += k;",
    "chained assignments": "let p, q; p = q = a[i]; out[i] = p + q; out[i] += (p = q = 0);",
    "chained elements": "out[i] = out[i] = a[i] * 2;",
    "short circuit with effects": "let k = 0; const c = a[i] > 0 && (k = 3, a[i] < 2); out[i] = k + (c ? 10 : 20);",
    "or with effects": "let k = 0; a[i] > 0 || (k = 3); out[i] = k;",
    "a chosen effect": "let k = 0, m = 0; a[i] > 0 ? (k = 1, m++) : (k = 2); out[i] = k + m * 10;",
    "a chosen value with effects": "let k = 0; const v = a[i] > 0 ? (k = 1, 5) : (k++, 6); out[i] = k + v * 10;",
    "logical assignment": "let k = a[i]; k &&= 3; k ||= 4; out[i] = k;",
    "logical assignment as a value": "let k = a[i] > 0 ? 0 : 2; out[i] = (k ||= 9) + k;",
    "updates as values": "out[i] = 5; const b = out[i]++ + ++out[i]; out[i] += b * 100;",
    void: "let k = 0; void (k = 4); out[i] = k;",
    "a load is kept before a store": "out[i] = 2; const v = out[i] + (out[i] = 9, 1); out[i] = v;",
  };
  for (const [name, body] of Object.entries(cases)) test(name, () => float(body));
});

describe("statements", () => {
  const cases: Readonly<Record<string, string>> = {
    for: "let s = 0; for (let k = 0; k < i; k++) s += a[k]; out[i] = s;",
    "for with everything in its head": "let s = 0; for (let k = 0, m = 5; k < m; s += k, k++, m--) ; out[i] = s;",
    while: "let k = i; while (k > 3) k -= 2; out[i] = k;",
    "while with effects in its condition": "let k = i, s = 0; while (k-- > 0) s += k; out[i] = s + k;",
    "do while": "let k = i; do { k -= 5; } while (k > 0); out[i] = k;",
    "do while with continue": "let k = 0, s = 0; do { k++; if (k % 2) continue; s += k; } while (k < i); out[i] = s;",
    "break and continue":
      "let s = 0; for (let k = 0; k < 20; k++) { if (k % 3 == 0) continue; if (k > i) break; s += k; } out[i] = s;",
    "for ever": "let k = 0; for (;;) { if (k >= i) break; k += 3; } out[i] = k;",
    "while true with return": "let k = 0; while (!0) { k++; if (k > i) { out[i] = k; return; } }",
    labels:
      "let s = 0; outer: for (let k = 0; k < 6; k++) { for (let m = 0; m < 6; m++) { if (m === 3) continue outer; if (k * m > i) break outer; s += m; } s += 100; } out[i] = s;",
    "a labelled block": "let s = 0; done: { if (i > 5) break done; s = 1; if (i > 3) break done; s = 2; } out[i] = s;",
    "else if": "if (i < 5) out[i] = 1; else if (i < 10) out[i] = 2; else { out[i] = 3; }",
    "early return": "if (i > 5) return; out[i] = a[i];",
    "return in a loop": "for (let k = 0; k < 5; k++) { if (k === i) return; out[i] = k; } out[i] = 9;",
    "return void": "if (i > 5) return void (out[i] = 7); out[i] = 8;",
    switch: "switch (i % 5) { case 0: out[i] = 1; break; case 1: case 2: out[i] = 2; break; default: out[i] = 3; }",
    "switch with fall-through":
      "let s = 0; switch (i % 6) { case 0: s += 1; case 1: s += 10; break; case 2: s += 100; default: s += 1000; case 4: s += 10000; break; case 5: s = 7; } out[i] = s;",
    "switch with the default first":
      "let s = 0; switch (i % 4) { default: s = 9; break; case 1: s = 1; break; case 3: s = 3; } out[i] = s;",
    "switch without a default":
      "let s = 5; switch (i % 4) { case 1: s = 1; break; case 3: { s = 3; break; } } out[i] = s;",
    "switch with break inside of an if":
      "let s = 0; switch (i % 3) { case 1: if (a[i] > 0) break; s = 1; break; case 2: s = 2; } out[i] = s;",
    "switch on true":
      "switch (true) { case i < 3: out[i] = 1; break; case a[i] > 0: out[i] = 2; break; default: out[i] = 3; }",
    "switch inside of a loop":
      "let s = 0; for (let k = 0; k < 6; k++) { switch (k % 3) { case 0: continue; case 1: s += 1; break; default: s += 10; } s += 100; } out[i] = s;",
    "var is hoisted": "if (a[i] > 0) { var v = 5; } else { v = 6; } var v; out[i] = v;",
    "blocks have names of their own": "let v = 1; { let v = 2; out[i] = v; } out[i] += v * 10;",
    "let without a value": "let v; if (a[i] > 0) v = 1; else v = 2; out[i] = v;",
    nothing: ";;{} debugger; out[i] = 1;",
    "use strict": "out[i] = 1;",
  };
  for (const [name, body] of Object.entries(cases)) test(name, () => float(body));

  test("a directive", () => same(`function (t, a, out) { "use strict"; out[t.x] = a[t.x]; }`, [f64(), out()]));
});

describe("functions", () => {
  const cases: Readonly<Record<string, string>> = {
    "an arrow function": "const twice = (v) => v * 2; out[i] = twice(a[i]) + twice(3);",
    "a function declaration, called before it": "out[i] = twice(a[i]); function twice(v) { return v * 2; }",
    "a named function expression": "var f = function f(v) { return v + 1; }; out[i] = f(a[i]);",
    "several returns":
      "const f = (v) => { if (v > 2) return v; if (v > 0) { return -v; } return 0; }; out[i] = f(a[i]) + 10 * f(i - 3);",
    "return in a loop":
      "const f = (v) => { for (let k = 0; k < 9; k++) { if (k * k > v) return k; } return -1; }; out[i] = f(a[i]);",
    "a closure that writes": "let s = 0; const add = (v) => { s += v; }; add(a[i]); add(2); out[i] = s;",
    "an effect between operands": "let s = 1; const next = () => ++s; out[i] = s + next() * 10 + s * 100 + next();",
    "parameters are variables": "const f = (v) => { v += 1; v *= 2; return v; }; let v = a[i]; out[i] = f(v) + v;",
    "arrays as arguments":
      "const get = (array, k) => array[k]; const put = (array, k, v) => { array[k] = v; }; put(out, i, get(a, i) * 2);",
    "the thread as an argument": "const place = (thread) => thread.x; out[i] = place(t);",
    "functions as arguments": "const apply = (f, v) => f(f(v)); out[i] = apply((v) => v + 3, a[i]);",
    defaults: "const f = (v, w = 2, u = w + 1) => v * w + u; out[i] = f(a[i]) + f(a[i], 3) + f(1, 2, 3);",
    "an immediately called function": "out[i] = (() => { const v = a[i]; return v * v; })();",
    "nested calls": "const f = (v) => v + 1, g = (v) => f(v) * f(v + 1); out[i] = g(f(a[i]));",
    "a chosen function": "const f = (v) => v + 1, g = (v) => v * 2; out[i] = (a[i] > 0 ? f : g)(a[i]);",
    "labels inside do not meet labels outside":
      "const f = (v) => { x: for (;;) { v++; if (v > 5) break x; } return v; }; let s = 0; x: for (let k = 0; k < 3; k++) { s += f(k); if (s > 10) break x; } out[i] = s;",
    "the same name in each call":
      "const f = (v) => { let w = v; for (let k = 0; k < 2; k++) w += k; return w; }; out[i] = f(f(a[i]));",
  };
  for (const [name, body] of Object.entries(cases)) test(name, () => float(body));
});

describe("the thread", () => {
  test("is destructured", () =>
    same("(t, out) => { const { x, y, size: { x: w } } = t; out[y * w + x] = x + 10 * y; }", [out()], [6, 4, 1]));
  test("is destructured in the parameter list", () =>
    same("({ x, y, size }, out) => { out[y * size.x + x] = x + 10 * y; }", [out()], [6, 4, 1]));
  test("has a third axis", () =>
    same(
      "(t, out) => { out[(t.z * t.size.y + t.y) * t.size.x + t.x] = t.x + 10 * t.y + 100 * t.z; }",
      [out()],
      [3, 4, 2],
    ));
  test("adds atomically, and gives the old value", () =>
    same("(t, a, count, out) => { out[t.x] = t.atomicAdd(count, a[t.x] > 0 ? 1 : 0, 2) * 10; }", [
      f64(),
      new Int32Array(2),
      out(),
    ]));
  test("has the other atomics", () =>
    same(
      "(t, c) => { const x = t.x; t.atomicMax(c, 0, x); t.atomicMin(c, 1, -x); t.atomicSub(c, 2, x); t.atomicOr(c, 3, x); t.atomicXor(c, 4, x); t.atomicAnd(c, 5, x | 1); t.atomicExchange(c, 6, x); t.atomicCompareExchange(c, 7, x, x + 1); }",
      [new Int32Array(9)],
    ));
  test("is not needed", () => same("(t, out) => { out[3] = 4; }", [out()]));
});

describe("number arguments", () => {
  test("are integers next to integers, and floats next to floats", () =>
    same("(t, a, out, n, s) => { const i = t.x; if (i < n) out[i] = a[i] * s + a[n - 1 - i] * n; }", [
      f64(),
      out(),
      20,
      0.5,
    ]));
  test("may be assigned", () => same("(t, out, n) => { n = n * 2; n -= 1; if (t.x < n) out[t.x] = n; }", [out(), 5]));
  test("that nothing decides are floats", () =>
    same("(t, out, s) => { if (s > 0.25) out[t.x] = 1; if (s) out[t.x] += 2; if (s === 0.5) out[t.x] += 4; }", [
      out(),
      0.5,
    ]));
  test("flow through variables", () =>
    same("(t, a, out, s) => { const half = s / 2; const twice = s * 2; out[t.x] = a[t.x] * half + twice; }", [
      f64(),
      out(),
      0.3,
    ]));
  test("in a variable that changes are floats if they meet floats", () =>
    same("(t, out, s) => { let v = s; for (let k = 0; k < 3; k++) v += s; out[t.x] = v; }", [out(), 0.25]));
  test("in variables that flow into each other are floats if the last meets floats", () =>
    same(
      "(t, out, x0, v0, dt) => { let x = x0, v = v0; for (let k = 0; k < 4; k++) { v += dt; x += v * dt; } out[t.x] = x; }",
      [out(), 0.5, 0.25, 0.125],
    ));
  test("in variables that flow into an index are integers", () =>
    same("(t, a, out, n) => { let k = n; let j = 0; while (k > 0) { k -= 2; j += k; } out[t.x] = a[j & 7] + k; }", [
      f64(),
      out(),
      5,
    ]));
  test("may be booleans", () =>
    same("(t, out, flag, no) => { out[t.x] = flag ? 1 : 2; if (!no) out[t.x] += flag * 10; }", [out(), true, false]));
});
