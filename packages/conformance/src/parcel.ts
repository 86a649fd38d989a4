// A class whose objects travel (law D12): what a library over Everycore would define.

import { type Portable, type PortableForm, registerPortable } from "@everycore/core";

const type = "everycore.conformance/Parcel";

/** Contents that may be portable objects themselves. */
export class Parcel implements Portable {
  readonly #contents: readonly unknown[];

  constructor(...contents: unknown[]) {
    this.#contents = contents;
  }

  get weight(): number {
    return this.#contents.reduce((sum: number, item) => sum + (item instanceof Parcel ? item.weight : 1), 0);
  }

  toPortable(): PortableForm {
    return { type, module: import.meta.url, data: this.#contents };
  }
}

registerPortable<readonly unknown[]>(type, (contents) => new Parcel(...contents));
