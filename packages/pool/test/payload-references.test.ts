import { describe, expect, it } from "vitest";
import { type PayloadLimits, preparePayload } from "../src/wire/payload.js";
import { anything } from "./support.js";

/** Prepares and sends, as a transport does. */
function send<T>(value: T, mode: "auto" | "copy" | "move" = "auto", limits: PayloadLimits = anything): T {
  const payload = preparePayload(value, "args", mode, limits);
  return structuredClone(payload.value, { transfer: payload.transfer as ArrayBuffer[] });
}

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
