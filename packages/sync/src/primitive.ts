// What all primitives have in common: a region, the way to another thread, words for messages, and the options of waits.

import {
  checkOptions,
  checkWaitOptions,
  type Portable,
  type PortableForm,
  type Recipient,
  registerPortable,
  TimeoutError,
} from "@everycore/core";
import type { Region, RegionData } from "./region.js";

/** How long a blocking form waits. */
export interface SyncWaitOptions {
  /** Milliseconds; 0 only tries. Default: no limit. */
  readonly timeoutMs?: number | undefined;
}

/** How long an async form waits, and what else ends the wait. */
export interface AsyncWaitOptions extends SyncWaitOptions {
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Checks the options of a wait at the call. */
export function checkWait(options: AsyncWaitOptions, isSync = false): void {
  checkOptions("options", options, isSync ? ["timeoutMs"] : ["timeoutMs", "signal"]);
  checkWaitOptions(options);
}

/** The options of a wait without any, so that it need not be checked. */
export const noOptions: AsyncWaitOptions = Object.freeze({});

/** A wait's end, in words: `Lock "a" was not acquired within 100 ms`. */
export function timeoutError(what: string, timeoutMs: number | undefined, because: string): TimeoutError {
  return new TimeoutError(`${what} within ${timeoutMs} ms: ${because}`);
}

/** A primitive in a region. */
export abstract class Primitive implements Portable {
  /** @internal */
  readonly region: Region;

  constructor(region: Region) {
    this.region = region;
    // So that a console shows the primitive's name and state, and not its memory.
    Object.defineProperty(this, "region", { enumerable: false });
  }

  /** The form in which it goes to another thread, which becomes a holder by that. Throws UnsupportedError where memory is not shared. */
  toPortable(recipient: Recipient): PortableForm {
    const type = typePrefix + this.kind;
    return { type, module: import.meta.url, data: { region: this.region.giveTo(recipient), ...this.parts() } };
  }

  /** Its class's name, which is also its type on the wire. */
  protected abstract get kind(): string;
  /** Its state, in words. */
  protected abstract describe(): string;

  /** What it is made of beside the region: other portables, or numbers. */
  protected parts(): Record<string, unknown> {
    return {};
  }

  /** Its name and state, as `Lock "accounts" (held by main)`. */
  toString(): string {
    return `${this.region.label.replace(/^An? /, "")} (${this.describe()})`;
  }
}

// What Node's console and debugger show.
Object.defineProperty(Primitive.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Primitive): string {
    return this.toString();
  },
});

const typePrefix = "everycore.sync/";

/** The data of a primitive's form. */
export type FormData<Parts = unknown> = { readonly region: RegionData } & Parts;

/** Says how a primitive that was sent is made again. */
export function registerPrimitive<Parts>(kind: string, revive: (data: FormData<Parts>) => object): void {
  registerPortable(typePrefix + kind, revive);
}

/** Marks, for a constructor, that there is a region already. */
export class Received<Parts = unknown> {
  readonly data: FormData<Parts>;

  constructor(data: FormData<Parts>) {
    this.data = data;
  }
}
