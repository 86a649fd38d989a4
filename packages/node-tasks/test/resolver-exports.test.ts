import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { callElsewhere, fixture, nativeImport, referenceOf, refusalOf } from "./support.js";

const require = createRequire(import.meta.url);
const esm = await nativeImport(fixture("exports.mjs"));

describe("exports of ES modules", () => {
  it.each([
    ["a function declaration", "declared", "declared", 1, 8],
    ["a constant arrow", "constant", "constant", 2, 14],
    ["an async function", "asynchronous", "asynchronous", 1, 8],
    ["an async arrow", "asyncArrow", "asyncArrow", 10, 3],
    ["a variable", "variable", "variable", 1, [1, 7]],
    ["an export under another name", "renamed", "renamed", "x", "x 7"],
    ["a name that is exported twice", "twiceAgain", "twice", 1, 14],
    ["an anonymous default", "default", "default", undefined, 7],
  ])("go by reference: %s", async (_, name, path, argument, expected) => {
    expect(referenceOf(esm[name])).toEqual({
      kind: "export",
      url: fixture("exports.mjs"),
      path: [path],
      text: String(esm[name]),
    });
    expect(await callElsewhere(esm[name], argument)).toEqual(expected);
  });

  it("go by reference: a generator", async () => {
    expect([...((await callElsewhere(esm.generator, 2)) as Iterable<number>)]).toEqual([7, 8]);
  });

  it.each([
    ["default-named.mjs", 4],
    ["default-arrow.mjs", 5],
    ["default-constant.mjs", 6],
  ])("go by reference: the default export of %s", async (file, expected) => {
    const { default: task } = await nativeImport(fixture(file));
    expect(referenceOf(task)).toMatchObject({ kind: "export", url: fixture(file), path: ["default"] });
    expect(await callElsewhere(task, 1)).toBe(expected);
  });

  it("go by reference to where they are defined, when another module exports them again", async () => {
    const again = await nativeImport(fixture("re-exports.mjs"));
    expect(referenceOf(again.again)).toMatchObject({ url: fixture("exports.mjs"), path: ["declared"] });
    expect(referenceOf(again.starred)).toMatchObject({ url: fixture("default-constant.mjs"), path: ["starred"] });
    expect(await callElsewhere(again.renamed, "x")).toBe("x 7");
    expect(await callElsewhere(again.fromDefault, 1)).toBe(4);
  });

  it("go by reference out of minified text", async () => {
    const text =
      "const a=2;function b(c){return c*a}const d=async c=>c+a;export{b as multiply,d as add};export default b;";
    const { multiply, add, default: byDefault } = await nativeImport(`data:text/javascript,${text}`);
    expect(byDefault).toBe(multiply);
    expect(await callElsewhere(multiply, 4)).toBe(8);
    expect(await callElsewhere(add, 4)).toBe(6);
  });

  it("go by reference with the query of their URL", async () => {
    const { declared } = await nativeImport(`${fixture("exports.mjs")}?copy=b`);
    expect(referenceOf(declared)).toMatchObject({ url: `${fixture("exports.mjs")}?copy=b` });
    expect(await callElsewhere(declared, 1)).toBe(8);
  });

  it("go by reference out of a data: URL", async () => {
    const url = `data:text/javascript,${encodeURIComponent("const k = 3; export const f = (x) => x + k;")}`;
    const { f } = await nativeImport(url);
    expect(referenceOf(f)).toMatchObject({ kind: "export", url, path: ["f"] });
    expect(await callElsewhere(f, 1)).toBe(4);
  });

  it("are not confused with another function of the same name", async () => {
    const other = esm.makeDeclared();
    expect(other.name).toBe("declared");
    expect(await callElsewhere(other, 1)).toBe(1001);
    expect(await callElsewhere(esm.overridden, 1)).toBe(5);
  });

  it("whose name was changed are found or refused at once, not in the worker", async () => {
    let reference: unknown;
    try {
      reference = referenceOf(esm.renamedAtRuntime);
    } catch (error) {
      expect((error as { captured: string[] }).captured).toEqual(["secret"]);
      return;
    }
    expect(reference).toMatchObject({ kind: "export" });
    expect(await callElsewhere(esm.renamedAtRuntime, 1)).toBe(8);
  });
});

describe("exports of CommonJS modules", () => {
  const common = require("./fixtures/common.cjs");
  const whole = require("./fixtures/common-function.cjs");

  it.each([
    ["a function", common.add, ["default", "add"], 12],
    ["an arrow", common.arrow, ["default", "arrow"], 11],
    ["module.exports itself", whole, ["default"], 13],
    ["a property of an exported function", whole.part, ["default", "part"], 12],
  ])("go by reference: %s, with the module's variables", async (_, task, path, expected) => {
    expect(referenceOf(task)).toMatchObject({ kind: "export", path });
    expect((referenceOf(task) as { url: string }).url).toMatch(/\/common(-function)?\.cjs$/);
    expect(await callElsewhere(task, 1)).toBe(expected);
  });

  it("that capture a module variable and are not exported are refused with its name", () => {
    expect(refusalOf(common.hidden.captures[0]).captured).toEqual(["secret"]);
    expect(refusalOf(common.nested.deep).captured).toEqual(["secret"]);
    expect(refusalOf(common.make(5)).captured).toEqual(["own"]);
  });

  it("go by source when they need nothing", async () => {
    expect(referenceOf(common.hidden.pure[0])).toMatchObject({ kind: "source" });
    expect(await callElsewhere(common.hidden.pure[0], 1)).toBe(2);
  });

  it("are the same module when they are imported", async () => {
    const imported = await nativeImport(fixture("common.cjs"));
    expect(imported.default.add).toBe(common.add);
    expect(await callElsewhere(imported.add, 1)).toBe(12);
    expect(fileURLToPath((referenceOf(imported.add) as { url: string }).url)).toBe(
      require.resolve("./fixtures/common.cjs"),
    );
  });
});
