// Bytes that grow as they are written.

import { longestShortString, shortString, tags } from "./format.js";

const startBytes = 1024;
/** A larger memory is given back after the message that needed it. */
const keptBytes = 1 << 20;
const number = new Float64Array(1);
const numberBytes = new Uint8Array(number.buffer);

type Write = (this: Uint8Array, text: string, offset: number, length: number) => number;
type Host = { readonly Buffer?: { readonly prototype: { readonly latin1Write?: Write } } };
/** Node's own conversion, for long strings. */
const latin1Write = (globalThis as Host).Buffer?.prototype.latin1Write;

/** Writes the primitive parts of messages, one message after the other into the same memory. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(startBytes);
  at = 0;

  /** What was written since the last `reset`; valid until the next. */
  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.at);
  }

  reset(): void {
    if (this.bytes.length > keptBytes) this.bytes = new Uint8Array(startBytes);
    this.at = 0;
  }

  /** Makes room for `count` more bytes. */
  #reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.at + count));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.at++] = value;
  }

  /** A whole number from 0 up to 2^53 − 1. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    // Bit operations end at 31 bits.
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest % 128) | 0x80;
    for (; rest > 0x7f; rest >>>= 7) this.bytes[this.at++] = (rest & 0x7f) | 0x80;
    this.bytes[this.at++] = rest;
  }

  /** Eight bytes. */
  float(value: number): void {
    this.#reserve(8);
    number[0] = value;
    for (let index = 0; index < 8; index++) this.bytes[this.at + index] = numberBytes[index] as number;
    this.at += 8;
  }

  /** A number with its tag. */
  number(value: number): void {
    if ((value | 0) !== value || Object.is(value, -0)) {
      this.byte(tags.float);
      this.float(value);
    } else if (value >= 0 && value < shortString) this.byte(value);
    else {
      this.byte(tags.integer);
      this.varint(((value << 1) ^ (value >> 31)) >>> 0);
    }
  }

  /** Bytes without their length. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A string with its tag. Every code unit survives, a surrogate without its other half too. */
  string(text: string): void {
    if (text.length > longestShortString) return this.#long(text);
    const start = this.at;
    this.#reserve(text.length + 1);
    this.bytes[this.at++] = shortString + text.length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0xff) {
        this.at = start;
        return this.#wide(text);
      }
      this.bytes[this.at++] = code;
    }
  }

  #long(text: string): void {
    // Engines that store such strings in one byte per character know the answer without looking.
    if (/[\u0100-\uffff]/.test(text)) return this.#wide(text);
    this.byte(tags.latin1);
    this.varint(text.length);
    this.#reserve(text.length);
    if (latin1Write) latin1Write.call(this.bytes, text, this.at, text.length);
    else for (let index = 0; index < text.length; index++) this.bytes[this.at + index] = text.charCodeAt(index);
    this.at += text.length;
  }

  #wide(text: string): void {
    this.byte(tags.utf16);
    this.varint(text.length);
    this.#reserve(2 * text.length);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      this.bytes[this.at++] = code & 0xff;
      this.bytes[this.at++] = code >> 8;
    }
  }
}
