import { describe, expect, it } from "vitest";
import {
  defineTasks,
  findNamedTask,
  move,
  namedReference,
  TaskReferenceError,
  takeMove,
  unknownTask,
} from "../src/index.js";

function one(): number {
  return 1;
}
function two(): number {
  return 2;
}

describe("defineTasks", () => {
  it("returns its table, and names the functions in it", () => {
    const table = { one, two };
    expect(defineTasks("test:a", table)).toBe(table);
    expect(namedReference(one)).toEqual({ kind: "named", table: "test:a", name: "one", names: ["one", "two"] });
    expect(findNamedTask({ table: "test:a", name: "two" })).toBe(two);
  });

  it("adds to a table of the same id, and replaces what is there by name", () => {
    const other = (): number => 3;
    defineTasks("test:b", { one });
    defineTasks("test:b", { two });
    expect(findNamedTask({ table: "test:b", name: "one" })).toBe(one);
    expect(findNamedTask({ table: "test:b", name: "two" })).toBe(two);
    defineTasks("test:b", { one: other });
    expect(findNamedTask({ table: "test:b", name: "one" })).toBe(other);
    expect(findNamedTask({ table: "test:b", name: "two" })).toBe(two);
  });

  it("gives a function that is in two tables its last name", () => {
    defineTasks("test:c", { first: one });
    defineTasks("test:d", { second: one });
    expect(namedReference(one)).toEqual({ kind: "named", table: "test:d", name: "second", names: ["second"] });
    expect(findNamedTask({ table: "test:c", name: "first" })).toBe(one);
  });

  it("knows its table across copies of the package", async () => {
    const copy = await import(new URL("../dist/index.js?tasks", import.meta.url).href);
    defineTasks("test:e", { one });
    expect(copy.findNamedTask({ table: "test:e", name: "one" })).toBe(one);
    expect(copy.namedReference(one)).toEqual({ kind: "named", table: "test:e", name: "one", names: ["one"] });
  });

  it("finds nothing under names that no table has, also inherited ones", () => {
    defineTasks("test:f", { one });
    for (const name of ["missing", "toString", "constructor", "__proto__", "hasOwnProperty"]) {
      expect(findNamedTask({ table: "test:f", name })).toBeUndefined();
    }
    expect(findNamedTask({ table: "__proto__", name: "one" })).toBeUndefined();
    expect(namedReference(() => 1)).toBeUndefined();
  });

  it("may use dangerous names", () => {
    const table = Object.create(null) as Record<string, () => number>;
    Object.defineProperty(table, "__proto__", { value: one, enumerable: true });
    table.constructor = two;
    defineTasks("test:g", table);
    expect(findNamedTask({ table: "test:g", name: "__proto__" })).toBe(one);
    expect(findNamedTask({ table: "test:g", name: "constructor" })).toBe(two);
  });

  it("checks what it is given", () => {
    expect(() => defineTasks(new URL("file:///x") as never, {})).toThrow(/id must be a string such as import.meta.url/);
    expect(() => defineTasks("test:h", null as never)).toThrow(/table must be an object/);
    expect(() => defineTasks("test:h", { one, bad: 5 as never })).toThrow(/table.bad must be a function, not a number/);
    expect(findNamedTask({ table: "test:h", name: "one" })).toBeUndefined();
  });

  it("has an error for a worker that lacks the table, which says what to do", () => {
    const error = unknownTask({ table: "file:///tasks.js", name: "resize" });
    expect(error).toBeInstanceOf(TaskReferenceError);
    expect(error.message).toContain('no task "resize" of file:///tasks.js');
    expect(error.message).toContain("defineTasks(import.meta.url, { resize })");
  });
});

describe("move", () => {
  it("marks a value once, and returns it", () => {
    const pixels = new Uint8Array(4);
    expect(move(pixels)).toBe(pixels);
    expect(takeMove(pixels)).toBe(true);
    expect(takeMove(pixels)).toBe(false);
    move(pixels);
    move(pixels);
    expect(takeMove(pixels)).toBe(true);
    expect(takeMove(pixels)).toBe(false);
  });

  it("leaves no trace on the value, also on a frozen one", () => {
    const value = Object.freeze({ buffer: new ArrayBuffer(1) });
    move(value);
    expect(Reflect.ownKeys(value)).toEqual(["buffer"]);
    expect(takeMove(value)).toBe(true);
  });

  it.each([null, undefined, 5, "text", () => 1])("refuses %s", (value) => {
    expect(() => move(value as never)).toThrow(/value must be an object that holds buffers/);
  });
});
