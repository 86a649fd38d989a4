import { readFileSync } from "node:fs";
import { runInNewContext, runInThisContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { callElsewhere, fixture, nativeImport, referenceOf, refusalOf } from "./support.js";

const esm = await nativeImport(fixture("exports.mjs"));

describe("functions that go by their source", () => {
  // biome-ignore-start lint/security/noGlobalEval: functions come from there too
  it.each<[string, unknown, unknown[], unknown]>([
    ["an arrow that is not exported", esm.notExported.selfContained, [1], 2],
    ["an arrow in an object", esm.methods.arrow, [1], 2],
    ["a function in an object", esm.methods.plain, [1], 3],
    ["a static arrow", esm.Shape.arrow, [1], 4],
    ["an arrow inside a function", esm.pureInside(), [2], 4],
    ["one made by new Function", new Function("a", "b", "return a + b"), [1, 2], 3],
    ["one made by eval", globalThis.eval("(x) => x + 5"), [1], 6],
    ["one made in this context by vm", runInThisContext("(x) => x + 6"), [1], 7],
    ["one made in another context by vm", runInNewContext("(function (x) { return x + 7; })"), [1], 8],
    ["an async arrow", async (x: number) => x + 8, [1], 9],
    [
      "an async function expression",
      async function named(x: number) {
        return x + 9;
      },
      [1],
      10,
    ],
    [
      "one with a recursive name",
      function fact(n: number): number {
        return n < 2 ? 1 : n * fact(n - 1);
      },
      [5],
      120,
    ],
    ["one that uses globals", (list: number[]) => Math.max(...list), [[1, 5, 2]], 5],
    ["one that imports a builtin", esm.sources.importsBuiltin, [], true],
    // biome-ignore-end lint/security/noGlobalEval: until here
  ])("%s", async (_, task, args, expected) => {
    expect(referenceOf(task).kind).toBe("source");
    expect(await callElsewhere(task, ...args)).toEqual(expected);
  });

  it("keep their name", async () => {
    expect(
      await callElsewhere(function mine(this: unknown) {
        return 1;
      }),
    ).toBe(1);
    const reference = referenceOf(esm.notExported.selfContained);
    expect(reference).toMatchObject({ kind: "source", name: "selfContained" });
  });

  it("import relative to their own file", async () => {
    expect(await callElsewhere(esm.sources.importsRelative)).toBe("the other module");
  });

  it("are strict there: `this` is undefined", async () => {
    expect(
      await callElsewhere(function (this: unknown) {
        return this === undefined;
      }),
    ).toBe(true);
  });

  it("two functions of one text are two, each with its own closure", () => {
    const make = (value: number) => () => value;
    expect(refusalOf(make(1)).captured).toEqual(["value"]);
    expect(refusalOf(make(2)).captured).toEqual(["value"]);
    const pure = () => (x: number) => x;
    expect(referenceOf(pure())).toEqual(referenceOf(pure()));
  });

  it("generators too", async () => {
    const values = (await callElsewhere(function* (to: number) {
      for (let i = 0; i < to; i++) yield i;
    }, 3)) as Iterable<number>;
    expect([...values]).toEqual([0, 1, 2]);
  });
});

describe("functions that are refused", () => {
  it("X7 closures, with the names of what they capture", () => {
    const [loop, , block, captured, lexicalThis, plain, lexicalArguments, caught] = esm.closures.call({}, "x");
    expect(refusalOf(loop).captured).toEqual(["index"]);
    expect(refusalOf(block).captured).toEqual(["block"]);
    expect(refusalOf(captured).captured).toEqual(["captured"]);
    expect(refusalOf(lexicalThis).captured).toEqual(["this"]);
    expect(refusalOf(plain).captured).toEqual(["captured"]);
    expect(refusalOf(lexicalArguments).captured).toEqual(["arguments"]);
    expect(refusalOf(caught).captured).toEqual(["caught"]);
    expect(refusalOf(esm.notExported.capturing).captured).toEqual(["secret"]);
    expect(refusalOf(esm.selfContainedInside()).captured).toEqual(["unused"]);
  });

  it("X7 with file, line and a way out in the message", () => {
    const lines = readFileSync(new URL(fixture("exports.mjs")), "utf8").split("\n");
    const line = lines.findIndex((text) => text.startsWith("const capturing")) + 1;
    expect(refusalOf(esm.notExported.capturing).message).toBe(
      `Cannot send "capturing" to another thread: it captures "secret" (exports.mjs line ${line}). ` +
        "Pass it as an argument, or move the function to a module and export it.",
    );
    const [a, b] = [1, 2];
    expect(refusalOf(() => a + b).message).toContain("Pass them as arguments");
  });

  it("X7 captured imports and variables that share a name with a global", () => {
    expect(refusalOf(esm.globals.sleep).captured).toEqual(["setTimeout"]);
    expect(refusalOf(esm.globals.hash).captured).toEqual(["crypto"]);
    // biome-ignore lint/suspicious/noShadowRestrictedNames: that is the point
    const toString = (): string => "mine";
    expect(refusalOf(() => toString()).captured).toEqual(["toString"]);
  });

  it.each<[string, unknown, RegExp]>([
    ["a bound function", esm.declared.bind(null), /it is a bound function, whose object stays here/],
    ["a bound arrow", ((x: number) => x).bind(5), /bound function/],
    ["a native function", Math.max, /"max" to another thread: it is a native function/],
    ["a native method", [].map, /native function/],
    ["a proxy", new Proxy(() => 1, {}), /native function/],
    ["a class", esm.Shape, /it is a class, which cannot be called/],
    ["an anonymous class", class {}, /it is a class/],
    ["a method", esm.methods.method, /it is a method, which is bound to its object/],
    ["an async method", esm.methods.asyncMethod, /it is a method/],
    ["a generator method", esm.methods.generatorMethod, /it is a method/],
    ["a method with a computed name", esm.methods["computed name"], /it is a method/],
    ["a getter", Object.getOwnPropertyDescriptor(esm.methods, "value")?.get, /it is a method/],
    ["a static method", esm.Shape.create, /it is a method/],
    ["a static method with private names", esm.Shape.unit, /it is a method/],
    ["a prototype's method", esm.Shape.prototype.area, /it is a method/],
    ["one that uses import.meta", esm.sources.importsMeta, /it uses import\.meta/],
    ["one that uses eval", esm.sources.evaluates, /it uses eval/],
  ])("X7 %s", (_, task, message) => {
    const error = refusalOf(task);
    expect(error.message).toMatch(message);
    expect(error.code).toBe("EVERYCORE_TASK_REFERENCE");
  });

  it("X7 every time anew", () => {
    const outside = 1;
    const task = (): number => outside;
    expect(refusalOf(task)).not.toBe(refusalOf(task));
  });
});
