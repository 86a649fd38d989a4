import { DataCloneError, move, takeMove, UnsupportedError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { type PayloadLimits, prepareArguments, preparePayload } from "../src/wire/payload.js";
import { anything, modes, thrownBy } from "./support.js";

/** Prepares and sends, as a transport does. */
function send<T>(value: T, mode: "auto" | "copy" | "move" = "auto", limits: PayloadLimits = anything): T {
  const payload = preparePayload(value, "args", mode, limits);
  return structuredClone(payload.value, { transfer: payload.transfer as ArrayBuffer[] });
}

describe("payloads that need nothing", () => {
  it.each([
    [1],
    ["text"],
    [undefined],
    [null],
    [true],
    [5n],
    [{ a: [1, { b: "x" }] }],
    [[1, [2]]],
    [new Date(0)],
    [/x/g],
    [new Map([["k", { v: 1 }]])],
    [new Set([1])],
    [new Error("x")],
    [new Uint8Array(8)],
    [new ArrayBuffer(8)],
  ])("are passed on as they are: %s", (value) => {
    for (const mode of ["auto", "copy"] as const) {
      const payload = preparePayload(value, "args", mode, anything);
      expect(payload.value).toBe(value);
      expect(payload.transfer).toEqual([]);
      expect(payload.moves).toBe(false);
    }
  });

  it("D1 arrive equal", () => {
    const value: Record<string, unknown> = {
      numbers: [-0, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 70n],
      date: new Date(5),
      regexp: /a/gi,
      map: new Map<unknown, unknown>([
        [1n, { k: 1 }],
        [{ key: true }, new Set([1])],
        [undefined, null],
        [Number.NaN, "nan"],
      ]),
      typed: new Float64Array([1, -0]),
      view: new DataView(new ArrayBuffer(2)),
      sparse: Object.assign([1], { 2: 3 }),
      wrapped: new String("boxed"),
    };
    value.self = value;
    const arrived = send(value);
    expect(arrived).toEqual(value);
    expect(arrived.self).toBe(arrived);
    expect(Object.is((arrived.numbers as number[])[0], -0)).toBe(true);
  });

  it("prepareArguments() looks at every argument", () => {
    const plain = [1, "x", null];
    expect(prepareArguments(plain, "auto", anything).value).toBe(plain);
    const bytes = new Uint8Array(100).subarray(0, 4);
    const { value, transfer } = prepareArguments([1, bytes], "auto", anything);
    expect((value[1] as Uint8Array).buffer.byteLength).toBe(4);
    expect(transfer).toHaveLength(1);
    expect(() => prepareArguments([1, () => 1], "auto", anything)).toThrow(/^args\[1\] is a function/);
  });
});

describe("views of larger buffers", () => {
  const typed = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ];

  it.each(typed.map((type) => [type.name, type] as const))("D4 a %s sends its own bytes only", (_, type) => {
    const whole = new type(100);
    whole.fill((type.name.startsWith("Big") ? 7n : 7) as never);
    const part = whole.subarray(10, 13);
    for (const mode of ["auto", "copy"] as const) {
      const arrived = send({ part }, mode).part;
      expect(arrived).toBeInstanceOf(type);
      expect(arrived).toEqual(part);
      expect(arrived.buffer.byteLength).toBe(part.byteLength);
      expect(whole).toHaveLength(100);
    }
  });

  it("D4 so do a DataView, a Node Buffer and an empty view", () => {
    const view = new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2);
    const sent = send([view, Buffer.from("hello"), new Uint8Array(8).subarray(3, 3)] as const);
    expect(sent[0].byteLength).toBe(2);
    expect(sent[0].buffer.byteLength).toBe(2);
    expect(sent[0].getUint8(1)).toBe(3);
    expect(Buffer.from(sent[1]).toString()).toBe("hello");
    expect(sent[1].buffer.byteLength).toBe(5);
    expect(sent[2].buffer.byteLength).toBe(0);
  });

  it("D4 the copies are moved, not copied again, where the transport can move", () => {
    const part = new Uint8Array(100).subarray(0, 4);
    const { transfer, moves, value } = preparePayload(part, "args", "auto", anything);
    expect(transfer).toEqual([value.buffer]);
    expect(moves).toBe(false);
    const still = preparePayload(part, "args", "auto", { ...anything, transfer: false });
    expect(still.transfer).toEqual([]);
    expect(still.value.buffer.byteLength).toBe(4);
  });

  it("nothing of the caller's is changed", () => {
    const part = new Uint8Array(10).subarray(1, 2);
    const argument = { list: [part], map: new Map([["k", part]]), set: new Set([part]) };
    preparePayload(argument, "args", "auto", anything);
    expect(argument.list[0]).toBe(part);
    expect(argument.map.get("k")).toBe(part);
    expect(argument.set.has(part)).toBe(true);
  });
});

describe("shared memory", () => {
  it("D6 is shared where the transport can", () => {
    const memory = new SharedArrayBuffer(8);
    const view = new Int32Array(memory, 4);
    for (const mode of modes) {
      const payload = preparePayload({ memory, view }, "args", mode, anything);
      expect(payload.value.view).toBe(view);
      expect(payload.transfer).toEqual([]);
    }
    const arrived = send({ view }).view;
    Atomics.store(arrived, 0, 9);
    expect(view[0]).toBe(9);
  });

  it("D6 is refused elsewhere, with its path and what to do", () => {
    const limits = { ...anything, sharedMemory: false };
    for (const value of [new SharedArrayBuffer(4), new Int32Array(new SharedArrayBuffer(4))]) {
      const error = thrownBy(() => preparePayload([{ deep: value }], "args", "auto", limits)) as Error;
      expect(error).toBeInstanceOf(UnsupportedError);
      expect(error.message).toContain("args[0].deep");
      expect(error.message).toContain("Send a copy");
    }
  });
});

describe("marks of move()", () => {
  it("are taken away when the value is prepared", () => {
    const bytes = move(new Uint8Array(4));
    expect(preparePayload(bytes, "args", "auto", anything).moves).toBe(true);
    expect(takeMove(bytes)).toBe(false);
  });

  it("D2 a refusal names the path of the first thing that cannot be sent", () => {
    const error = thrownBy(() => preparePayload({ a: [1, { f() {} }] }, "args", "auto", anything)) as DataCloneError;
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error.path).toBe("args.a[1].f");
  });
});
