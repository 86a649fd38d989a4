import { deepStrictEqual } from "node:assert/strict";
import { registerErrorClass, registerPortable } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../../src/queue/codec/codec.js";
import { randomNumbers, randomValue } from "./random-value.js";

function bytesOf(value: unknown): Uint8Array {
  return encode(value).slice();
}

function copyOf<T>(value: T): T {
  return decode(bytesOf(value)) as T;
}

describe("values in a queue", () => {
  const primitives = [
    ...[undefined, null, true, false, "", "text", "grüße", "日本語", "a".repeat(100_000), "é".repeat(63)],
    ...[0, -0, 1, 127, 128, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 0.1, Number.NaN, 1 / 0, -1 / 0],
    ...[0n, 1n, -1n, 2n ** 64n, -(2n ** 1000n), 255n, 256n],
  ];
  it("carry primitives exactly", () => {
    for (const value of primitives) expect(copyOf(value)).toBe(value);
  });

  it("keep surrogates that lack their other half", () => {
    const text = "\ud800 and \udc00";
    expect(copyOf(text)).toBe(text);
    expect(copyOf({ [text]: 1 })).toEqual({ [text]: 1 });
  });

  it("carry objects of the language", () => {
    const value = {
      date: new Date(1e12),
      pattern: /a\/b/giu,
      boxes: [Object(true), Object(1), Object("text"), Object(1n)],
      map: new Map<unknown, unknown>([[{ key: 1 }, new Set([1, "two", null])]]),
      nothing: Object.create(null),
    };
    const copy = copyOf(value);
    expect(copyOf(new Date(Number.NaN)).getTime()).toBeNaN();
    deepStrictEqual({ ...copy, nothing: 0 }, { ...value, nothing: 0 });
    expect(copy.boxes.map((box) => typeof box)).toEqual(["object", "object", "object", "object"]);
  });

  it("keep holes, lengths and named properties of arrays", () => {
    const list: unknown[] = [1, 2, undefined, 4];
    delete list[1];
    list.length = 10;
    Object.assign(list, { index: 3 });
    const copy = copyOf(list);
    deepStrictEqual(copy, list);
    expect(1 in copy).toBe(false);
    expect(2 in copy).toBe(true);
    const huge = new Array(2 ** 32 - 1);
    huge[5] = "here";
    expect(bytesOf(huge).length).toBeLessThan(20);
    expect(copyOf(huge).length).toBe(2 ** 32 - 1);
  });

  it("make plain objects of instances, as structured clone does", () => {
    class Point {
      readonly x = 1;
      get twice(): number {
        return 2 * this.x;
      }
    }
    expect(Object.getPrototypeOf(copyOf(new Point()))).toBe(Object.prototype);
    expect(copyOf(new Point())).toEqual({ x: 1 });
    class Empty {}
    expect(copyOf(new Empty())).toEqual({});
  });

  it("cannot change the prototype of what arrives", () => {
    const value = JSON.parse('{"__proto__": {"admin": true}}');
    const copy = copyOf(value);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Object.hasOwn(copy, "__proto__")).toBe(true);
  });

  it("keep references that are shared, and cycles", () => {
    const shared = { name: "shared" };
    const value: Record<string, unknown> = { first: shared, second: [shared] };
    value.self = value;
    value.map = new Map([[value, shared]]);
    const copy = copyOf(value) as { first: object; second: object[]; self: object; map: Map<object, object> };
    expect(copy.self).toBe(copy);
    expect(copy.second[0]).toBe(copy.first);
    expect(copy.map.get(copy)).toBe(copy.first);
  });
});

