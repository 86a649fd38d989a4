// Reads what byte-writer.ts wrote, and believes none of it (format.ts, rule 4).

import { ProtocolError } from "@everycore/core";

/** Arguments that `String.fromCharCode` takes at once. */
const chunk = 8192;
const number = new Float64Array(1);
const numberBytes = new Uint8Array(number.buffer);

/** Short strings that were met, by a hash of their bytes: most of them are keys, which come again and again. */
const longestMet = 24;
const metCount = 1024;
const met: string[] = new Array(metCount).fill("");

/** An error about bytes that no encoder wrote. */
export function damaged(what: string): ProtocolError {
  return new ProtocolError(`The bytes of a value in a queue are damaged: ${what}.`);
}

/** A position in bytes that moves forward. */
export class ByteReader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw damaged("they end too early");
    return this.bytes[this.at++] as number;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 53; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw damaged("a number is too large");
  }

  /** A number of things that take at least `size` bytes each. */
  count(size = 1): number {
    const count = this.varint();
    if (count * size > this.left) throw damaged(`${count} are announced where ${this.left} bytes are left`);
    return count;
  }

  integer(): number {
    const value = this.varint();
    if (value > 0xffffffff) throw damaged("a whole number has more than 32 bits");
    return (value >>> 1) ^ -(value & 1);
  }

  float(): number {
    if (this.left < 8) throw damaged("they end in a number");
    for (let index = 0; index < 8; index++) numberBytes[index] = this.bytes[this.at + index] as number;
    this.at += 8;
    return number[0] as number;
  }

  /** A copy of the next bytes. */
  raw(length: number): ArrayBuffer {
    const copy = new Uint8Array(length);
    copy.set(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return copy.buffer;
  }

  latin1(length: number): string {
    if (length > this.left) throw damaged("they end in a string");
    const start = this.at;
    this.at += length;
    if (length <= longestMet) return this.#short(start, length);
    return fromCodes(this.bytes.subarray(start, this.at));
  }

  #short(start: number, length: number): string {
    let hash = length;
    for (let index = start; index < this.at; index++) hash = Math.imul(hash, 31) + (this.bytes[index] as number);
    const place = (hash ^ (hash >>> 15)) & (metCount - 1);
    const known = met[place] as string;
    if (known.length === length && this.#isAt(start, known)) return known;
    const text = this.#build(start);
    met[place] = text;
    return text;
  }

  #isAt(start: number, text: string): boolean {
    for (let index = 0; index < text.length; index++) {
      if (text.charCodeAt(index) !== this.bytes[start + index]) return false;
    }
    return true;
  }

  #build(start: number): string {
    let text = "";
    for (let index = start; index < this.at; index++) text += String.fromCharCode(this.bytes[index] as number);
    return text;
  }

  utf16(length: number): string {
    const codes = new Uint16Array(length);
    for (let index = 0; index < length; index++) codes[index] = this.byte() | (this.byte() << 8);
    return fromCodes(codes);
  }
}

type Slice = (this: Uint8Array, start: number, end: number) => string;
type Host = { readonly Buffer?: { readonly prototype: { readonly latin1Slice?: Slice } } };
/** Node's own conversions, for long strings. */
const native = (globalThis as Host).Buffer?.prototype;

function fromCodes(codes: Uint8Array | Uint16Array): string {
  if (native?.latin1Slice && codes instanceof Uint8Array) return native.latin1Slice.call(codes, 0, codes.length);
  if (codes.length <= chunk) return String.fromCharCode.apply(null, codes as unknown as number[]);
  let text = "";
  for (let start = 0; start < codes.length; start += chunk) text += fromCodes(codes.subarray(start, start + chunk));
  return text;
}
