// Values to bytes. Every object is looked at once; functions, symbols, shared memory and what lives in one thread only
// are refused with their path.

import {
  encodeError,
  isPortable,
  type Portable,
  type PortableForm,
  type Recipient,
  type WireError,
} from "@everycore/core";
import { ByteWriter } from "./byte-writer.js";
import { depthLimit, shapeLimit, tags, viewKinds } from "./format.js";
import { located, Refusal } from "./place.js";
import { refuseStranger } from "./stranger.js";

/** Longer arrays are not searched for named properties, which would take longer than to encode them. */
const searchedLength = 256;

/** Who gets what is in a queue: bytes, so no memory can be shared through it, whoever it is. */
const reader: Recipient = { name: "the reader of a queue", sharedMemory: false, onEnd: () => {} };

/** Turns values into bytes, one after the other. */
export class Encoder {
  readonly #out = new ByteWriter();
  readonly #numbers = new Map<object, number>();
  #count = 0;
  #depth = 0;
  #shapes: Array<readonly string[]> = [];

  /**
   * The bytes of a value. They are valid until the next call.
   *
   * @throws DataCloneError with the path of what cannot be sent.
   */
  encode(value: unknown): Uint8Array<ArrayBuffer> {
    this.#out.reset();
    try {
      this.#value(value);
    } catch (error) {
      throw error instanceof Refusal ? located(error, value) : error;
    } finally {
      this.#forget();
    }
    return this.#out.written();
  }

  #forget(): void {
    this.#depth = 0;
    if (this.#count === 0) return;
    this.#count = 0;
    this.#numbers.clear();
    if (this.#shapes.length > 0) this.#shapes = [];
  }

  #value(value: unknown): void {
    switch (typeof value) {
      case "number":
        return this.#out.number(value);
      case "string":
        return this.#out.string(value);
      case "boolean":
        return this.#out.byte(value ? tags.true : tags.false);
      case "undefined":
        return this.#out.byte(tags.undefined);
      case "bigint":
        return this.#bigint(value);
      case "object":
        return value === null ? this.#out.byte(tags.null) : this.#object(value);
      default:
        throw new Refusal(value, `is a ${typeof value}`);
    }
  }

