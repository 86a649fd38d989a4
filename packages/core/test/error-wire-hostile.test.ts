import { describe, expect, it } from "vitest";
import { decodeError, encodeError, isWireError, TimeoutError, type WireError } from "../src/index.js";

/** A well-formed encoded error, with some parts replaced. */
function wire(parts: Record<string, unknown> = {}): WireError {
  return {
    kind: "error",
    id: 0,
    type: "",
    base: "Error",
    name: "Error",
    message: "m",
    stack: "s",
    props: [],
    hidden: [],
    errors: undefined,
    ...parts,
  } as WireError;
}

const thrower = (): never => {
  throw new Error("trap");
};

describe("what tasks throw on purpose", () => {
  it.each<[string, () => unknown]>([
    ["an object without a prototype", () => Object.assign(Object.create(null), { f() {} })],
    ["an object whose toString throws", () => ({ f() {}, toString: thrower })],
    [
      "an error with throwing getters",
      () =>
        Object.defineProperties(new Error("x"), {
          stack: { get: thrower },
          name: { get: thrower },
          message: { get: thrower },
          cause: { get: thrower },
          own: { get: thrower, enumerable: true },
          constructor: { get: thrower },
        }),
    ],
    ["an error whose name is a symbol", () => Object.assign(new Error("x"), { name: Symbol("name") })],
    ["an error whose message has no prototype", () => Object.assign(new Error("x"), { message: Object.create(null) })],
    ["an error without a prototype", () => Object.setPrototypeOf(new Error("x"), null)],
    [
      "a revoked proxy",
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
    ],
    ["a proxy of an error", () => new Proxy(new Error("x"), {})],
    [
      "an error that refers to itself everywhere",
      () => {
        const error = new AggregateError([]) as AggregateError & { self: unknown };
        error.errors.push(error);
        error.cause = error;
        error.self = error;
        return error;
      },
    ],
    ["a frozen error", () => Object.freeze(new Error("x"))],
    [
      "a very long chain of causes",
      () => {
        let error = new Error("0");
        for (let depth = 1; depth < 500; depth++) error = new Error(String(depth), { cause: error });
        return error;
      },
    ],
  ])("%s is encoded, cloned and decoded", (_, make) => {
    const encoded = encodeError(make());
    expect(isWireError(structuredClone(encoded))).toBe(true);
    expect(() => decodeError(structuredClone(encoded))).not.toThrow();
  });
});

describe("properties with dangerous names", () => {
  it("stay properties: __proto__ and constructor pollute nothing", () => {
    const error = new Error("x");
    for (const key of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"]) {
      Object.defineProperty(error, key, { value: { polluted: key }, enumerable: true, configurable: true });
    }
    const arrived = decodeError(structuredClone(encodeError(error))) as Error;
    expect(Object.getPrototypeOf(arrived)).toBe(Error.prototype);
    expect(Object.getOwnPropertyDescriptor(arrived, "__proto__")?.value).toEqual({ polluted: "__proto__" });
    expect(Object.getOwnPropertyDescriptor(arrived, "constructor")?.value).toEqual({ polluted: "constructor" });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((Error.prototype as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("do not break one of our own errors", () => {
    for (const value of [undefined, null, 5, {}, () => {}]) {
      const error = Object.defineProperty(new TimeoutError("x"), "constructor", { value, enumerable: true });
      const arrived = decodeError(encodeError(error)) as Error;
      expect(() => [arrived.name, String(arrived), arrived instanceof TimeoutError]).not.toThrow();
    }
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "", "Object", "everycore.__proto__"])(
    "no class is looked up as %j",
    (name) => {
      const arrived = decodeError(wire({ base: name, type: name }));
      expect(arrived).toBeInstanceOf(Error);
      expect(arrived).toMatchObject({ message: "m", name: "Error" });
    },
  );
});

describe("isWireError", () => {
  it("takes what encodeError makes", () => {
    for (const thrown of [
      1,
      undefined,
      new Error("x", { cause: new TypeError() }),
      new AggregateError([1, new Error()]),
    ]) {
      expect(isWireError(structuredClone(encodeError(thrown)))).toBe(true);
    }
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["a number", 5],
    ["an array", []],
    ["an object", {}],
    ["an unknown kind", { kind: "thing" }],
    ["a prototype key as kind", { kind: "__proto__" }],
    ["a reference without a number", { kind: "ref", id: "0" }],
    ["an error without fields", { kind: "error" }],
    ["props that are no list", wire({ props: {} })],
    ["props that are no pairs", wire({ props: [1] })],
    ["props with a wrong key", wire({ props: [[1, { kind: "value", value: 1 }]] })],
    ["props with a wrong value", wire({ props: [["a", { kind: "error" }]] })],
    ["hidden that is missing", wire({ hidden: undefined })],
    ["errors that are no list", wire({ errors: 5 })],
    ["errors that are wrong", wire({ errors: [null] })],
    ["a message that is no text", wire({ message: 5 })],
    ["a stack that is no text", wire({ stack: {} })],
    ["an id that is no number", wire({ id: "x" })],
  ])("refuses %s", (_, value) => {
    expect(isWireError(value)).toBe(false);
  });

  it("what it takes can be decoded", () => {
    for (const value of [
      wire(),
      wire({ stack: undefined }),
      wire({ id: -1 }),
      wire({ id: 2 ** 40 }),
      wire({ name: "" }),
      { kind: "ref", id: 7 },
      { kind: "value" },
    ]) {
      expect(isWireError(value)).toBe(true);
      expect(() => decodeError(value as WireError)).not.toThrow();
    }
  });
});