describe("buffers in a queue", () => {
  it("arrive with the class of their view", () => {
    for (const View of [Int8Array, Uint8ClampedArray, Int16Array, Uint32Array, Float32Array, Float64Array]) {
      const copy = copyOf(View.from([1, 2, 3]));
      expect(copy).toBeInstanceOf(View);
      expect([...copy]).toEqual([1, 2, 3]);
    }
    expect(copyOf(BigInt64Array.of(-1n))).toEqual(BigInt64Array.of(-1n));
    expect(copyOf(new DataView(Uint8Array.of(1, 2).buffer)).getUint8(1)).toBe(2);
  });

  it("take the bytes of a subarray only", () => {
    const large = new Float64Array(100_000).fill(7);
    const bytes = bytesOf(large.subarray(10, 12));
    expect(bytes.length).toBeLessThan(30);
    const copy = decode(bytes) as Float64Array;
    expect([...copy]).toEqual([7, 7]);
    expect(copy.buffer.byteLength).toBe(16);
  });

  it("are shared again by the views of a whole buffer", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const copy = copyOf({ bytes, words: new Uint16Array(bytes.buffer), buffer: bytes.buffer });
    expect(copy.words.buffer).toBe(copy.bytes.buffer);
    expect(copy.buffer).toBe(copy.bytes.buffer);
  });

  it("are refused when they were moved away", () => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    expect(() => bytesOf([bytes])).toThrow(/^value\[0\] was moved before/);
  });
});

describe("errors in a queue", () => {
  it("keep name, message, stack, cause and properties", () => {
    const error = new TypeError("wrong", { cause: new RangeError("inner") });
    Object.assign(error, { detail: { deep: [1, new Error("third")] } });
    const copy = copyOf(error) as TypeError & { detail: { deep: [number, Error] } };
    expect(copy).toBeInstanceOf(TypeError);
    expect([copy.name, copy.message, copy.stack]).toEqual([error.name, error.message, error.stack]);
    expect(copy.cause).toBeInstanceOf(RangeError);
    expect(copy.detail.deep[1].message).toBe("third");
    expect(Object.keys(copy)).toEqual(["detail"]);
  });

  it("keep their class when it is registered, and the errors of an AggregateError", () => {
    class PaymentError extends Error {
      readonly amount = 5;
    }
    registerErrorClass(PaymentError);
    const copy = copyOf(new AggregateError([new PaymentError("a"), "b"], "both"));
    expect(copy).toBeInstanceOf(AggregateError);
    expect(copy.errors[0]).toBeInstanceOf(PaymentError);
    expect(copy.errors[0].amount).toBe(5);
    expect(copy.errors[1]).toBe("b");
  });

  it("stay shared, and may be in a cycle", () => {
    const error: Error & { context?: unknown } = new Error("first");
    const context = { error };
    error.context = context;
    const copy = copyOf([error, context, new Error("second", { cause: error })] as const);
    expect(copy[1].error).toBe(copy[0]);
    expect(copy[0].context).toBe(copy[1]);
    expect(copy[2].cause).toBe(copy[0]);
  });
});

describe("portable objects in a queue", () => {
  class Tag {
    readonly name: string;
    readonly more: unknown;
    constructor(name: string, more?: unknown) {
      this.name = name;
      this.more = more;
    }
    toPortable() {
      return { type: "test/Tag", module: "file:///tag.js", data: [this.name, this.more] };
    }
  }
  registerPortable("test/Tag", ([name, more]: [string, unknown]) => new Tag(name, more));

  it("arrive as what they are, one for each", () => {
    const tag = new Tag("outer", new Tag("inner"));
    const copy = copyOf([tag, { again: tag }] as const);
    expect(copy[0]).toBeInstanceOf(Tag);
    expect(copy[0].more).toEqual(new Tag("inner"));
    expect(copy[1].again).toBe(copy[0]);
  });

  it("are refused with a hint when they are made of shared memory", () => {
    const value = { tags: [new Tag("a"), new Tag("b", new SharedArrayBuffer(4))] };
    expect(() => bytesOf(value)).toThrow(/^value\.tags\[1\] is a Tag: what it is made of .* argument of its task\.$/);
  });

  it("are refused with the module's name where their class is not known", () => {
    class Unknown {
      toPortable() {
        return { type: "test/Unknown", module: "file:///unknown.js", data: 1 };
      }
    }
    expect(() => copyOf(new Unknown())).toThrow(/"test\/Unknown".*Import file:\/\/\/unknown\.js first/);
  });
});