  #bigint(value: bigint): void {
    const negative = value < 0n;
    const digits = (negative ? -value : value).toString(16);
    const count = (digits.length + 1) >> 1;
    this.#out.byte(tags.bigint);
    this.#out.byte(negative ? 1 : 0);
    this.#out.varint(count);
    for (let end = digits.length; end > 0; end -= 2) {
      this.#out.byte(Number.parseInt(digits.slice(Math.max(0, end - 2), end), 16));
    }
  }

  #object(value: object): void {
    const known = this.#numbers.get(value);
    if (known !== undefined) {
      this.#out.byte(tags.reference);
      return this.#out.varint(known);
    }
    this.#remember(value);
    if (++this.#depth > depthLimit) throw new Refusal(value, "is nested too deeply", { hint: "flatten it" });
    this.#enter(value);
    this.#depth--;
  }

  #remember(value: object): void {
    this.#numbers.set(value, this.#count++);
  }

  /** Chosen by the prototype for what is frequent; `instanceof` for classes that extend it. */
  #enter(value: object): void {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype && !isPortable(value)) return this.#properties(value);
    if (Array.isArray(value)) return this.#array(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (isPortable(value)) return this.#portable(value);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    if (value instanceof Error) return this.#error(value);
    if (value instanceof ArrayBuffer) return this.#buffer(value);
    if (value instanceof Date || value instanceof RegExp) return this.#dateOrRegExp(value);
    if (isBox(value)) return this.#box(value);
    refuseStranger(value);
    this.#properties(value);
  }

  #properties(value: object): void {
    const keys = Object.keys(value);
    const shape = this.#shapeOf(keys);
    if (shape >= 0) {
      this.#out.byte(tags.shaped);
      this.#out.varint(shape);
    } else {
      if (this.#shapes.length < shapeLimit) this.#shapes.push(keys);
      this.#out.byte(tags.object);
      this.#out.varint(keys.length);
      for (const key of keys) this.#out.string(key);
    }
    for (const key of keys) this.#value((value as Record<string, unknown>)[key]);
  }

  #shapeOf(keys: readonly string[]): number {
    for (let index = 0; index < this.#shapes.length; index++) {
      if (isSame(this.#shapes[index] as readonly string[], keys)) return index;
    }
    return -1;
  }

  #array(list: readonly unknown[]): void {
    const keys = list.length <= searchedLength ? Object.keys(list) : undefined;
    if (hasHole(list) || (keys && keys.length > list.length)) return this.#sparse(list);
    this.#out.byte(tags.array);
    this.#out.varint(list.length);
    const { length } = list;
    for (let index = 0; index < length; index++) this.#value(list[index]);
  }

  #sparse(list: readonly unknown[]): void {
    this.#out.byte(tags.sparseArray);
    this.#out.varint(list.length);
    this.#entries(list, Object.keys(list));
  }

  #entries(value: object, keys: readonly string[]): void {
    this.#out.varint(keys.length);
    for (const key of keys) {
      this.#out.string(key);
      this.#value((value as Record<string, unknown>)[key]);
    }
  }

  #map(map: ReadonlyMap<unknown, unknown>): void {
    const entries = [...map];
    this.#out.byte(tags.map);
    this.#out.varint(entries.length);
    for (const [key, item] of entries) {
      this.#value(key);
      this.#value(item);
    }
  }

  #set(set: ReadonlySet<unknown>): void {
    const items = [...set];
    this.#out.byte(tags.set);
    this.#out.varint(items.length);
    for (const item of items) this.#value(item);
  }

  #buffer(buffer: ArrayBuffer): void {
    refuseDetached(buffer, buffer);
    this.#out.byte(tags.buffer);
    this.#bytes(new Uint8Array(buffer));
  }

  #bytes(bytes: Uint8Array): void {
    this.#out.varint(bytes.length);
    this.#out.raw(bytes);
  }

  #view(view: ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = view;
    if (!(buffer instanceof ArrayBuffer)) throw shared(view, "is a view of shared memory");
    refuseDetached(view, buffer);
    const whole = byteLength === buffer.byteLength;
    const known = whole ? this.#numbers.get(buffer) : undefined;
    this.#out.byte(known !== undefined ? tags.viewOf : whole ? tags.view : tags.part);
    this.#out.byte(kindOf(view));
    if (known !== undefined) return this.#out.varint(known);
    if (whole) this.#remember(buffer);
    this.#bytes(new Uint8Array(buffer, byteOffset, byteLength));
  }

  #dateOrRegExp(value: Date | RegExp): void {
    if (value instanceof Date) {
      this.#out.byte(tags.date);
      return this.#out.float(value.getTime());
    }
    this.#out.byte(tags.regExp);
    this.#out.string(value.source);
    this.#out.string(value.flags);
  }

  #box(value: object): void {
    this.#out.byte(tags.boxed);
    this.#value((value as { valueOf(): unknown }).valueOf());
  }

  /** Only the error's own words are taken from core's form: what is in it is encoded here, so that it stays shared. */
  #error(error: Error): void {
    const wire = encodeError(error);
    if (wire.kind !== "error") throw new Refusal(error, "is an error that cannot be read");
    this.#out.byte(tags.error);
    for (const word of [wire.type, wire.base, wire.name, wire.message]) this.#out.string(word);
    this.#value(wire.stack);
    this.#fields(error, wire.props);
    this.#fields(error, wire.hidden);
    const errors = wire.errors && (error as AggregateError).errors;
    this.#value(errors ? wire.errors.map((inner, index) => original(inner, errors[index])) : undefined);
  }

  #fields(error: object, fields: ReadonlyArray<readonly [string, WireError]>): void {
    this.#out.varint(fields.length);
    for (const [key, inner] of fields) {
      this.#out.string(key);
      this.#value(original(inner, (error as Record<string, unknown>)[key]));
    }
  }

  #portable(value: Portable): void {
    const { type, module, data } = this.#formOf(value);
    this.#out.byte(tags.portable);
    this.#out.string(type);
    this.#out.string(module);
    try {
      this.#value(data);
    } catch (error) {
      throw error instanceof Refusal ? notHere(value, error.cause) : error;
    }
  }

  #formOf(value: Portable): PortableForm {
    try {
      return value.toPortable(reader);
    } catch (error) {
      throw notHere(value, error);
    }
  }
}

/** An error's own form is replaced by the error, which is encoded by us; a value is what core made of it. */
function original(wire: WireError, value: unknown): unknown {
  return wire.kind === "value" ? wire.value : value;
}

function isSame(shape: readonly string[], keys: readonly string[]): boolean {
  if (shape.length !== keys.length) return false;
  for (let index = 0; index < keys.length; index++) if (shape[index] !== keys[index]) return false;
  return true;
}

function hasHole(list: readonly unknown[]): boolean {
  for (let index = 0; index < list.length; index++) if (list[index] === undefined && !(index in list)) return true;
  return false;
}

function isBox(value: object): boolean {
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return true;
  return Object.prototype.toString.call(value) === "[object BigInt]" && value instanceof BigInt;
}

function kindOf(view: ArrayBufferView): number {
  const name = view instanceof DataView ? "DataView" : (view as Uint8Array)[Symbol.toStringTag];
  const kind = viewKinds.indexOf(name);
  if (kind < 0) throw new Refusal(view, `is a ${name}`);
  return kind;
}

function refuseDetached(culprit: object, buffer: ArrayBuffer): void {
  if (buffer.byteLength > 0) return;
  try {
    new Uint8Array(buffer);
  } catch {
    throw new Refusal(culprit, "was moved before", { hint: "its buffer is detached; send a copy" });
  }
}

function shared(culprit: object, what: string): Refusal {
  return new Refusal(culprit, what, {
    hint: "a queue carries bytes; give shared memory to the worker as an argument of its task",
  });
}

function notHere(value: object, cause: unknown): Refusal {
  const name = value.constructor?.name || "portable object";
  return new Refusal(value, `is a ${name}`, {
    hint: "what it is made of cannot go through a queue; give it to the worker as an argument of its task",
    cause,
  });
}
