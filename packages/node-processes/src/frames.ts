// Frames: how values travel over a byte stream between processes, length-prefixed, in the format of V8's own serializer.
//
// A frame is   magic u32 · body u32 · buffers u32 · 0   16 bytes, little endian
//              body                                     V8's header (its version) and the value
//              lengths                                  one float64 per buffer
//              buffers                                  their bytes, back to back
//
// A large buffer behind a view is no part of the body: it is written from where it is, and read to where it stays, so
// that it is copied by nobody but the operating system. What is no frame of ours is a ProtocolError, and the end of the
// stream: after it nobody knows where the next frame begins.

import { constants } from "node:buffer";
import { Deserializer, Serializer } from "node:v8";
import { ProtocolError } from "@everycore/core";

/** "EvC" and the version of the format. */
const magic = 0x01437645;
const headerBytes = 16;
/** Smaller buffers lie in the body: a copy costs less than a write of their own. */
const apartBytes = 16 * 1024;
const maxBuffers = 2 ** 20;
const defaultMaxBytes = Math.min(constants.MAX_LENGTH, 2 ** 32 - 1);
const blank = new Uint8Array(headerBytes);

type ViewClass = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => ArrayBufferView;

/** The position in this list is on the wire: append only. Float16Array is missing on some Nodes, so it has its place by name. */
const viewNames = [
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
];
const viewClasses = viewNames.map((name) => (globalThis as unknown as Record<string, ViewClass>)[name]);
const viewNumbers = new Map(viewNames.map((name, index) => [name, index]));
const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as () => string | undefined;

/**
 * A value as a frame: chunks to be written in this order. The chunks are views of the value's own large buffers: write
 * them before those are changed.
 *
 * @throws what V8's serializer throws for a value that cannot be cloned.
 */
export function encodeFrame(value: unknown): Uint8Array[] {
  const writer = new FrameWriter();
  writer.writeRawBytes(blank);
  writer.writeHeader();
  writer.writeValue(value);
  return writer.finish();
}

/** What Node's types do not have. */
interface HostObjects {
  _setTreatArrayBufferViewsAsHostObjects(treat: boolean): void;
}

class FrameWriter extends Serializer {
  #apart: Uint8Array[] | undefined;
  #numbers: Set<ArrayBufferLike> | undefined;

  constructor() {
    super();
    (this as unknown as HostObjects)._setTreatArrayBufferViewsAsHostObjects(true);
  }

  /** Called by V8 for every view, and for objects of the platform, which do not travel. */
  _writeHostObject(object: object): void {
    if (!ArrayBuffer.isView(object)) throw new DataCloneFailure(object);
    const { buffer, byteOffset, byteLength } = object;
    if (buffer.byteLength >= apartBytes && isFixed(buffer)) this.#setApart(buffer as ArrayBuffer);
    const number = viewNumbers.get(tagOf.call(object) ?? "DataView") as number;
    this.writeUint32(number);
    this.writeDouble(byteOffset);
    this.writeDouble((object as Uint8Array).length ?? byteLength);
    // Once per buffer: V8 writes a reference the second time.
    this.writeValue(buffer);
  }

  _getDataCloneError(message: string): Error {
    return new DOMException(message, "DataCloneError");
  }

  /** Whatever names the buffer in the body from now on, names it by its number. */
  #setApart(buffer: ArrayBuffer): void {
    this.#numbers ??= new Set();
    if (this.#numbers.has(buffer)) return;
    this.transferArrayBuffer(this.#numbers.size, buffer);
    this.#numbers.add(buffer);
    this.#apart ??= [];
    this.#apart.push(new Uint8Array(buffer));
  }

  finish(): Uint8Array[] {
    const first = this.releaseBuffer();
    const apart = this.#apart ?? [];
    first.writeUInt32LE(magic, 0);
    first.writeUInt32LE(first.length - headerBytes, 4);
    first.writeUInt32LE(apart.length, 8);
    if (apart.length === 0) return [first];
    const lengths = Buffer.allocUnsafe(8 * apart.length);
    apart.forEach((bytes, index) => lengths.writeDoubleLE(bytes.length, 8 * index));
    return [first, lengths, ...apart];
  }
}

class DataCloneFailure extends DOMException {
  constructor(object: object) {
    super(`${object.constructor?.name ?? "An object"} could not be cloned.`, "DataCloneError");
  }
}

/** A buffer that can be resized has to arrive as such: it stays in the body. */
function isFixed(buffer: ArrayBufferLike): boolean {
  return buffer instanceof ArrayBuffer && !(buffer as { resizable?: boolean }).resizable;
}

class BodyReader extends Deserializer {
  _readHostObject(): ArrayBufferView {
    const viewClass = viewClasses[this.readUint32()];
    if (!viewClass) throw new ProtocolError("Refused a frame with a view of unknown type.");
    const byteOffset = this.readDouble();
    const length = this.readDouble();
    return new viewClass(this.readValue() as ArrayBuffer, byteOffset, length);
  }
}

/** Options of {@link FrameReader}. */
export interface FrameReaderOptions {
  /** Who sends, for messages: `worker pool-0`. Default "the other side". */
  readonly from?: string | undefined;
  /** The largest frame that is accepted, body and buffers together. Default: 4 GiB, or what a buffer can hold. */
  readonly maxBytes?: number | undefined;
}

/** Where the reader is in a frame, and where the bytes that are missing go. */
interface Part {
  readonly bytes: Uint8Array;
  filled: number;
}

/**
 * Makes values of chunks of a stream, wherever those are cut.
 *
 * @example
 * ```ts
 * const reader = new FrameReader((value) => console.log(value));
 * socket.on("data", (chunk) => reader.push(chunk));
 * ```
 */
export class FrameReader {
  readonly #onValue: (value: unknown) => void;
  readonly #from: string;
  readonly #maxBytes: number;
  readonly #header: Part = { bytes: Buffer.allocUnsafe(headerBytes), filled: 0 };
  #body: Part | undefined;
  #lengths: Part | undefined;
  #buffers: Part[] | undefined;
  #failed = false;

