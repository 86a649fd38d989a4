// Writes the binary format: numbers as LEB128, vectors with their length, sections. Knows nothing of programs.

import { codeOf, type ImmediateKind, immediateKindOfCode, type Opcode } from "./opcodes.js";

/** One instruction: its name and what follows it. */
export interface Instruction {
  readonly name: Opcode;
  /** As {@link immediateKindOfCode} says; `memory` is [log2 of the alignment, offset]; `memoryLane` has the lane behind. */
  readonly immediates: readonly number[];
}

/** Type of a WebAssembly value. */
export type WasmType = "i32" | "f32" | "f64" | "v128";

const typeCodes: Readonly<Record<WasmType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const floatBytes = new DataView(new ArrayBuffer(8));

/** The byte of a value type. */
export function typeCode(type: WasmType): number {
  return typeCodes[type];
}

/** A growing sequence of bytes. */
export class ByteWriter {
  private bytes: Uint8Array = new Uint8Array(4096);
  private length = 0;

  /** What has been written. */
  result(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes.subarray(0, this.length));
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow();
    this.bytes[this.length++] = value;
  }

  private grow(): void {
    const { bytes } = this;
    this.bytes = new Uint8Array(2 * bytes.length);
    this.bytes.set(bytes);
  }

  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.byte(done ? low : low | 0x80);
      if (done) return;
    }
  }

  text(value: string): void {
    this.unsigned(value.length);
    for (let i = 0; i < value.length; i++) this.byte(value.charCodeAt(i));
  }

  append(bytes: readonly number[]): void {
    for (let i = 0; i < bytes.length; i++) this.byte(bytes[i] as number);
  }

  /** A section, or a function's body: its size, then its bytes. Those are written first and then make room for the size. */
  sized(write: () => void): void {
    const start = this.length;
    write();
    const size = this.length - start;
    this.unsigned(size);
    const written = this.bytes.slice(start + size, this.length);
    this.bytes.copyWithin(start + written.length, start, start + size);
    this.bytes.set(written, start);
  }

  instruction({ name, immediates }: Instruction): void {
    const code = codeOf(name);
    if (code < 0x100) this.byte(code);
    else this.prefixed(code);
    if (immediates.length > 0) this.immediates(immediateKindOfCode(code), immediates);
  }

  private prefixed(code: number): void {
    this.byte(code > 0xffff ? code >> 12 : code >> 8);
    this.unsigned(code > 0xffff ? code & 0xfff : code & 0xff);
  }

  private immediates(kind: ImmediateKind, immediates: readonly number[]): void {
    const first = immediates[0] as number;
    switch (kind) {
      case "index":
        return this.unsigned(first);
      case "none":
        return;
      case "blockType":
      case "lane":
        return this.byte(first);
      case "i32":
        return this.signed(first);
      case "f32":
        floatBytes.setFloat32(0, first, true);
        return this.float(4);
      case "f64":
        floatBytes.setFloat64(0, first, true);
        return this.float(8);
      case "bytes":
        return this.append(immediates);
      case "memory":
      case "memoryLane":
      case "fill":
        for (let i = 0; i < immediates.length; i++) this.unsigned(immediates[i] as number);
    }
  }

  private float(length: number): void {
    for (let i = 0; i < length; i++) this.byte(floatBytes.getUint8(i));
  }
}
