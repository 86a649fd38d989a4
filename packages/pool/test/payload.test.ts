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

describe("references inside a payload", () => {
  const part = (): Uint8Array => new Uint8Array(1000).subarray(1, 3);

  it("D1 what is shared arrives shared", () => {
    const bytes = part();
    const inner = { bytes };
    const { a, b, list } = send({ a: inner, b: inner, list: [bytes, inner] });
    expect(a).toBe(b);
    expect(list[1]).toBe(a);
    expect(list[0]).toBe(a.bytes);
    expect(a.bytes.buffer.byteLength).toBe(2);
  });

  it("D1 cycles through objects and arrays arrive as cycles, whatever comes first", () => {
    for (const keys of [
      ["self", "bytes"],
      ["bytes", "self"],
    ]) {
      const value: Record<string, unknown> = {};
      for (const key of keys) value[key] = key === "self" ? value : part();
      const arrived = send(value);
      expect(arrived.self, keys.join()).toBe(arrived);
      expect((arrived.bytes as Uint8Array).buffer.byteLength).toBe(2);
    }
    const child: Record<string, unknown> = {};
    const list: unknown[] = [child, part()];
    child.parent = list;
    const arrived = send(list);
    expect((arrived[0] as { parent: unknown }).parent).toBe(arrived);
  });

  it("D1 cycles through maps and sets arrive as cycles", () => {
    const map = new Map<string, unknown>();
    map.set("self", map);
    map.set("bytes", part());
    const arrivedMap = send(map);
    expect(arrivedMap.get("self")).toBe(arrivedMap);
    const set = new Set<unknown>();
    const child = { set };
    set.add(child);
    set.add(part());
    const arrivedSet = send(set);
    expect(([...arrivedSet][0] as { set: unknown }).set).toBe(arrivedSet);
  });

  it("D1 keeps the order of maps and sets, and holes and keys of arrays", () => {
    const bytes = part();
    expect(
      [
        ...send(
          new Map<unknown, unknown>([
            ["a", 1],
            [bytes, 2],
            ["c", bytes],
          ]),
        ).keys(),
      ].length,
    ).toBe(3);
    expect([...send(new Set<unknown>([1, bytes, 3]))].map((item) => typeof item)).toEqual([
      "number",
      "object",
      "number",
    ]);
    const sparse: unknown[] = [1];
    sparse[2] = bytes;
    expect(Object.keys(send(sparse))).toEqual(["0", "2"]);
    expect(send(sparse)).toHaveLength(3);
    const extra = Object.assign([bytes] as unknown[], { note: "x" });
    expect(Object.keys(send(extra))).toEqual(["0", "note"]);
  });

  it("sends instances of classes as structured clone does: their own properties", () => {
    class Image {
      readonly pixels = part();
      #secret = 1;
      get secret(): number {
        return this.#secret;
      }
    }
    const arrived = send({ image: new Image() }).image;
    expect(Object.keys(arrived)).toEqual(["pixels"]);
    expect(arrived.pixels.buffer.byteLength).toBe(2);
    expect(arrived).not.toBeInstanceOf(Image);
  });

  it("keeps dangerous keys as properties", () => {
    const value = JSON.parse('{"__proto__": {"polluted": 1}}') as Record<string, unknown>;
    value.bytes = part();
    Object.defineProperty(value, "__proto__", { value: { bytes: part() }, enumerable: true });
    const { value: prepared } = preparePayload(value, "args", "auto", anything);
    expect(Object.getPrototypeOf(prepared)).toBe(Object.prototype);
    expect(Object.hasOwn(prepared, "__proto__")).toBe(true);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
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
