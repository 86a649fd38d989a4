// Prepares values for structured clone, which alone would send too much or too little: a subarray would take the whole
// buffer along (D4), a function would fail without saying where (D2), a signal would arrive as `{}`. A value that needs
// none of this is passed on as it is; what has to change is copied on the way, and nothing of the caller's is changed.

import { DataCloneError, type TransferMode, takeMove, UnsupportedError } from "@everycore/core";

/** What the transport can do. */
export interface PayloadLimits {
  readonly sharedMemory: boolean;
  readonly transfer: boolean;
  /** For messages: who cannot do it. */
  readonly label: string;
}

/** A value that is ready to be posted. */
export interface Payload<T> {
  readonly value: T;
  /** Buffers to move: the caller's, and copies that were made here. */
  readonly transfer: readonly object[];
  /** Whether some of them are the caller's, so that the value cannot be sent a second time. */
  readonly moves: boolean;
}

const nothing: readonly object[] = Object.freeze([]);

/**
 * Prepares `value` for sending.
 *
 * @throws DataCloneError with the path of a function, symbol or signal; UnsupportedError for shared memory or a move
 * that the transport lacks.
 */
export function preparePayload<T>(value: T, root: string, mode: TransferMode, limits: PayloadLimits): Payload<T> {
  if (isPlain(value)) return { value, transfer: nothing, moves: false };
  const walk = new Walk(mode === "move", limits);
  const prepared = walk.visit(value, root, false) as T;
  return { value: prepared, transfer: walk.transfer.size > 0 ? [...walk.transfer] : nothing, moves: walk.moves };
}

/** As {@link preparePayload} for a list of arguments; paths start at `args[0]`. */
export function prepareArguments(
  args: readonly unknown[],
  mode: TransferMode,
  limits: PayloadLimits,
): Payload<readonly unknown[]> {
  return args.every(isPlain)
    ? { value: args, transfer: nothing, moves: false }
    : preparePayload(args, "args", mode, limits);
}

/** Whether a value needs no look inside. */
function isPlain(value: unknown): boolean {
  const type = typeof value;
  return value === null || (type !== "object" && type !== "function" && type !== "symbol");
}

class Walk {
  readonly transfer = new Set<object>();
  moves = false;
  readonly #seen = new Map<object, unknown>();
  readonly #moveAll: boolean;
  readonly #limits: PayloadLimits;

  constructor(moveAll: boolean, limits: PayloadLimits) {
    this.#moveAll = moveAll;
    this.#limits = limits;
  }

  visit(value: unknown, path: string, moveOuter: boolean): unknown {
    if (isPlain(value)) return value;
    if (typeof value !== "object" || value === null) throw new DataCloneError(path, `is a ${typeof value}`);
    if (this.#seen.has(value)) return this.#seen.get(value);
    this.#seen.set(value, value);
    const move = this.#moveAll || moveOuter || takeMove(value);
    const prepared = this.#prepare(value, path, move);
    if (prepared !== value) this.#seen.set(value, prepared);
    return prepared;
  }

  #prepare(value: object, path: string, move: boolean): unknown {
    if (ArrayBuffer.isView(value)) return this.#view(value, path, move);
    if (value instanceof ArrayBuffer) return this.#buffer(value, path, move);
    if (isShared(value)) return this.#share(value, path);
    if (Array.isArray(value)) return this.#array(value, path, move);
    if (value instanceof Map) return this.#map(value, path, move);
    if (value instanceof Set) return this.#set(value, path, move);
    if (value instanceof Date || value instanceof RegExp || value instanceof Error) return value;
    if (typeof AbortSignal !== "undefined" && value instanceof AbortSignal) {
      throw new DataCloneError(
        path,
        "is an AbortSignal (give it to executor.with({ signal }) and read taskContext().signal)",
      );
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#object(value, path, move);
    return this.#instance(value, path, move);
  }

  #view(view: ArrayBufferView, path: string, move: boolean): unknown {
    const { buffer, byteOffset, byteLength } = view;
    if (isShared(buffer)) {
      this.#share(buffer, path);
      return view;
    }
    const whole = byteLength === buffer.byteLength;
    if (move && (whole || !isPooled(view))) {
      this.#buffer(buffer as ArrayBuffer, path, true);
      return view;
    }
    if (whole) return view;
    const copy = (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
    if (this.#limits.transfer) this.transfer.add(copy);
    return viewOf(view, copy);
  }

  #buffer(buffer: ArrayBuffer, path: string, move: boolean): ArrayBuffer {
    if (!move) return buffer;
    if (!this.#limits.transfer) {
      throw new UnsupportedError(`moving buffers (${path})`, this.#limits.label, 'Use transfer: "copy".');
    }
    this.#move(buffer);
    return buffer;
  }

  #share(buffer: object, path: string): object {
    if (this.#limits.sharedMemory) return buffer;
    throw new UnsupportedError(`shared memory (${path})`, this.#limits.label, "Send a copy, or use a thread executor.");
  }

  #array(list: readonly unknown[], path: string, move: boolean): unknown {
    let copy: unknown[] | undefined;
    for (let index = 0; index < list.length; index++) {
      const item = list[index];
      if (isPlain(item)) continue;
      const prepared = this.visit(item, `${path}[${index}]`, move);
      if (prepared !== item) {
        copy ??= this.#replace(list, [...list]);
        copy[index] = prepared;
      }
    }
    return copy ?? list;
  }

  #object(object: object, path: string, move: boolean): unknown {
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(object)) {
      const item = (object as Record<string, unknown>)[key];
      if (isPlain(item)) continue;
      const prepared = this.visit(item, path + accessor(key), move);
      if (prepared !== item) {
        copy ??= this.#replace(object, { ...object });
        copy[key] = prepared;
      }
    }
    return copy ?? object;
  }

