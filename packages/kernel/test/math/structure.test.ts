import { describe, expect, it } from "vitest";
import { arrayParameter, arrayRef, gridProgram, load, set, store, thread } from "../../src/ir/builder.js";
import type { FunctionDefinition } from "../../src/ir/function.js";
import type { Expression, GridProgram, MathFunction, Statement } from "../../src/ir/ir.js";
import { verifyProgram } from "../../src/ir/verifier.js";
import { mathFunction, ulpBounds } from "../../src/math/index.js";

const names = Object.keys(ulpBounds) as MathFunction[];

function definitionOf(name: MathFunction): FunctionDefinition {
  const definition = mathFunction(name, "float32");
  if (definition === undefined) throw new Error(`${name} has no definition.`);
  return definition;
}

/** A program that calls the function for each element: the definition's body, inlined. */
function programOf(name: MathFunction): GridProgram {
  const { parameters, locals, body, result } = definitionOf(name);
  const arrays = [...parameters.map((_, i) => `x${i}`), "result"].map((array, index) =>
    arrayParameter(array, "float32", array === "result" ? "write" : "read", { from: "argument", index }),
  );
  const i = thread("global");
  return gridProgram({ name, arrays, locals }, [
    ...parameters.map((id, index) => set(id, load("float32", arrayRef(index), i))),
    ...body,
    store(arrayRef(parameters.length), i, result),
  ]);
}

/** Every expression in a list of statements, and how deep in `if`s it is. */
function* expressionsIn(
  statements: readonly Statement[],
  depth = 0,
): Generator<{ expression: Expression; depth: number }> {
  for (const statement of statements) {
    if (statement.kind === "set") yield* within(statement.value, depth);
    if (statement.kind !== "if") continue;
    yield* within(statement.condition, depth);
    yield* expressionsIn([...statement.then, ...statement.otherwise], depth + 1);
  }
}

function* within(expression: Expression, depth: number): Generator<{ expression: Expression; depth: number }> {
  yield { expression, depth };
  for (const child of Object.values(expression)) {
    if (typeof child === "object" && child !== null && "op" in child) yield* within(child as Expression, depth);
  }
}

function allOf(name: MathFunction): { expression: Expression; depth: number }[] {
  const { body, result } = definitionOf(name);
  return [...expressionsIn(body), ...within(result, 0)];
}

/** Operations that are always executed. */
function costOf(name: MathFunction): number {
  return allOf(name).filter(
    ({ expression: { op }, depth }) => depth === 0 && !["constant", "local", "bitcast"].includes(op),
  ).length;
}

describe("the definitions of the math library", () => {
  it("exist for all 22 functions in float32, and for none in float64", () => {
    expect(names).toHaveLength(22);
    for (const name of names) {
      expect(definitionOf(name).name).toBe(name);
      expect(mathFunction(name, "float64")).toBeUndefined();
    }
  });

  it("are made once and are frozen", () => {
    expect(mathFunction("sin", "float32")).toBe(mathFunction("sin", "float32"));
    expect(Object.isFrozen(mathFunction("sin", "float32")?.body)).toBe(true);
  });

  it.each(names)("of %s is well-formed", (name) => {
    expect(() => verifyProgram(programOf(name))).not.toThrow();
  });

  it.each(names)("of %s has only `set` and `if`, and sets each local before it reads it", (name) => {
    const { parameters, body, result } = definitionOf(name);
    const known = new Set(parameters);
    const check = (expression: Expression): void => {
      for (const { expression: part } of within(expression, 0)) {
        if (part.op === "local") expect(known.has(part.id), `local ${part.id}`).toBe(true);
      }
    };
    const walk = (statements: readonly Statement[]): void => {
      for (const statement of statements) {
        if (statement.kind === "set") {
          check(statement.value);
          known.add(statement.local);
        } else if (statement.kind === "if") {
          check(statement.condition);
          expect(statement.otherwise).toEqual([]);
          const outside = new Set(known);
          walk(statement.then);
          for (const id of known) if (!outside.has(id)) known.delete(id);
        } else expect(statement.kind).toBe("set");
      }
    };
    walk(body);
    check(result);
  });

  it.each(names)("of %s uses only what SIMD has for all lanes at once", (name) => {
    for (const { expression } of allOf(name)) {
      expect(["constant", "local", "unary", "binary", "compare", "logical", "select", "convert", "bitcast"]).toContain(
        expression.op,
      );
      expect(expression.type).not.toBe("float64");
      if (expression.op === "convert") expect(expression.value.type).not.toBe("float32");
      if (expression.op === "binary" && expression.operator.startsWith("shift")) {
        expect(expression.right.op).toBe("constant");
      }
      if (expression.op === "binary" && expression.type !== "float32") {
        expect(["divide", "floorDivide", "remainder"]).not.toContain(expression.operator);
      }
    }
  });

  it("are short: what is always executed stays within a budget", () => {
    const costs = Object.fromEntries(names.map((name) => [name, costOf(name)]));
    expect(costs.exp).toBeLessThanOrEqual(32);
    expect(costs.log).toBeLessThanOrEqual(32);
    expect(costs.sin).toBeLessThanOrEqual(36);
    expect(costs.cos).toBeLessThanOrEqual(38);
    expect(costs.tanh).toBeLessThanOrEqual(56);
    for (const name of names) expect(costs[name], name).toBeLessThanOrEqual(140);
  });
});
