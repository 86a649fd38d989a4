import { describe, expect, it } from "vitest";
import { findCaptures, lineOf } from "../src/captures.js";
import { FunctionInspector } from "../src/function-inspector.js";

const inspector = new FunctionInspector();
const captures = (text: string, declared: string[] = []): readonly string[] | undefined => {
  const names = findCaptures(text, new Set(declared), inspector);
  return names && [...names].sort();
};

describe("findCaptures", () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: texts of functions
  it.each([
    ["nothing", "() => 1", []],
    ["a parameter", "(a, b) => a + b", []],
    ["a variable", "() => outside", ["outside"]],
    ["several, once each", "() => a + b + a", ["a", "b"]],
    ["globals", "() => [Math.PI, console, globalThis, undefined, NaN, Infinity, process, Buffer]", []],
    ["assigned to", "() => { outside = 1; }", ["outside"]],
    ["typeof", "() => typeof outside", ["outside"]],
    ["in a nested function", "() => () => outside", ["outside"]],
    ["in a nested declaration", "function f() { function g() { return outside; } return g; }", ["outside"]],
    ["its own name", "function self(n) { return n ? self(n - 1) : 0; }", []],
    ["shadowed by a parameter", "(outside) => outside", []],
    ["shadowed in a block, used outside of it", "() => { { let x = 1; x; } return x; }", ["x"]],
    ["hoisted", "() => { x = 1; var x; return f(); function f() {} }", []],
    ["a label", "() => { outer: for (;;) { break outer; } }", []],
    ["a property name", "(o) => o.name + o?.other + o['third'] + ({ fourth: 1 }).fourth", []],
    ["a computed property", "(o) => o[key]", ["key"]],
    ["a shorthand property", "() => ({ value })", ["value"]],
    ["a method name", "() => ({ method() { return inner; }, get prop() { return 1; } })", ["inner"]],
    ["in a string", "() => 'outside' + \"outside\"", []],
    ["in a template", "() => `outside ${inside} \\${not}`", ["inside"]],
    ["in a nested template", "(a) => `${a ? `${b}` : ''}`", ["b"]],
    ["a tag", "() => tag`text`", ["tag"]],
    ["in a regular expression", "() => /outside(?<group>x)/giu.test('')", []],
    ["division that is no expression of that kind", "(a) => a / b / c", ["b", "c"]],
    ["in comments", "() => { /* outside */ return 1; // other\n }", []],
    ["a comment at the end", "() => 1 // trailing", []],
    ["default parameters", "(a = b, { c = d } = e) => a + c", ["b", "d", "e"]],
    ["a default that uses an earlier parameter", "(a, b = a) => b", []],
    ["destructuring", "({ a, b: { c: renamed }, ...rest }, [d, , e = f]) => [a, renamed, rest, d, e]", ["f"]],
    ["destructuring assignment", "() => { ({ a: target } = {}); }", ["target"]],
    [
      "a class inside",
      "() => class Inner extends Base { #p = field; static s = own; m() { return this.#p; } }",
      ["Base", "field", "own"],
    ],
    ["private names", "() => class { #outside = 1; has(o) { return #outside in o; } }", []],
    ["a catch parameter", "() => { try {} catch (error) { return error; } return error; }", ["error"]],
    [
      "loops",
      "() => { for (const a of list) for (const b in a) for (let i = 0; i < limit; i++) use(a, b, i); }",
      ["limit", "list", "use"],
    ],
    ["async", "async () => { await outside; for await (const x of source) x; }", ["outside", "source"]],
    ["a generator", "function* () { yield outside; yield* inner(); }", ["inner", "outside"]],
    ["an async generator", "async function* () { yield await outside; }", ["outside"]],
    ["this and arguments", "function () { return [this, arguments.length, new.target]; }", []],
    ["a dynamic import", "(name) => import(name)", []],
    ["Unicode", "(größe) => größe + 変数 + ñ", ["ñ", "変数"]],
    ["dollars and underscores", "($) => $ + _ + $$ + _x1", ["$$", "_", "_x1"]],
    [
      "names that are words elsewhere",
      "() => [async, of, get, set, from, as, type, target]",
      ["as", "async", "from", "get", "of", "set", "target", "type"],
    ],
    ["parentheses and line breaks", "(\n a,\n) => (\n a +\n outside\n)", ["outside"]],
    ["what tools add", "() => { const f = __name(() => 1, 'f'); return f; }", []],
    ["exponents, optional calls and nullish", "(a) => a?.(x) ?? (y ||= z ** 2)", ["x", "y", "z"]],
    ["a with-free object of accessors", "() => ({ set v(value) { sink(value); } })", ["sink"]],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: until here
  ])("%s", (_, text, expected) => {
    expect(captures(text)).toEqual(expected);
  });

  it.each([
    "method() { return 1; }",
    "async method() {}",
    "*gen() {}",
    "get x() { return 1; }",
    "set x(v) {}",
    "['computed']() {}",
    "#secret() {}",
    "static() { return super.x; }",
    "() => import.meta.url",
    "not even code (",
    "function () { return 010; }",
  ])("is undefined for what is no expression in strict code: %s", (text) => {
    expect(captures(text)).toBeUndefined();
  });

  it("counts a global's name as captured where a scope declares it", () => {
    expect(captures("() => setTimeout(crypto)")).toEqual([]);
    expect(captures("() => setTimeout(crypto)", ["setTimeout", "unrelated"])).toEqual(["setTimeout"]);
    expect(captures("(setTimeout) => setTimeout", ["setTimeout"])).toEqual([]);
    expect(captures("() => [toString, valueOf, constructor]", ["toString", "constructor"])).toEqual([
      "constructor",
      "toString",
    ]);
  });

  it("copes with very long functions", () => {
    const lines = Array.from(
      { length: 5000 },
      (_, index) => `const local${index} = ${index} + (${index} % 2 ? outside : 0);`,
    );
    const begin = performance.now();
    expect(captures(`() => { ${lines.join("\n")} return local4999; }`)).toEqual(["outside"]);
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  it("does not run what it looks at", () => {
    const holder = globalThis as { ran?: boolean };
    captures("() => { globalThis.ran = true; }");
    captures("(a = (globalThis.ran = true)) => a");
    expect(holder.ran).toBeUndefined();
  });
});

describe("lineOf", () => {
  it("finds the first line on which a name stands as a word", () => {
    const text = "(x) => {\n  const named = x.name;\n  return $name + name;\n}";
    expect(lineOf("name", text)).toBe(2);
    expect(lineOf("named", text)).toBe(1);
    expect(lineOf("$name", text)).toBe(2);
    expect(lineOf("missing", text)).toBe(0);
    expect(lineOf("größe", "() =>\n größer +\n größe")).toBe(2);
  });
});
