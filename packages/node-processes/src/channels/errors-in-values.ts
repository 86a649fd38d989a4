// Errors inside of a value (law X1): structured clone keeps too little of them, so each is replaced by a mark with all of it
// (core's encodeError), and restored where it arrives. Values without errors, nearly all of them, are only looked at.

import { decodeError, encodeError, isWireError } from "@everycore/core";

const key = "\u0000everycore.error";

/** Whether there is an error anywhere in the value. */
export function holdsError(value: unknown, seen: Set<object> = new Set()): boolean {
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  if (value instanceof Error) return true;
  if (isLeaf(value)) return false;
  seen.add(value);
  for (const child of children(value)) if (holdsError(child, seen)) return true;
  return false;
}

/** A copy in which marks stand for errors. Cycles and what is shared within the value survive. */
export function replaceErrors(value: unknown): unknown {
  return new Replacement((object) =>
    object instanceof Error ? { replaced: { [key]: encodeError(object) } } : undefined,
  ).visit(value);
}

/** A copy in which errors stand for their marks. */
export function restoreErrors(value: unknown): unknown {
  return new Replacement((object) => {
    const wire = (object as Record<string, unknown>)[key];
    return Object.hasOwn(object, key) && isWireError(wire) ? { replaced: decodeError(wire) } : undefined;
  }).visit(value);
}

class Replacement {
  readonly #seen = new Map<object, unknown>();
  readonly #replace: (object: object) => { replaced: unknown } | undefined;

  constructor(replace: (object: object) => { replaced: unknown } | undefined) {
    this.#replace = replace;
  }

  visit(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (this.#seen.has(value)) return this.#seen.get(value);
    const found = this.#replace(value);
    if (found) return this.#become(value, found.replaced);
    if (isLeaf(value)) return value;
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    return this.#object(value);
  }

  #become<C>(original: object, copy: C): C {
    this.#seen.set(original, copy);
    return copy;
  }

  #map(map: ReadonlyMap<unknown, unknown>): unknown {
    const copy = this.#become(map, new Map<unknown, unknown>());
    for (const [name, item] of map) copy.set(this.visit(name), this.visit(item));
    return copy;
  }

  #set(set: ReadonlySet<unknown>): unknown {
    const copy = this.#become(set, new Set<unknown>());
    for (const item of set) copy.add(this.visit(item));
    return copy;
  }

  #object(object: object): unknown {
    const copy = this.#become(object, (Array.isArray(object) ? new Array(object.length) : {}) as object);
    for (const [name, item] of Object.entries(object)) {
      // Not by assignment, which would set the prototype for the key "__proto__".
      Object.defineProperty(copy, name, {
        value: this.visit(item),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return copy;
  }
}

function isLeaf(value: object): boolean {
  const buffer = ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
  return buffer || value instanceof Date || value instanceof RegExp || isBoxed(value);
}

/** `Object(1)`, `Object("a")` and their like have no parts; a copy of theirs would lose the value. */
function isBoxed(value: object): boolean {
  return /^\[object (Boolean|Number|String|BigInt)\]$/.test(Object.prototype.toString.call(value));
}

function children(value: object): Iterable<unknown> {
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return value;
  return Object.values(value);
}
