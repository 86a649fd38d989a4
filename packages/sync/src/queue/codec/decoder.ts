// Bytes to values. The bytes come from shared memory that other threads write to, so whatever they say, the answer is a
// value or a ProtocolError, after a time in proportion to their number.

import { decodeError, EverycoreError, ProtocolError, revivalOf, UnsupportedError } from "@everycore/core";
import { ByteReader, damaged } from "./byte-reader.js";
import { depthLimit, firstTag, shapeLimit, shortString, tags, viewKinds } from "./format.js";

/**
 * The value of `bytes`. It shares nothing with them.
 *
 * @throws ProtocolError if no encoder wrote them; UnsupportedError for an object of a class that nobody registered here.
 */
export function decode(bytes: Uint8Array): unknown {
  const first = bytes[0];
  if (bytes.length === 1 && first !== undefined && first < shortString) return first;
  try {
    return new Decoder(bytes).decode();
  } catch (error) {
    if (error instanceof EverycoreError) throw error;
    throw new ProtocolError(`The bytes of a value in a queue are damaged: ${(error as Error).message}`);
  }
}

type Fields = Record<string, unknown>;

class Decoder {
  readonly #in: ByteReader;
  readonly #objects: object[] = [];
  readonly #shapes: string[][] = [];
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#in = new ByteReader(bytes);
  }

  decode(): unknown {
    const value = this.#value();
    if (this.#in.left > 0) throw damaged(`${this.#in.left} bytes are left over`);
    return value;
  }

  #value(): unknown {
    const tag = this.#in.byte();
    if (tag < shortString) return tag;
    if (tag < firstTag) return this.#in.latin1(tag - shortString);
    switch (tag) {
      case tags.undefined:
        return undefined;
      case tags.null:
        return null;
      case tags.true:
        return true;
      case tags.false:
        return false;
      case tags.integer:
        return this.#in.integer();
      case tags.float:
        return this.#in.float();
      case tags.bigint:
        return this.#bigint();
      case tags.latin1:
        return this.#in.latin1(this.#in.count());
      case tags.utf16:
        return this.#in.utf16(this.#in.count(2));
      case tags.reference:
        return this.#known(this.#in.varint());
      default:
        return this.#nested(tag);
    }
  }

  #nested(tag: number): unknown {
    if (++this.#depth > depthLimit) throw damaged("they are nested too deeply");
    const value = this.#object(tag);
    this.#depth--;
    return value;
  }

  #object(tag: number): unknown {
    switch (tag) {
      case tags.object:
        return this.#properties(this.#newShape());
      case tags.shaped:
        return this.#properties(this.#shape());
      case tags.array:
        return this.#array();
      case tags.sparseArray:
        return this.#sparse();
      case tags.map:
        return this.#map();
      case tags.set:
        return this.#set();
      case tags.buffer:
        return this.#remember(this.#in.raw(this.#in.count()));
      case tags.part:
      case tags.view:
        return this.#view(tag === tags.view);
      case tags.viewOf:
        return this.#viewOf();
      case tags.date:
        return this.#remember(new Date(this.#in.float()));
      case tags.regExp:
        return this.#remember(new RegExp(this.#string(), this.#string()));
      case tags.boxed:
        return this.#box();
      case tags.error:
        return this.#error();
      case tags.portable:
        return this.#portable();
      default:
        throw damaged(`there is no tag ${tag}`);
    }
  }

  #remember<T extends object>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  #known(index: number): object {
    const object = this.#objects[index];
    if (object === undefined) throw damaged(`object ${index} is not there yet`);
    return object;
  }

  #string(): string {
    const value = this.#value();
    if (typeof value !== "string") throw damaged("a string was expected");
    return value;
  }

  #bigint(): bigint {
    const negative = this.#in.byte() === 1;
    let digits = "";
    for (let left = this.#in.count(); left > 0; left--) digits = this.#in.byte().toString(16).padStart(2, "0") + digits;
    const value = BigInt(`0x${digits || "0"}`);
    return negative ? -value : value;
  }

  #newShape(): string[] {
    const keys: string[] = [];
    for (let left = this.#in.count(); left > 0; left--) keys.push(this.#string());
    if (this.#shapes.length < shapeLimit) this.#shapes.push(keys);
    return keys;
  }

  /** Each key needs a byte for its value: without the test, few bytes could make many large objects. */
  #shape(): string[] {
    const keys = this.#shapes[this.#in.varint()];
    if (!keys || keys.length > this.#in.left) throw damaged("an object's keys are not there");
    return keys;
  }

  #properties(keys: readonly string[]): object {
    const object = this.#remember({}) as Fields;
    for (const key of keys) set(object, key, this.#value());
    return object;
  }

  #array(): unknown[] {
    const count = this.#in.count();
    const list = this.#remember([] as unknown[]);
    for (let index = 0; index < count; index++) list.push(this.#value());
    return list;
  }

  #sparse(): unknown[] {
    const list = this.#remember([] as unknown[]);
    list.length = this.#in.varint();
    for (let left = this.#in.count(2); left > 0; left--) set(list, this.#string(), this.#value());
    return list;
  }

  #map(): Map<unknown, unknown> {
    const map = this.#remember(new Map<unknown, unknown>());
    for (let left = this.#in.count(2); left > 0; left--) map.set(this.#value(), this.#value());
    return map;
  }

  #set(): Set<unknown> {
    const set = this.#remember(new Set<unknown>());
    for (let left = this.#in.count(); left > 0; left--) set.add(this.#value());
    return set;
  }

  #view(whole: boolean): object {
    const kind = this.#in.byte();
    const buffer = this.#in.raw(this.#in.count());
    const view = this.#remember(viewOf(kind, buffer));
    if (whole) this.#remember(buffer);
    return view;
  }

  #viewOf(): object {
    const kind = this.#in.byte();
    const buffer = this.#known(this.#in.varint());
    if (!(buffer instanceof ArrayBuffer)) throw damaged("a view's buffer is not one");
    return this.#remember(viewOf(kind, buffer));
  }

  #box(): object {
    const value = this.#value();
    if (value === null || value === undefined || typeof value === "object") throw damaged("a primitive was expected");
    return this.#remember(Object(value));
  }

  #error(): object {
    const words = { type: this.#string(), base: this.#string(), name: this.#string(), message: this.#string() };
    const stack = this.#value();
    if (stack !== undefined && typeof stack !== "string") throw damaged("a stack was expected");
    const error = decodeError({ kind: "error", id: 0, ...words, stack, props: [], hidden: [], errors: undefined });
    this.#remember(error as object);
    this.#fields(error as object, true);
    this.#fields(error as object, false);
    const errors = this.#value();
    if (errors !== undefined) define(error as object, "errors", errors, false);
    return error as object;
  }

  #fields(error: object, enumerable: boolean): void {
    for (let left = this.#in.count(2); left > 0; left--) define(error, this.#string(), this.#value(), enumerable);
  }

  #portable(): object {
    const index = this.#objects.push({}) - 1;
    const type = this.#string();
    const module = this.#string();
    const data = this.#value();
    const revive = revivalOf(type);
    if (!revive) {
      throw new UnsupportedError(`objects of type "${type}" from a queue`, "This thread", `Import ${module} first.`);
    }
    const object = revive(data as never);
    this.#objects[index] = object;
    return object;
  }
}

function viewOf(kind: number, buffer: ArrayBuffer): object {
  const name = viewKinds[kind] ?? "";
  const View = (globalThis as unknown as Record<string, (new (buffer: ArrayBuffer) => object) | undefined>)[name];
  if (!View) throw damaged(`there is no view ${name || kind}`);
  return new View(buffer);
}

function set(object: object, key: string, value: unknown): void {
  if (key === "__proto__") define(object, key, value, true);
  else (object as Fields)[key] = value;
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}
