// What simplification makes of small programs: each test is a rule that pays, or one that would be wrong.

import { describe, expect, it } from "vitest";
import { foldExpression } from "../../src/3-simplify/fold.js";
import { simplify } from "../../src/3-simplify/index.js";
import {
  add,
  arrayParameter,
  arrayRef,
  barrier,
  binary,
  block,
  bool,
  call,
  compare,
  constant,
  convert,
  divide,
  end,
  gridProgram,
  int,
  LocalList,
  leave,
  less,
  load,
  loop,
  multiply,
  negate,
  not,
  random,
  scalar,
  scalarParameter,
  select,
  set,
  store,
  subtract,
  thread,
  when,
} from "../../src/ir/builder.js";
import type { Expression, Statement, ValueType } from "../../src/ir/ir.js";
import { printExpression, printProgram } from "../../src/ir/printer.js";
import { verifyProgram } from "../../src/ir/verifier.js";

const x = arrayRef(0);
const y = arrayRef(1);
const i = thread("global");
const shape = {
  arrays: [arrayParameter("x", "float32", "readwrite"), arrayParameter("y", "float32", "readwrite")],
  scalars: (["bool", "int32", "uint32", "float32", "float64"] as const).map((type) =>
    scalarParameter(type[0] + type.slice(-2), type),
  ),
};
const scalars: Record<ValueType, Expression> = {
  bool: scalar("bool", 0),
  int32: scalar("int32", 1),
  uint32: scalar("uint32", 2),
  float32: scalar("float32", 3),
  float64: scalar("float64", 4),
};
const { int32: n, uint32: u, float32: f, float64: d, bool: b } = scalars;
const float = (value: number) => constant("float32", value);

function folded(expression: Expression, fastMath = false): string {
  return printExpression(gridProgram(shape, []), foldExpression(expression, fastMath));
}

/** The lines of a simplified program's statements. */
function simplified(locals: LocalList, body: Statement[]): string[] {
  const program = gridProgram({ ...shape, locals: locals.list }, body);
  verifyProgram(program);
  const result = simplify(program);
  verifyProgram(result);
  const lines = printProgram(result).trimEnd().split("\n").slice(1, -1);
  return lines.map((line) => line.slice(2)).filter((line) => !/^(array|scalar|local|shared) /.test(line));
}

describe("folding", () => {
  it("computes constants as the simulator does", () => {
    expect(folded(add(int(0x7fffffff), int(1)))).toBe("-2147483648");
    expect(folded(divide(int(1), int(0)))).toBe("0");
    expect(folded(add(float(0.1), float(0.2)))).toBe("0.3f");
    expect(folded(convert("int32", float(3e9)))).toBe("-1294967296");
    expect(folded(compare("less", constant("float64", Number.NaN), constant("float64", 1)))).toBe("false");
  });

  it("knows the ring of integers", () => {
    expect(folded(add(add(n, int(1)), int(2)))).toBe("i32 + 3");
    expect(folded(add(int(0), multiply(n, int(1))))).toBe("i32");
    expect(folded(subtract(n, n))).toBe("0");
    expect(folded(multiply(n, int(0)))).toBe("0");
    expect(folded(binary("floorDivide", n, int(8)))).toBe("i32 >> 3");
    expect(folded(binary("divide", n, int(8)))).toBe("i32 / 8");
    expect(folded(binary("remainder", u, constant("uint32", 8)))).toBe("u32 & 7u");
  });

  it("changes floats only where it is exact", () => {
    expect(folded(multiply(f, float(1)))).toBe("f32");
    expect(folded(divide(f, float(4)))).toBe("f32 * 0.25f");
    expect(folded(add(f, float(-0)))).toBe("f32");
    expect(folded(call("pow", f, float(2)))).toBe("f32 * f32");
    for (const kept of [add(f, float(0)), subtract(f, f), multiply(f, float(0)), divide(f, float(3)), divide(f, f)]) {
      expect(foldExpression(kept, false)).toBe(kept);
    }
    expect(folded(divide(d, constant("float64", 5e-324)))).toBe("f64 / 5e-324");
  });

  it("assumes more with fastMath", () => {
    expect(folded(add(f, float(0)), true)).toBe("f32");
    expect(folded(subtract(f, f), true)).toBe("0f");
    expect(folded(divide(f, float(10)), true)).toBe("f32 * 0.1f");
    expect(folded(not(less(f, float(1))), true)).toBe("f32 >= 1f");
  });

  it("turns conditions around where NaN allows it", () => {
    expect(folded(not(less(n, int(1))))).toBe("i32 >= 1");
    expect(folded(not(less(f, float(1))))).toBe("!(f32 < 1f)");
    expect(folded(not(compare("equal", f, f)))).toBe("f32 != f32");
    expect(folded(not(not(b)))).toBe("bol");
    expect(folded(select(b, bool(false), bool(true)))).toBe("!bol");
    expect(folded(select(not(b), n, int(1)))).toBe("bol ? 1 : i32");
  });

  it("shortens chains of conversions that keep the number", () => {
    expect(folded(convert("int32", convert("float64", n)))).toBe("i32");
    expect(folded(convert("float32", convert("float64", n)))).toBe("float32(i32)");
    expect(folded(convert("float32", convert("uint32", n)))).toBe("float32(uint32(i32))");
    expect(folded(convert("float64", convert("float32", d)))).toBe("float64(float32(f64))");
    expect(folded(compare("less", convert("float64", n), constant("float64", 5)))).toBe("i32 < 5");
    expect(folded(compare("less", convert("float64", n), constant("float64", 5.5)))).toBe("float64(i32) < 5.5");
  });
});

