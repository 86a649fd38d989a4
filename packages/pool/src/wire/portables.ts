// Portable objects on the wire. The sender puts a mark in the place of each: its form, with a key that no other object has. The
// message says whether there are any, so that nothing is searched in vain. The receiver makes the objects and puts them in
// the places of the marks; one that was sent twice in a message arrives as one object.

import { DataCloneError, type Portable, type PortableForm, type Recipient, revivalOf } from "@everycore/core";

const key = "\u0000everycore.portable";

interface Mark {
  readonly [key]: string;
  readonly module: string;
  readonly data: unknown;
}

/** What stands on the wire for a portable object; `prepare` prepares what it is made of. */
export function markOf(object: Portable, recipient: Recipient, prepare: (data: unknown) => unknown): object {
  const { type, module, data }: PortableForm = object.toPortable(recipient);
  return { [key]: type, module, data: prepare(data) } satisfies Mark;
}

/** Puts objects in the places of all marks in `value`, which is the receiver's own. `importModule` finds types that are new here. */
export async function reviveWithImports(
  value: unknown,
  path: string,
  importModule: ((url: string) => Promise<unknown>) | undefined,
): Promise<unknown> {
  const unknown = new Map<string, string>();
  new Revival((mark) => {
    if (!revivalOf(mark[key])) unknown.set(mark[key], mark.module);
    return mark;
  }).visit(value);
  if (importModule) {
    for (const [type, module] of unknown) {
      await importModule(module).catch((cause: unknown) => {
        throw new DataCloneError(path, `contains a ${type}`, {
          cause,
          hint: `its module ${module} cannot be imported`,
        });
      });
    }
  }
  return revive(value, path);
}

/** The same where every type must be known already. */
export function revive(value: unknown, path: string): unknown {
  return new Revival((mark) => {
    const make = revivalOf(mark[key]);
    if (make) return make(mark.data as never);
    throw new DataCloneError(path, `contains a ${mark[key]}`, {
      hint: `import its package${packageOf(mark[key])} where it arrives`,
    });
  }).visit(value);
}

/** Of our own classes the package is known: `everycore.sync/Lock`. */
function packageOf(name: string): string {
  const [, ours] = /^everycore\.([\w-]+)\//.exec(name) ?? [];
  return ours ? `, @everycore/${ours},` : "";
}

/** One walk. What a mark holds is visited before the mark itself is replaced. */
class Revival {
  readonly #seen = new Map<object, unknown>();
  readonly #replace: (mark: Mark) => unknown;

  constructor(replace: (mark: Mark) => unknown) {
    this.#replace = replace;
  }

  visit(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (this.#seen.has(value)) return this.#seen.get(value);
    this.#seen.set(value, value);
    if (Array.isArray(value)) this.#entries(value);
    else if (value instanceof Map) this.#map(value);
    else if (value instanceof Set) this.#set(value);
    else if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) this.#entries(value);
    if (!Object.hasOwn(value, key)) return value;
    const object = this.#replace(value as Mark);
    this.#seen.set(value, object);
    return object;
  }

  #entries(object: object): void {
    const values = object as Record<string, unknown>;
    for (const name of Object.keys(object)) {
      const item = values[name];
      if (typeof item !== "object" || item === null) continue;
      const revived = this.visit(item);
      if (revived !== item) values[name] = revived;
    }
  }

  #map(map: Map<unknown, unknown>): void {
    const entries = [...map].map(([name, item]) => [this.visit(name), this.visit(item)] as const);
    map.clear();
    for (const [name, item] of entries) map.set(name, item);
  }

  #set(set: Set<unknown>): void {
    const items = [...set].map((item) => this.visit(item));
    set.clear();
    for (const item of items) set.add(item);
  }
}
