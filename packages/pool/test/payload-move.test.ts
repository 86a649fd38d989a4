import { move, UnsupportedError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { prepareArguments, preparePayload } from "../src/wire/payload.js";
import { anything, thrownBy } from "./support.js";

function sendArguments(args: readonly unknown[], mode: "auto" | "copy" | "move"): readonly unknown[] {
  const { value, transfer } = prepareArguments(args, mode, anything);
  return structuredClone(value, { transfer: transfer as ArrayBuffer[] });
}

describe("moving buffers", () => {
  it('D5 "move" detaches every buffer, however deep, and copies nothing', () => {
    const buffers = Array.from({ length: 5 }, () => new ArrayBuffer(8));
    const [a, b, c, d, e] = buffers as [ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer];
    class Image {
      pixels = new Uint8Array(e);
    }
    const value = [a, { b: new Float32Array(b) }, new Map([["c", [new DataView(c)]]]), new Set([d]), new Image()];
    const arrived = sendArguments(value, "move") as [ArrayBuffer];
    expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0, 0]);
    expect(arrived[0].byteLength).toBe(8);
  });

  it('D5 "auto" and "copy" never detach', () => {
    for (const mode of ["auto", "copy"] as const) {
      const buffer = new ArrayBuffer(8);
      sendArguments([buffer, new Uint8Array(buffer), [buffer]], mode);
      expect(buffer.byteLength).toBe(8);
    }
  });

  it("D5 move(value) moves that value only, whatever the mode", () => {
    for (const mode of ["auto", "copy"] as const) {
      const [moved, kept] = [new Uint8Array(8), new Uint8Array(8)];
      const nested = { inner: new Uint8Array(8) };
      sendArguments([move(moved), kept, move(nested)], mode);
      expect([moved.byteLength, kept.byteLength, nested.inner.byteLength]).toEqual([0, 8, 0]);
    }
  });

  it("D5 one buffer under two views is moved once, and stays one", () => {
    const buffer = new ArrayBuffer(8);
    const [a, b] = sendArguments([new Uint8Array(buffer), new Uint16Array(buffer)], "move") as [
      Uint8Array,
      Uint16Array,
    ];
    expect(a.buffer).toBe(b.buffer);
    expect(buffer.byteLength).toBe(0);
  });

  it("D5 a moved subarray takes its whole buffer along, since that is what moving is", () => {
    const whole = new Uint8Array(100);
    const [part] = sendArguments([whole.subarray(10, 12)], "move") as [Uint8Array];
    expect(whole.byteLength).toBe(0);
    expect(part).toHaveLength(2);
  });

  it("D4 a Node Buffer out of the shared pool is copied even so", () => {
    const small = Buffer.from("pooled text");
    const neighbour = Buffer.from("neighbour");
    const [arrived] = sendArguments([small], "move") as [Uint8Array];
    expect(Buffer.from(arrived).toString()).toBe("pooled text");
    expect(arrived.buffer.byteLength).toBe(11);
    expect(neighbour.toString()).toBe("neighbour");
  });

  it("moves what only can be moved, such as ports and streams", () => {
    const { port1, port2 } = new MessageChannel();
    const { transfer, moves } = prepareArguments([port2, new ReadableStream()], "move", anything);
    expect(transfer).toHaveLength(2);
    expect(moves).toBe(true);
    port1.close();
  });

  it("leaves what can only be copied: dates, errors, wrappers, instances without properties", () => {
    class Empty {}
    const values = [new Date(0), new Error("x"), /x/, new Number(5), new String("x"), Object(5n), new Empty(), {}, []];
    expect(sendArguments(values, "move")).toHaveLength(values.length);
  });

  it("tells whether something of the caller's was moved, which cannot be sent again", () => {
    const part = new Uint8Array(10).subarray(0, 2);
    expect(preparePayload([part], "args", "auto", anything).moves).toBe(false);
    expect(preparePayload([new ArrayBuffer(1)], "args", "move", anything).moves).toBe(true);
    expect(preparePayload([1, "x"], "args", "move", anything).moves).toBe(false);
  });

  it("is refused where the transport cannot, with the path", () => {
    const limits = { ...anything, transfer: false };
    const error = thrownBy(() => preparePayload([{ pixels: new Uint8Array(4) }], "args", "move", limits)) as Error;
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.message).toContain("args[0].pixels");
    expect(error.message).toContain('transfer: "copy"');
    expect(preparePayload([new Uint8Array(4)], "args", "auto", limits).transfer).toEqual([]);
  });
});
