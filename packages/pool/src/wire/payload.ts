// Prepares values for structured clone, which alone would send too much or too little: a subarray would take the whole
// buffer along (D4), a function would fail without saying where (D2), a signal would arrive as `{}`. A value that needs
// none of this is passed on as it is; what has to change is copied on the way, and nothing of the caller's is changed.

import {
  DataCloneError,
  isPortable,
  type Portable,
  type Recipient,
  type TransferMode,
  takeMove,
  UnsupportedError,
} from "@everycore/core";
import { accessor, keyText } from "./payload-path.js";
import { markOf } from "./portables.js";

/** What the transport can do. */
export interface PayloadLimits {
  readonly sharedMemory: boolean;
  readonly transfer: boolean;
  /** For messages: who cannot do it. */
  readonly label: string;
  /** To whom portable objects go. Without one they stay what they are, and the value is to be prepared again. */
  readonly recipient?: Recipient | undefined;
}

/** A value that is ready to be posted. */
export interface Payload<T> {
  readonly value: T;
  /** Buffers to move: the caller's, and copies that were made here. */
  readonly transfer: readonly object[];
  /** Whether some of them are the caller's, so that the value cannot be sent a second time. */
  readonly moves: boolean;
  /** Whether there are portable objects in it, or marks for them. */
  readonly portables: boolean;
}

const nothing: readonly object[] = Object.freeze([]);

/**
 * Prepares `value` for sending.
 *
 * @throws DataCloneError with the path of a function, symbol or signal; UnsupportedError for shared memory or a move
 * that the transport lacks.
 */
export function preparePayload<T>(value: T, root: string, mode: TransferMode, limits: PayloadLimits): Payload<T> {
  if (isPlain(value)) return { value, transfer: nothing, moves: false, portables: false };
  const walk = new Walk(mode === "move", limits);
  const prepared = walk.prepare(value, root) as T;
  const { moves, portables } = walk;
  return { value: prepared, transfer: walk.transfer.size > 0 ? [...walk.transfer] : nothing, moves, portables };
}

/** As {@link preparePayload} for a list of arguments; paths start at `args[0]`. */
export function prepareArguments(
  args: readonly unknown[],
  mode: TransferMode,
  limits: PayloadLimits,
): Payload<readonly unknown[]> {
  return args.every(isPlain)
    ? { value: args, transfer: nothing, moves: false, portables: false }
    : preparePayload(args, "args", mode, limits);
}

/** Whether a value needs no look inside: it can be sent as it is. */
export function isPlain(value: unknown): boolean {
  const type = typeof value;
  return value === null || (type !== "object" && type !== "function" && type !== "symbol");
}

/**
 * One walk finds what is wrong, what is to be moved, and whether anything has to be replaced. Only then a second one
 * copies every container before it visits what is inside, so that cycles and shared references survive.
 */
class Walk {
  readonly transfer = new Set<object>();
  moves = false;
  portables = false;
  #seen = new Map<object, unknown>();
  #replaces = false;
  #copying = false;
  readonly #marked = new Set<object>();
  readonly #moveAll: boolean;
  readonly #limits: PayloadLimits;

  constructor(moveAll: boolean, limits: PayloadLimits) {
    this.#moveAll = moveAll;
    this.#limits = limits;
  }

