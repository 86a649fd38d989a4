import { readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FunctionInspector } from "../src/function-inspector.js";
import { fixture, nativeImport, referenceOf } from "./support.js";

// Node's own Session, listened to: every method that any session in this thread is sent.
const posted: string[] = [];
const { post } = Session.prototype;
beforeEach(() => {
  posted.length = 0;
  Session.prototype.post = function (this: Session, ...args: [string, ...unknown[]]): void {
    posted.push(args[0]);
    (post as (...args: unknown[]) => void).apply(this, args);
  } as typeof post;
});
afterEach(() => {
  Session.prototype.post = post;
});

/** Whether the debugger is off: as many switched off as on, and off last. */
function debuggerIsOff(): boolean {
  const switches = posted.filter((method) => /^Debugger\.(enable|disable)$/.test(method));
  return (
    switches.every((method, index) => method === (index % 2 ? "Debugger.disable" : "Debugger.enable")) &&
    switches.length % 2 === 0
  );
}

describe("FunctionInspector", () => {
  it("says where a function was defined", async () => {
    const { declared } = await nativeImport(fixture("exports.mjs"));
    const location = new FunctionInspector().locate(declared);
    expect(location?.url).toBe(fixture("exports.mjs"));
    const lines = readFileSync(new URL(fixture("exports.mjs")), "utf8").split("\n");
    expect(lines[location?.line as number]).toContain("export function declared(");
    expect(new FunctionInspector().locate(Math.max)).toBeUndefined();
  });

  it("says which scopes a function sees, and what they hold", async () => {
    const { closures } = await nativeImport(fixture("exports.mjs"));
    const scopes = new FunctionInspector().scopes(closures("x")[2]);
    expect(scopes.flatMap(({ variables }) => variables)).toEqual(expect.arrayContaining(["block", "captured"]));
    expect(scopes.some(({ description }) => description.startsWith("Closure"))).toBe(true);
    expect(scopes.some(({ description }) => description.startsWith("Global"))).toBe(false);
  });

  it("gives the text of a script", async () => {
    const { other } = await nativeImport(fixture("other.mjs"));
    expect(other).toBeTypeOf("string");
    const inspector = new FunctionInspector();
    const { default: task } = await nativeImport(fixture("default-arrow.mjs"));
    const location = inspector.locate(task);
    expect(inspector.scriptSource(location?.scriptId as string)).toContain("export default (x) => x + offset;");
  });

  it("leaves the debugger off, and keeps nothing", async () => {
    const inspector = new FunctionInspector();
    const { notExported, constant } = await nativeImport(fixture("exports.mjs"));
    inspector.locate(constant);
    expect(posted).toContain("Debugger.enable");
    expect(debuggerIsOff()).toBe(true);
    posted.length = 0;
    inspector.locate(notExported.selfContained);
    inspector.scopes(constant);
    expect(posted).not.toContain("Debugger.enable");
    expect(() => inspector.scriptSource("no such script")).toThrow();
    expect(debuggerIsOff()).toBe(true);
    expect(Object.getOwnPropertySymbols(globalThis).map(String)).not.toContain("Symbol(everycore.inspected)");
  });

  it("is asked once per function", () => {
    const task = (x: number): number => x + 1;
    const first = referenceOf(task);
    const questions = posted.length;
    expect(questions).toBeGreaterThan(0);
    expect(referenceOf(task)).toBe(first);
    expect(posted).toHaveLength(questions);
    expect(debuggerIsOff()).toBe(true);
  });
});
