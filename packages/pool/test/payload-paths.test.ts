import { DataCloneError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { prepareArguments } from "../src/wire/payload.js";
import { locateUncloneable } from "../src/wire/uncloneable.js";
import { anything, thrownBy } from "./support.js";

const f = (): void => {};

describe("what cannot be sent, found before sending", () => {
  it.each<[string, unknown, string]>([
    ["a function", f, "args[0] is a function: functions cannot be sent; send what tells which one to call."],
    ["a symbol", Symbol("s"), "args[0] is a symbol, which"],
    ["in an object", { config: { onDone: f } }, "args[0].config.onDone is a function:"],
    ["in an array", [1, [f]], "args[0][1][0] is a function"],
    ["under an odd key", { "on done": { 0: f } }, 'args[0]["on done"]["0"] is a function'],
    ["under a key with quotes", { 'a"b': f }, 'args[0]["a\\"b"] is a function'],
    ["under a Unicode key", { größe: f }, "args[0].größe is a function"],
    ["under an empty key", { "": f }, 'args[0][""] is a function'],
    ["in a Map under text", new Map([["k", f]]), 'args[0].get("k") is a function'],
    ["in a Map under a number", new Map([[5, f]]), "args[0].get(5) is a function"],
    ["in a Map under a bigint", new Map([[5n, f]]), "args[0].get(5n) is a function"],
    ["in a Map under undefined", new Map([[undefined, f]]), "args[0].get(undefined) is a function"],
    ["in a Map under an object", new Map([[{}, f]]), "args[0].get(…) is a function"],
    ["as a key of a Map", new Map([[f, 1]]), "args[0].keys()[0] is a function"],
    ["in a Set", new Set([1, f]), "args[0].values()[1] is a function"],
    [
      "in an instance",
      new (class Config {
        callback = f;
      })(),
      "args[0].callback is a function",
    ],
    ["a class", class {}, "args[0] is a function"],
    [
      "an AbortSignal",
      { signal: new AbortController().signal },
      "args[0].signal is an AbortSignal (give it to executor.with({ signal })",
    ],
  ])("D2 %s", (_, value, message) => {
    const error = thrownBy(() => prepareArguments([value], "auto", anything)) as DataCloneError;
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error.code).toBe("EVERYCORE_DATA_CLONE");
    expect(error.message).toContain(message);
    expect(error.message.startsWith(error.path)).toBe(true);
  });
});

describe("what cannot be cloned, found after cloning failed", () => {
  function* generate(): Generator<number> {
    yield 1;
  }
  async function* generateLater(): AsyncGenerator<number> {
    yield 1;
  }

  it.each<[string, unknown, string]>([
    ["a Promise", Promise.resolve(), "args is a Promise"],
    ["a nested Promise", { a: [Promise.resolve()] }, "args.a[0] is a Promise"],
    ["a WeakMap", { cache: new WeakMap() }, "args.cache is a WeakMap"],
    ["a WeakRef", [new WeakRef({})], "args[0] is a WeakRef"],
    ["a WeakSet in a Map", new Map([["k", new WeakSet()]]), 'args.get("k") is a WeakSet'],
    ["a Promise in a Set", new Set([Promise.resolve()]), "args.values()[0] is a Promise"],
    ["a Promise as a key", new Map([[Promise.resolve(), 1]]), "args.keys()[0] is a Promise"],
    ["a generator", { values: generate() }, "args.values is a Generator"],
    ["an async generator, nested", { deep: { values: generateLater() } }, "args.deep.values is an AsyncGenerator"],
    [
      "an instance that holds a Promise",
      new (class Job {
        done = Promise.resolve();
      })(),
      "args.done is a Promise",
    ],
    ["a proxy", { a: new Proxy({}, {}) }, "args.a is an Object"],
  ])("D2 %s", (_, value, message) => {
    const cause = thrownBy(() => structuredClone(value));
    const error = locateUncloneable(value, "args", cause);
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error.message).toBe(`${message}, which cannot be sent to another worker.`);
    expect(error.cause).toBe(cause);
  });

  it("D2 a getter that throws is where the clone fails", () => {
    const value = {
      fine: 1,
      get broken(): never {
        throw new Error("trap");
      },
    };
    const cause = thrownBy(() => structuredClone(value));
    expect(() => locateUncloneable(value, "args", cause)).not.toThrow();
  });

  it("D2 cycles end the search", () => {
    const value: Record<string, unknown> = { promise: Promise.resolve() };
    value.self = value;
    const list: unknown[] = [value];
    list.push(list);
    expect(locateUncloneable({ list }, "args", undefined).path).toBe("args.list[0].promise");
  });

  it("D2 a detached buffer is named", () => {
    const bytes = new Uint8Array(4);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    const cause = thrownBy(() => structuredClone({ bytes }, { transfer: [bytes.buffer] }));
    expect(locateUncloneable({ bytes }, "args", cause).message).toContain("args");
  });
});