describe("statements", () => {
  it("loses branches and loops that constants decide, and what stands behind jumps", () => {
    const locals = new LocalList();
    const k = locals.add("k", "int32");
    expect(
      simplified(locals, [
        set(k, int(3)),
        when(less(k, int(2)), [store(x, i, float(1))], [store(x, i, float(2))]),
        loop(1, less(int(5), k), [store(x, i, float(3))]),
        block(2, [store(y, i, f), leave(2), store(y, i, float(4))]),
        when(b, [end(), store(x, i, f)], [end()]),
        store(x, i, f),
      ]),
    ).toEqual(["x[thread.x] = 2f", "y[thread.x] = f32"]);
  });

  it("loses locals that nobody needs, and the loop that counted them", () => {
    const locals = new LocalList();
    const [k, s, r] = [locals.add("k", "int32"), locals.add("s", "int32"), locals.add("r", "float32")];
    expect(
      simplified(locals, [
        loop(1, less(k, n), [set(s, add(s, k))], [set(k, add(k, int(1)))]),
        random(r.id),
        random(r.id),
        store(x, i, r),
      ]),
    ).toEqual(["r = random()", "r = random()", "x[thread.x] = r"]);
  });

  it("puts a value that is used once where it is used, but not past a store that may change it", () => {
    const locals = new LocalList();
    const [a, c] = [locals.add("a", "float32"), locals.add("c", "float32")];
    expect(
      simplified(locals, [
        set(a, load("float32", x, i)),
        set(c, multiply(f, f)),
        store(y, i, float(1)),
        store(x, i, add(a, c)),
      ]),
    ).toEqual(["a = x[thread.x]", "y[thread.x] = 1f", "x[thread.x] = a + (f32 * f32)"]);
  });

  it("does not move a load past a barrier", () => {
    const locals = new LocalList();
    const a = locals.add("a", "float32");
    expect(simplified(locals, [set(a, load("float32", x, i)), barrier(), store(y, i, a)])).toEqual([
      "a = x[thread.x]",
      "barrier",
      "y[thread.x] = a",
    ]);
  });

  it("forgets in a loop what the loop changes", () => {
    const locals = new LocalList();
    const [k, p] = [locals.add("k", "int32"), locals.add("p", "int32")];
    expect(
      simplified(locals, [set(p, int(1)), loop(1, less(k, n), [store(x, p, f), set(p, k)], [set(k, add(k, int(1)))])]),
    ).toEqual(["p = 1", "loop #1 while (k < i32) {", "  x[p] = f32", "  p = k", "} update {", "  k = k + 1", "}"]);
  });

  it("computes once what is computed twice, and loads again behind a store", () => {
    const locals = new LocalList();
    const element = multiply(load("float32", x, i), f);
    expect(
      simplified(locals, [store(y, i, add(element, element)), store(y, n, element), store(y, i, element)]),
    ).toEqual([
      "common = x[thread.x] * f32",
      "y[thread.x] = common + common",
      "y[i32] = x[thread.x] * f32",
      "y[thread.x] = x[thread.x] * f32",
    ]);
  });

  it("moves what does not change out of loops, but no load that a store in the loop may change", () => {
    const locals = new LocalList();
    const [k, s] = [locals.add("k", "int32"), locals.add("s", "float32")];
    const row = multiply(i, n);
    const step = [set(k, add(k, int(1)))];
    const sum = add(s, multiply(load("float32", x, add(row, k)), load("float32", y, n)));
    expect(simplified(locals, [loop(1, less(k, n), [set(s, sum)], step), store(x, i, s)])).toEqual([
      "invariant = thread.x * i32",
      "invariant_3 = y[i32]",
      "loop #1 while (k < i32) {",
      "  s = s + (x[invariant + k] * invariant_3)",
      "} update {",
      "  k = k + 1",
      "}",
      "x[thread.x] = s",
    ]);
    const storing = simplified(locals, [loop(1, less(k, n), [store(x, k, load("float32", y, n))], step)]);
    expect(storing).toContain("  x[k] = y[i32]");
  });

  it("leaves a program as it is if there is nothing to do", () => {
    const program = gridProgram(shape, [when(less(i, n), [store(x, i, negate(f))])]);
    expect(simplify(program)).toBe(program);
  });
});