  /** Instances of classes: platform objects must stay as they are, others are sent as their own properties are. */
  #instance(object: object, path: string, move: boolean): unknown {
    if (move && this.#limits.transfer && transferable.has(object.constructor?.name)) this.#move(object);
    return this.#object(object, path, move);
  }

  /** From now on `copy` stands for `original`, also where the original refers to itself. */
  #replace<C>(original: object, copy: C): C {
    this.#seen.set(original, copy);
    return copy;
  }

  #move(object: object): void {
    this.transfer.add(object);
    this.moves = true;
  }

  #map(map: ReadonlyMap<unknown, unknown>, path: string, move: boolean): unknown {
    const entries = [...map].map(
      ([key, item], index) =>
        [
          this.visit(key, `${path}.keys()[${index}]`, move),
          this.visit(item, `${path}.get(${keyText(key)})`, move),
        ] as const,
    );
    return entries.some(([key, item]) => !map.has(key) || map.get(key) !== item) ? new Map(entries) : map;
  }

  #set(set: ReadonlySet<unknown>, path: string, move: boolean): unknown {
    const items = [...set].map((item, index) => this.visit(item, `${path}.values()[${index}]`, move));
    return items.some((item) => !set.has(item)) ? new Set(items) : set;
  }
}

function accessor(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isShared(value: object): boolean {
  return typeof SharedArrayBuffer !== "undefined" && value instanceof SharedArrayBuffer;
}

/** A key of a Map, in the words of an error message. */
function keyText(key: unknown): string {
  if (typeof key === "string") return JSON.stringify(key);
  return isPlain(key) ? `${String(key)}${typeof key === "bigint" ? "n" : ""}` : "…";
}

/** Platform objects that can be moved and not copied. */
const transferable = new Set(
  (
    "AudioData FileHandle ImageBitmap MediaSourceHandle MessagePort MIDIAccess OffscreenCanvas ReadableStream " +
    "RTCDataChannel TransformStream VideoFrame WebTransportReceiveStream WebTransportSendStream WritableStream"
  ).split(" "),
);

/** Node's `Buffer` takes small buffers out of a pool that must not be moved. */
function isPooled(view: ArrayBufferView): boolean {
  return view.constructor.name === "Buffer";
}

function viewOf(like: ArrayBufferView, buffer: ArrayBuffer): ArrayBufferView {
  if (like instanceof DataView) return new DataView(buffer);
  const name = (like as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag];
  const View = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => ArrayBufferView>)[name];
  return View ? new View(buffer) : like;
}

/** Finds what in `value` cannot be cloned, after cloning has failed with `cause`. */
export function locateUncloneable(value: unknown, root: string, cause: unknown): DataCloneError {
  const found = locate(value, root, new Set());
  return new DataCloneError(found?.path ?? root, found?.what ?? "holds a value", { cause });
}

function locate(value: unknown, path: string, seen: Set<unknown>): { path: string; what: string } | undefined {
  if (seen.has(value) || canClone(value)) return undefined;
  seen.add(value);
  for (const [key, item] of children(value)) {
    const found = locate(item, path + key, seen);
    if (found) return found;
  }
  const what =
    typeof value === "object" && value !== null ? `a ${value.constructor?.name ?? "object"}` : `a ${typeof value}`;
  return { path, what: `is ${what}` };
}

function children(value: unknown): Array<[path: string, item: unknown]> {
  if (Array.isArray(value)) return value.map((item, index) => [`[${index}]`, item]);
  if (value instanceof Map) return [...value].map(([key, item]) => [`.get(${keyText(key)})`, item]);
  if (value instanceof Set) return [...value].map((item, index) => [`.values()[${index}]`, item]);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).map(([key, item]) => [accessor(key), item]);
}

function canClone(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