  prepare(value: unknown, root: string): unknown {
    const prepared = this.#visit(value, root, false);
    if (!this.#replaces) return prepared;
    this.#seen = new Map();
    this.#copying = true;
    return this.#visit(value, root, false);
  }

  #visit(value: unknown, path: string, moveOuter: boolean): unknown {
    if (isPlain(value)) return value;
    if (typeof value === "function") throw new DataCloneError(path, "is a function", { hint: functionHint });
    if (typeof value !== "object" || value === null) throw new DataCloneError(path, `is a ${typeof value}`);
    if (this.#seen.has(value)) return this.#seen.get(value);
    this.#seen.set(value, value);
    if (takeMove(value)) this.#marked.add(value);
    return this.#enter(value, path, this.#moveAll || moveOuter || this.#marked.has(value));
  }

  #enter(value: object, path: string, move: boolean): unknown {
    if (isPortable(value)) return this.#portable(value, path);
    refuseHollow(value, path, move);
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
    if (move && this.#limits.transfer && transferable.has(value.constructor?.name)) this.#move(value);
    return this.#object(value, path, move);
  }

  #portable(object: Portable, path: string): unknown {
    const { recipient } = this.#limits;
    this.portables = true;
    if (!recipient) return object;
    this.#replaces = true;
    if (!this.#copying) return object;
    return this.#become(
      object,
      markOf(object, recipient, (data) => this.#visit(data, path, false)),
    );
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
    this.#replaces = true;
    if (!this.#copying) return view;
    const copy = (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
    if (this.#limits.transfer) this.transfer.add(copy);
    return this.#become(view, viewOf(view, copy));
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
    // Holes and extra properties of arrays are cloned too.
    const copy = this.#copying ? this.#become(list, Object.assign(new Array(list.length), list)) : undefined;
    for (let index = 0; index < list.length; index++) {
      const item = list[index];
      if (isPlain(item)) continue;
      const prepared = this.#visit(item, `${path}[${index}]`, move);
      if (copy) copy[index] = prepared;
    }
    return copy ?? list;
  }

  /** Plain objects, and instances of classes, which are cloned as plain objects; platform objects have no own keys. */
  #object(object: object, path: string, move: boolean): unknown {
    const keys = Object.keys(object);
    const copy =
      this.#copying && keys.length > 0 ? this.#become(object, { ...object } as Record<string, unknown>) : undefined;
    for (const key of keys) {
      const item = (object as Record<string, unknown>)[key];
      if (isPlain(item)) continue;
      const prepared = this.#visit(item, path + accessor(key), move);
      if (copy) copy[key] = prepared;
    }
    return copy ?? object;
  }

  #map(map: ReadonlyMap<unknown, unknown>, path: string, move: boolean): unknown {
    const copy = this.#copying ? this.#become(map, new Map<unknown, unknown>()) : undefined;
    let index = 0;
    for (const [key, item] of map) {
      const preparedKey = this.#visit(key, `${path}.keys()[${index++}]`, move);
      const prepared = this.#visit(item, `${path}.get(${keyText(key)})`, move);
      copy?.set(preparedKey, prepared);
    }
    return copy ?? map;
  }

  #set(set: ReadonlySet<unknown>, path: string, move: boolean): unknown {
    const copy = this.#copying ? this.#become(set, new Set<unknown>()) : undefined;
    let index = 0;
    for (const item of set) {
      const prepared = this.#visit(item, `${path}.values()[${index++}]`, move);
      copy?.add(prepared);
    }
    return copy ?? set;
  }

  /** From now on `copy` stands for `original`, also where the original refers to itself. */
  #become<C>(original: object, copy: C): C {
    this.#seen.set(original, copy);
    return copy;
  }

  #move(object: object): void {
    this.transfer.add(object);
    this.moves = true;
  }
}

function isShared(value: object): boolean {
  return typeof SharedArrayBuffer !== "undefined" && value instanceof SharedArrayBuffer;
}

const functionHint = "functions cannot be sent; send what tells which one to call";

/** Refuses what structured clone would take, but hollow or empty, and what was moved away before. */
function refuseHollow(value: object, path: string, move: boolean): void {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (buffer instanceof ArrayBuffer && isDetached(buffer)) {
    throw new DataCloneError(path, "was moved before", {
      hint: "its buffer is detached; move it once, or send a copy",
    });
  }
  const name = value.constructor?.name;
  if (typeof (value as { then?: unknown }).then === "function" && name !== "Promise") {
    throw new DataCloneError(path, `is a ${name || "thenable"}`, { hint: "await it, and send its value" });
  }
  if (hollow.has(name) && !(move && transferable.has(name))) {
    throw new DataCloneError(path, `is a ${name}`, { hint: "it would arrive empty; send what is in it" });
  }
}

function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Platform objects whose content structured clone leaves behind without a word. */
const hollow = new Set("FormData Headers KeyObject ReadableStream Request Response URL URLSearchParams".split(" "));

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
