import { type TaskReference, TaskReferenceError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { fixture, loader, nativeImport, referenceOf } from "./support.js";

/** What loading fails with, thrown or rejected. */
async function failureOf(reference: unknown): Promise<TaskReferenceError> {
  try {
    await loader.load(reference as TaskReference);
  } catch (error) {
    expect(error).toBeInstanceOf(TaskReferenceError);
    return error as TaskReferenceError;
  }
  throw new Error("The reference was loaded.");
}

const byExport = (url: string, path: string[], text = "() => 1"): unknown => ({ kind: "export", url, path, text });

describe("loading by export", () => {
  it("says that a module is missing", async () => {
    const error = await failureOf(byExport(fixture("missing.mjs"), ["task"]));
    expect(error.message).toContain(`The worker cannot import ${fixture("missing.mjs")} to find "task"`);
    expect((error.cause as { code: string }).code).toBe("ERR_MODULE_NOT_FOUND");
  });

  it("says that a module throws, with its error as the cause", async () => {
    const error = await failureOf(byExport(fixture("throws.mjs"), ["task"]));
    expect(error.message).toContain("this module throws");
    expect(error.cause).toMatchObject({ message: "this module throws" });
  });

  it.each([[["missing"]], [["notExported"]], [["default", "missing"]], [["toString"]], [["__proto__"]], [[]]])(
    "says that the export %j is no function",
    async (path) => {
      const error = await failureOf(byExport(fixture("exports.mjs"), path));
      expect(error.message).toContain(`has no exported function "${path.join(".")}" when it is loaded in a worker`);
    },
  );

  it("says that the export is another function than the one that was submitted", async () => {
    const { declared } = await nativeImport(fixture("exports.mjs"));
    const error = await failureOf({ ...referenceOf(declared), path: ["constant"] });
    expect(error.message).toContain("is another function in the worker than the one that was submitted");
    expect(error.message).toContain("defineTasks(import.meta.url");
  });
});

describe("loading by source", () => {
  it("gives the function, with its name", () => {
    const task = loader.load({ kind: "source", text: "(a, b) => a + b", name: "sum" }) as (
      a: number,
      b: number,
    ) => number;
    expect(task(1, 2)).toBe(3);
    expect(task.name).toBe("sum");
  });

  it("provides what tools put into functions", () => {
    const text = 'function () { const f = __name(() => 5, "f"); return f(); }';
    expect((loader.load({ kind: "source", text, name: "" }) as () => number)()).toBe(5);
  });

  it("says that the text cannot be compiled", async () => {
    const error = await failureOf({ kind: "source", text: "(", name: "broken" });
    expect(error.message).toBe('The source of "broken" cannot be compiled in the worker.');
    expect(error.cause).toMatchObject({ name: "SyntaxError" });
  });

  it("X2 stacks show the file and the line of the original", () => {
    const origin = { url: fixture("exports.mjs"), line: 39 };
    const task = loader.load({
      kind: "source",
      text: "() => {\n  throw new Error('x');\n}",
      name: "t",
      origin,
    }) as () => void;
    try {
      task();
      expect.unreachable();
    } catch (error) {
      expect((error as Error).stack).toContain(`${fixture("exports.mjs")}:41`);
    }
  });

  it("keeps text that ends in a comment, and text of several lines", () => {
    const text = "(x) =>\n  // before\n  x + 1 // after";
    expect((loader.load({ kind: "source", text, name: "" }) as (x: number) => number)(1)).toBe(2);
  });
});

describe("loading by name", () => {
  it("imports the module whose URL the table has", async () => {
    const url = fixture("named-tasks.mjs");
    const task = (await loader.load({ kind: "named", table: url, name: "double" })) as (x: number) => number;
    expect(task(4)).toBe(8);
    expect(loader.load({ kind: "named", table: url, name: "double" })).toBe(task);
    expect((await failureOf({ kind: "named", table: url, name: "triple" })).message).toContain('no task "triple"');
  });

  it("says what to do when the table is no URL", async () => {
    const error = await failureOf({ kind: "named", table: "my tasks", name: "double" });
    expect(error.message).toContain('The worker knows no task "double" of my tasks. Call defineTasks');
    expect((await failureOf({ kind: "named", table: "https://example.org/x.js", name: "f" })).message).toContain(
      "knows no task",
    );
  });

  it("says that the module of the table is missing", async () => {
    const error = await failureOf({ kind: "named", table: fixture("missing.mjs"), name: "double" });
    expect(error.message).toContain("cannot import");
  });
});

describe("references of other kinds", () => {
  it.each(["local", "unknown", "__proto__"])("%j are refused", async (kind) => {
    expect((await failureOf({ kind, id: 0, name: "x" })).message).toContain(`by "${kind}" reference cannot be loaded`);
  });
});
