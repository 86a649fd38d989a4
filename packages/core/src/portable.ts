// Objects that are sent to other threads and processes as what they are: locks, queues, connections. A portable object says
// what it is made of (its form); on the other side the class that registered for the form's type makes an equal object.

import { checkFunction, typeError } from "./arguments.js";

/** To whom a portable object is sent: one object for each worker. */
export interface Recipient {
  /** The worker's name. */
  readonly name: string;
  /** Whether `SharedArrayBuffer`s are shared with it. */
  readonly sharedMemory: boolean;
  /** Calls back once when the worker has ended, with words that follow its name: `exited with code 3`. */
  onEnd(listener: (how: string) => void): void;
}

/** What a portable object is made of. */
export interface PortableForm {
  /** For which class: `"everycore.sync/Lock"`. */
  readonly type: string;
  /** URL of a module that registers the type: `import.meta.url`. A worker that does not know the type imports it, if it can. */
  readonly module: string;
  /** What structured clone can carry, `SharedArrayBuffer`s and other portable objects included. */
  readonly data: unknown;
}

/**
 * An object that can be an argument of a task, part of a pool's `shared` data, or a result, at any depth.
 *
 * @example
 * ```ts
 * class Counter implements Portable {
 *   readonly cells: Int32Array;
 *   constructor(memory = new SharedArrayBuffer(4)) {
 *     this.cells = new Int32Array(memory);
 *   }
 *   toPortable(): PortableForm {
 *     return { type: "example/Counter", module: import.meta.url, data: this.cells.buffer };
 *   }
 * }
 * registerPortable("example/Counter", (data) => new Counter(data as SharedArrayBuffer));
 * ```
 */
export interface Portable {
  /** What to send. Throws `UnsupportedError` if this recipient cannot have the object. */
  toPortable(recipient: Recipient): PortableForm;
}

/** Makes the object of a form's data. */
export type Revive = (data: never) => object;

const registryKey = Symbol.for("everycore.portables");
const host = globalThis as { [registryKey]?: Map<string, Revive> };
host[registryKey] ??= new Map();
const registry: Map<string, Revive> = host[registryKey];

/** Says how objects of a type are made from their form's data. To be called when the class's module is loaded. */
export function registerPortable<D>(type: string, revive: (data: D) => object): void {
  if (typeof type !== "string") throw typeError("type", 'a string such as "package/Class"', type);
  checkFunction("revive", revive);
  registry.set(type, revive);
}

/** How objects of the type are made, if that was registered. */
export function revivalOf(type: string): Revive | undefined {
  return registry.get(type);
}

/** Whether a value is portable. */
export function isPortable(value: object): value is Portable {
  return typeof (value as Partial<Portable>).toPortable === "function";
}
