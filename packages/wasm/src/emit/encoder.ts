// Writes the binary format: numbers as LEB128, vectors with their length, sections. Knows nothing of programs.

import { codeOf, immediateKindOf, type Opcode } from "./opcodes.js";

/** One instruction: its name and what follows it. */
export interface Instruction {
  readonly name: Opcode;
  /** As {@link immediateKindOf} says; `memory` is [log2 of the alignment, offset]; `memoryLane` has the lane behind. */
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
  readonly bytes: number[] = [];

  byte(value: number): void {
    this.bytes.push(value & 0xff);
  }

  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.bytes.push((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.bytes.push(rest);
  }

  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.bytes.push(done ? low : low | 0x80);
      if (done) return;
    }
  }

  text(value: string): void {
    this.unsigned(value.length);
    for (let i = 0; i < value.length; i++) this.byte(value.charCodeAt(i));
  }

  append(bytes: readonly number[]): void {
    for (const byte of bytes) this.bytes.push(byte);
  }

  /** A section, or a function's body: its size, then its bytes. */
  sized(write: (inner: ByteWriter) => void): void {
    const inner = new ByteWriter();
    write(inner);
    this.unsigned(inner.bytes.length);
    this.append(inner.bytes);
  }

  instruction(instruction: Instruction): void {
    this.code(codeOf(instruction.name));
    this.immediates(instruction);
  }

  private code(code: number): void {
    if (code < 0x100) return this.byte(code);
    const prefix = code > 0xffff ? code >> 12 : code >> 8;
    this.byte(prefix);
    this.unsigned(code > 0xffff ? code & 0xfff : code & 0xff);
  }

  private immediates({ name, immediates }: Instruction): void {
    const first = immediates[0] ?? 0;
    switch (immediateKindOf(name)) {
      case "none":
        return;
      case "blockType":
      case "lane":
        return this.byte(first);
      case "index":
        return this.unsigned(first);
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
        for (const value of immediates) this.unsigned(value);
    }
  }

  private float(length: number): void {
    for (let i = 0; i < length; i++) this.byte(floatBytes.getUint8(i));
  }
}
