// Values as frames on a byte stream, whole and cut, and what is refused.
import { ProtocolError } from "@everycore/core";
import { describe, expect, test } from "vitest";
import { encodeFrame, FrameReader } from "../src/frames.js";

function bytesOf(...values: unknown[]): Uint8Array {
  return Buffer.concat(values.flatMap((value) => encodeFrame(value)));
}

/** What arrives when the bytes come in pieces of this size. */
function received(bytes: Uint8Array, pieceBytes: number = bytes.length): unknown[] {
  const values: unknown[] = [];
  const reader = new FrameReader((value) => values.push(value));
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.slice(at, at + pieceBytes));
  expect(reader.partial).toBe(false);
  return values;
}

const roundTrip = (value: unknown): unknown => received(bytesOf(value))[0];

describe("a frame", () => {
  test("carries what structured clone carries", () => {
    const cyclic: { self?: unknown; list: unknown[] } = { list: [undefined, null, true, -0, Number.NaN, 10n ** 30n] };
    cyclic.self = cyclic;
    const arrived = roundTrip(cyclic) as typeof cyclic;
    expect(arrived.self).toBe(arrived);
    expect(arrived.list).toEqual(cyclic.list);
    const value = [
      new Map([[{}, new Set(["ü€"])]]),
      new Date(5),
      /x+/giu,
      new RangeError("far"),
      "",
      "\u{1f600}",
      Object.assign(new Array(3), { 1: 1 }),
    ];
    expect(roundTrip(value)).toEqual(value);
  });

  test("carries views with their place in the buffer, and buffers that several of them share", () => {
    for (const size of [64, 64 * 1024]) {
      const buffer = new ArrayBuffer(size);
      const views = [new Float64Array(buffer, 8, 3), new DataView(buffer, 1, 5), new Uint8ClampedArray(buffer), buffer];
      (views[0] as Float64Array).fill(1.5);
      const arrived = roundTrip(views) as typeof views;
      expect(arrived).toEqual(views);
      expect(new Set(arrived.map((view) => ("buffer" in view ? view.buffer : view))).size).toBe(1);
      expect((arrived[0] as Float64Array).byteOffset).toBe(8);
      expect(roundTrip([buffer, new Uint8Array(buffer)])).toEqual([buffer, new Uint8Array(buffer)]);
    }
  });

  test("carries a Buffer as the bytes that it is", () => {
    const arrived = roundTrip(Buffer.from("text")) as Uint8Array;
    expect(Object.getPrototypeOf(arrived)).toBe(Uint8Array.prototype);
    expect(Buffer.from(arrived).toString()).toBe("text");
  });

  test("has large buffers behind it, not in it", () => {
    const big = new Float64Array(1e6).fill(7);
    const chunks = encodeFrame({ big });
    expect(chunks.at(-1)?.buffer).toBe(big.buffer);
    expect(chunks[0]?.length).toBeLessThan(100);
  });

  test.each([1, 3, 16, 17, 1000, 65_536])("may come in pieces of %i bytes", (pieceBytes) => {
    const values = [
      1,
      "two",
      { three: new Uint8Array(20_000).fill(3) },
      [new Float32Array(9000), new Int8Array(1e5)],
      null,
    ];
    expect(received(bytesOf(...values), pieceBytes)).toEqual(values);
  });

  test("refuses at once what cannot be cloned", () => {
    expect(() => encodeFrame({ run() {} })).toThrow(/could not be cloned/);
    expect(() => encodeFrame(Symbol("s"))).toThrow(/could not be cloned/);
    expect(() => encodeFrame(new SharedArrayBuffer(8))).toThrow(/could not be cloned/);
  });
});

describe("a reader", () => {
  const refusal = (bytes: Uint8Array, options = {}): (() => void) => {
    const reader = new FrameReader(() => {}, { from: "worker w", ...options });
    return () => reader.push(bytes);
  };

  test("refuses what is no frame, and everything after it", () => {
    const push = refusal(Buffer.from("GET / HTTP/1.1\r\nHost: example\r\n"));
    expect(push).toThrow(ProtocolError);
    expect(push).toThrow("Refused what came from worker w after a broken frame.");
    expect(refusal(Buffer.from("GET / HTTP/1.1\r\n"))).toThrow(
      "Refused bytes that are no frame of this version from worker w.",
    );
  });

  test("refuses a body that is damaged, or cut short by its own length", () => {
    const damaged = bytesOf({ a: "text" });
    damaged.fill(0xff, 18);
    expect(refusal(damaged)).toThrow(/Refused a frame that cannot be read/);
    const cut = Buffer.from(bytesOf("a longer text"));
    cut.writeUInt32LE(6, 4);
    expect(refusal(cut.subarray(0, 22))).toThrow(ProtocolError);
  });

  test("refuses a frame above the limit before it makes room for it", () => {
    expect(refusal(bytesOf("x".repeat(2000)), { maxBytes: 1000 })).toThrow(
      /Refused a frame of 20\d\d bytes with 0 buffers/,
    );
    const big = bytesOf(new Uint8Array(20_000));
    expect(refusal(big, { maxBytes: 1000 })).toThrow("Refused a frame with buffers of 20000 bytes from worker w.");
    const lying = Buffer.from(big);
    const lengthAt = 16 + lying.readUInt32LE(4);
    for (const length of [-1, Number.NaN, 1e300, 0.5]) {
      lying.writeDoubleLE(length, lengthAt);
      expect(refusal(lying)).toThrow(ProtocolError);
    }
  });

  test("knows when the stream ends in the middle of a frame", () => {
    const reader = new FrameReader(() => {});
    reader.push(bytesOf("whole"));
    expect(reader.partial).toBe(false);
    reader.push(bytesOf("cut").subarray(0, 10));
    expect(reader.partial).toBe(true);
  });
});