describe("what cannot be in a queue", () => {
  const cases: ReadonlyArray<readonly [value: unknown, message: RegExp]> = [
    [() => 1, /^value is a function, which cannot be sent/],
    [{ on: { done: () => 1 } }, /^value\.on\.done is a function/],
    [[1, { "on-done": Symbol("s") }], /^value\[1\]\["on-done"\] is a symbol/],
    [new Map([["a", new Set([() => 1])]]), /^value\.get\("a"\)\.values\(\)\[0\] is a function/],
    [{ later: Promise.resolve(1) }, /^value\.later is a Promise: await it/],
    [{ memory: new SharedArrayBuffer(4) }, /^value\.memory is a SharedArrayBuffer: a queue carries bytes/],
    [[new Int32Array(new SharedArrayBuffer(4))], /^value\[0\] is a view of shared memory/],
    [new WeakMap(), /^value is a WeakMap/],
    [{ url: new URL("http://localhost") }, /^value\.url is an? URL: it would arrive empty/],
    [{ port: new MessageChannel().port1 }, /^value\.port is a MessagePort/],
    [{ blob: new Blob([]) }, /^value\.blob is a Blob/],
    [new AbortController().signal, /^value is an AbortSignal/],
  ];
  for (const [value, message] of cases) {
    it(`is refused: ${message.source.slice(1)}`, () => {
      expect(() => bytesOf(value)).toThrow(message);
      expect(() => bytesOf(value)).toThrow(expect.objectContaining({ code: "EVERYCORE_DATA_CLONE" }));
    });
  }

  it("is a value that is nested too deeply", () => {
    let deep: unknown = 0;
    for (let level = 0; level < 5000; level++) deep = { deep };
    expect(() => bytesOf(deep)).toThrow(/nested too deeply/);
    expect(copyOf([1])).toEqual([1]);
  });

  it("leaves the encoder in order when a getter throws or encodes", () => {
    const failing = {
      get a() {
        throw new Error("mine");
      },
    };
    expect(() => bytesOf(failing)).toThrow("mine");
    const nested = {
      get a() {
        return copyOf("inner");
      },
    };
    expect(copyOf(nested)).toEqual({ a: "inner" });
    expect(copyOf({ a: 1 })).toEqual({ a: 1 });
  });
});

describe("the bytes of a value", () => {
  it("are few", () => {
    expect(bytesOf(5).length).toBe(1);
    expect(bytesOf(1000).length).toBe(3);
    expect(bytesOf("hello").length).toBe(6);
    expect(bytesOf({ id: 1, name: "a" }).length).toBe(2 + 3 + 5 + 1 + 2);
    const rows = Array.from({ length: 100 }, (_, id) => ({ id, value: 0 }));
    expect(bytesOf(rows).length).toBeLessThan(100 * 4 + 20);
  });

  it("bring back random values", () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = randomNumbers(seed);
    for (let round = 0; round < 3000; round++) {
      const value = randomValue(random);
      deepStrictEqual(copyOf(value), value, `seed ${seed}, round ${round}`);
    }
  });

  it("are refused when they are cut, changed or made up, and never crash or loop", () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = randomNumbers(seed);
    for (let round = 0; round < 3000; round++) {
      const bytes = bytesOf(randomValue(random));
      expectValueOrError(bytes.slice(0, Math.floor(random() * bytes.length)), seed);
      for (let flips = 3; flips > 0; flips--) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      expectValueOrError(bytes, seed);
      expectValueOrError(
        Uint8Array.from({ length: 50 }, () => 0xc0 + Math.floor(random() * 32)),
        seed,
      );
    }
  });

  it("are never followed by others", () => {
    expect(() => decode(Uint8Array.of(1, 2))).toThrow(/1 bytes are left over/);
    expect(() => decode(new Uint8Array())).toThrow(/end too early/);
    expect(() => decode(new Uint8Array(5000).fill(0xcd))).toThrow(/damaged/);
  });
});

function expectValueOrError(bytes: Uint8Array, seed: number): void {
  const before = performance.now();
  try {
    decode(bytes);
  } catch (error) {
    expect((error as { code?: string }).code, `seed ${seed}: ${error}`).toMatch(/EVERYCORE_(PROTOCOL|UNSUPPORTED)/);
  }
  expect(performance.now() - before, `seed ${seed}`).toBeLessThan(1000);
}
