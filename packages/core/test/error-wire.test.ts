import { afterEach, describe, expect, it } from "vitest";
import {
  AbortError,
  CancelledError,
  DataCloneError,
  decodeError,
  encodeError,
  registerErrorClass,
  setUnobservedErrorHandler,
  TaskReferenceError,
  TimeoutError,
  UnsupportedError,
  WorkerLostError,
} from "../src/index.js";

/** There and back through structured clone. */
function roundTrip<T>(error: T): T {
  return decodeError(structuredClone(encodeError(error))) as T;
}

describe("errors on the wire", () => {
  it.each([Error, TypeError, RangeError, SyntaxError, EvalError, URIError, ReferenceError])(
    "X1 a %o keeps class, name, message and stack",
    (type) => {
      const error = new type("what happened");
      const arrived = roundTrip(error);
      expect(arrived).not.toBe(error);
      expect(arrived).toBeInstanceOf(type);
      expect(Object.getPrototypeOf(arrived)).toBe(type.prototype);
      expect([arrived.name, arrived.message, arrived.stack]).toEqual([error.name, error.message, error.stack]);
      expect(Object.keys(arrived)).toEqual([]);
      expect(String(arrived)).toBe(String(error));
    },
  );

  it("X1 keeps a chain of causes, whatever is at its end", () => {
    const error = new Error("a", { cause: new TypeError("b", { cause: new RangeError("c", { cause: 4 }) }) });
    const arrived = roundTrip(error) as { cause: { cause: { cause: unknown } } };
    expect(arrived.cause).toBeInstanceOf(TypeError);
    expect(arrived.cause.cause).toBeInstanceOf(RangeError);
    expect(arrived.cause.cause.cause).toBe(4);
    expect(Object.keys(arrived)).toEqual([]);
    expect(Object.hasOwn(roundTrip(new Error("x", { cause: undefined })), "cause")).toBe(true);
    expect(Object.hasOwn(roundTrip(new Error("x")), "cause")).toBe(false);
  });

  it("X1 keeps cycles and shared errors", () => {
    const [a, b] = [new Error("a"), new Error("b")];
    a.cause = b;
    b.cause = a;
    const arrived = roundTrip(a);
    expect((arrived.cause as Error).message).toBe("b");
    expect((arrived.cause as Error).cause).toBe(arrived);

    const shared = new Error("shared");
    const twice = roundTrip(Object.assign(new Error("twice", { cause: shared }), { inner: shared }));
    expect(twice.cause).toBeInstanceOf(Error);
    expect(twice.inner).toBe(twice.cause);
    const group = roundTrip(new AggregateError([shared, shared], "group", { cause: shared }));
    expect(group.errors[0]).toBe(group.cause);
    expect(group.errors[1]).toBe(group.cause);
  });

  it("X1 keeps the errors of an AggregateError, nested", () => {
    const error = new AggregateError(
      [new AggregateError([new TypeError("deep"), "text"], "inner"), undefined],
      "outer",
    );
    const arrived = roundTrip(error);
    expect(arrived).toBeInstanceOf(AggregateError);
    expect(arrived.errors).toHaveLength(2);
    expect(arrived.errors[0].errors[0]).toBeInstanceOf(TypeError);
    expect(arrived.errors[0].errors[1]).toBe("text");
    expect(Object.keys(arrived)).toEqual([]);
    const own = new AggregateError([]);
    own.errors.push(own);
    expect(roundTrip(own).errors[0]).toBeInstanceOf(AggregateError);
  });

  it("X1 keeps a DOMException's name and code", () => {
    for (const name of ["AbortError", "DataCloneError", "NotFoundError"]) {
      const arrived = roundTrip(new DOMException("dom", name));
      expect(arrived).toBeInstanceOf(DOMException);
      expect(arrived).toMatchObject({ name, message: "dom", code: new DOMException("", name).code });
    }
    expect(roundTrip(AbortSignal.timeout(0).reason ?? new DOMException("t", "TimeoutError")).name).toBe("TimeoutError");
  });

  it("X1 keeps own properties, with nested errors and data", () => {
    const error = Object.assign(new Error("x"), {
      code: "E_X",
      status: 404,
      details: { list: [1, new Date(0)], map: new Map([["k", 1n]]) },
      inner: new RangeError("inner"),
      nothing: undefined,
      name: "Mine",
    });
    const arrived = roundTrip(error);
    expect(arrived).toMatchObject({ code: "E_X", status: 404, details: error.details, name: "Mine" });
    expect(arrived.inner).toBeInstanceOf(RangeError);
    expect(Object.keys(arrived).sort()).toEqual(Object.keys(error).sort());
  });

  it("X1 describes properties that cannot be cloned, and leaves the others", () => {
    const error = Object.assign(new Error("x"), {
      run: () => 1,
      symbol: Symbol("s"),
      promise: Promise.resolve(),
      nested: { deep: () => 1 },
      signal: new AbortController().signal,
      fine: 1,
    });
    const arrived = roundTrip(error) as unknown as Record<string, unknown>;
    expect(arrived.run).toBe("() => 1");
    expect(arrived.symbol).toBe("Symbol(s)");
    expect(arrived.promise).toBe("[object Promise]");
    expect(arrived.nested).toBe("[object Object]");
    expect(arrived.signal).toBe("[object AbortSignal]");
    expect(arrived.fine).toBe(1);
  });

  it("X4 what is no error arrives as thrown", () => {
    for (const value of [undefined, null, 0, -0, Number.NaN, "", "text", 5n, true])
      expect(roundTrip(value)).toBe(value);
    expect(roundTrip({ status: 500, list: [1] })).toEqual({ status: 500, list: [1] });
    expect(roundTrip(Symbol("s"))).toBe("Symbol(s)");
    expect(roundTrip(() => 1)).toBe("() => 1");
    expect(roundTrip({ f() {} })).toBe("[object Object]");
  });

  it("makes a new error each time", () => {
    const wire = encodeError(new Error("x"));
    expect(decodeError(wire)).not.toBe(decodeError(wire));
  });
});