  constructor(onValue: (value: unknown) => void, options: FrameReaderOptions = {}) {
    this.#onValue = onValue;
    this.#from = options.from ?? "the other side";
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
  }

  /** Whether the stream is in the middle of a frame: if it ends now, the frame was cut. */
  get partial(): boolean {
    return this.#header.filled > 0;
  }

  /**
   * Takes the next bytes and calls back for each value that is complete. The chunk is the caller's again afterwards.
   *
   * @throws ProtocolError for what is no frame, and every time from then on; what the callback throws.
   */
  push(chunk: Uint8Array): void {
    if (this.#failed) throw new ProtocolError(`Refused what came from ${this.#from} after a broken frame.`);
    for (let at = 0; at < chunk.length; ) {
      const whole = this.partial ? 0 : this.#readWhole(chunk, at);
      at = whole > 0 ? at + whole : this.#readPart(chunk, at);
    }
  }

  /** The usual case, a frame without buffers that lies in one chunk: no byte is copied. Answers its length, or 0. */
  #readWhole(chunk: Uint8Array, at: number): number {
    if (chunk.length - at < headerBytes) return 0;
    const header = chunk.subarray(at, at + headerBytes);
    const { bodyBytes, count } = this.#parseHeader(header);
    const end = at + headerBytes + bodyBytes;
    if (count > 0 || end > chunk.length) return 0;
    this.#deliver(chunk.subarray(at + headerBytes, end), undefined);
    return end - at;
  }

  /** Puts bytes where they belong; answers the position behind them. */
  #readPart(chunk: Uint8Array, at: number): number {
    const part = this.#missing();
    const taken = Math.min(part.bytes.length - part.filled, chunk.length - at);
    part.bytes.set(chunk.subarray(at, at + taken), part.filled);
    part.filled += taken;
    if (part.filled === part.bytes.length) this.#advance();
    return at + taken;
  }

  /** The part that is not full yet. */
  #missing(): Part {
    for (const part of [this.#header, this.#body, this.#lengths]) if (part && isMissing(part)) return part;
    return this.#buffers?.find(isMissing) ?? this.#header;
  }

  /** A part is full: the next ones are known, or the frame is complete. */
  #advance(): void {
    if (!this.#body) {
      const { bodyBytes, count } = this.#parseHeader(this.#header.bytes);
      this.#body = this.#allocate(bodyBytes);
      this.#lengths = this.#allocate(8 * count);
    }
    if (isMissing(this.#body) || isMissing(this.#lengths as Part)) return;
    this.#buffers ??= this.#openBuffers(this.#lengths as Part);
    if (this.#buffers.some(isMissing)) return;
    const [body, buffers] = [this.#body, this.#buffers];
    this.#header.filled = 0;
    this.#body = this.#lengths = this.#buffers = undefined;
    this.#deliver(body.bytes, buffers);
  }

  #openBuffers({ bytes }: Part): Part[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const lengths = Array.from({ length: bytes.length / 8 }, (_, index) => view.getFloat64(8 * index, true));
    const sum = lengths.reduce((total, length) => total + length, 0);
    if (lengths.some((length) => !Number.isSafeInteger(length) || length < 0) || sum > this.#maxBytes) {
      throw this.#refuse(`a frame with buffers of ${sum} bytes`);
    }
    return lengths.map((length) => this.#allocate(length));
  }

  #allocate(length: number): Part {
    try {
      return { bytes: new Uint8Array(new ArrayBuffer(length)), filled: 0 };
    } catch {
      throw this.#refuse(`a frame that needs ${length} bytes of memory`);
    }
  }

  #parseHeader(header: Uint8Array): { bodyBytes: number; count: number } {
    if (readUint32(header, 0) !== magic) throw this.#refuse("bytes that are no frame of this version");
    const bodyBytes = readUint32(header, 4);
    const count = readUint32(header, 8);
    if (bodyBytes > this.#maxBytes || count > maxBuffers || readUint32(header, 12) !== 0) {
      throw this.#refuse(`a frame of ${bodyBytes} bytes with ${count} buffers`);
    }
    return { bodyBytes, count };
  }

  #deliver(body: Uint8Array, buffers: Part[] | undefined): void {
    let value: unknown;
    try {
      const reader = new BodyReader(body);
      buffers?.forEach(({ bytes }, index) => reader.transferArrayBuffer(index, bytes.buffer as ArrayBuffer));
      reader.readHeader();
      value = reader.readValue();
    } catch (cause) {
      throw this.#refuse(`a frame that cannot be read (${cause instanceof Error ? cause.message : String(cause)})`);
    }
    this.#onValue(value);
  }

  #refuse(what: string): ProtocolError {
    this.#failed = true;
    return new ProtocolError(`Refused ${what} from ${this.#from}.`);
  }
}

function isMissing(part: Part): boolean {
  return part.filled < part.bytes.length;
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}