class Registered extends Error {
  readonly detail: string;
  constructor(detail: string) {
    super(`detail ${detail}`);
    this.detail = detail;
    if (detail === undefined) throw new Error("the constructor was called");
  }
  get upper(): string {
    return this.detail.toUpperCase();
  }
}
registerErrorClass(Registered);

describe("classes on the wire", () => {
  it("X3 registered ones keep instanceof, without calling the constructor", () => {
    const arrived = roundTrip(new Registered("abc"));
    expect(arrived).toBeInstanceOf(Registered);
    expect(arrived.detail).toBe("abc");
    expect(arrived.upper).toBe("ABC");
    expect(arrived.message).toBe("detail abc");
  });

  it("X3 unregistered ones arrive as the standard class below them, with their name", () => {
    class Unknown extends RangeError {
      override name = "Unknown";
      extra = 5;
    }
    const arrived = roundTrip(new Unknown("x"));
    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived).not.toBeInstanceOf(Unknown);
    expect(arrived).toMatchObject({ name: "Unknown", message: "x", extra: 5 });
  });

  it("X3 an unregistered class below a registered one arrives as the registered one", () => {
    class Below extends Registered {}
    class Slow extends TimeoutError {}
    expect(roundTrip(new Below("abc"))).toBeInstanceOf(Registered);
    expect(roundTrip(new Slow("slow"))).toBeInstanceOf(TimeoutError);
  });

  it("X6 our own keep class, code and fields", () => {
    const errors = [
      new CancelledError(),
      new AbortError("why"),
      new TimeoutError("t", { cause: new Error("c") }),
      new WorkerLostError("lost", { exitCode: 3, signal: "SIGKILL" }),
      new TaskReferenceError("ref", { captured: ["a", "b"] }),
      new DataCloneError("args[0]", "is a function"),
      new UnsupportedError("moving", "Pool", "Copy."),
    ];
    for (const error of errors) {
      const arrived = roundTrip(error);
      expect(arrived).toBeInstanceOf(error.constructor);
      expect({ ...arrived }).toEqual({ ...error });
      expect([arrived.name, arrived.message, arrived.stack]).toEqual([error.name, error.message, error.stack]);
    }
    expect(roundTrip(new AbortError(new Error("reason"))).reason).toBeInstanceOf(Error);
  });

  it("a class needs a name or a key", () => {
    expect(() => registerErrorClass(class extends Error {})).toThrow(/key must be a name/);
    expect(() => registerErrorClass("Error" as never)).toThrow(/errorClass must be a function/);
    const Anonymous = (() => class extends Error {})();
    registerErrorClass(Anonymous, "given-key");
    expect(roundTrip(new Anonymous("x"))).toBeInstanceOf(Anonymous);
  });
});

describe("two error classes with one key", () => {
  const reports: string[] = [];
  afterEach(() => {
    setUnobservedErrorHandler(null);
    reports.length = 0;
  });
  const listen = (): void => {
    setUnobservedErrorHandler((error) => void reports.push((error as Error).message));
  };

  it("are reported, and the later counts", () => {
    listen();
    class First extends Error {}
    class Second extends Error {
      readonly second = true;
    }
    registerErrorClass(First, "test/Twice");
    registerErrorClass(Second, "test/Twice");
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(/^Two error classes are registered as "test\/Twice": give each/);
    expect(decodeError(encodeError(new Second()))).toBeInstanceOf(Second);
  });

  it("are one class when a module is loaded anew", () => {
    listen();
    const load = (): (new () => Error) => class Loaded extends Error {};
    registerErrorClass(load(), "test/Loaded");
    registerErrorClass(load(), "test/Loaded");
    expect(reports).toEqual([]);
  });
});
