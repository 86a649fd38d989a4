// One number in shared memory, as Python's multiprocessing.Value. Integers change by Atomics; floats, which Atomics does not
// know, by compare-and-swap on their bits, with integers of the same size over the same memory.

import { typeError, UnsupportedError } from "@everycore/core";
import { Lock } from "./lock.js";
import { mutexWords } from "./mutex.js";
import {
  checkSharedType,
  type FloatSharedType,
  type SharedType,
  type ValueOf,
  viewOver,
  viewTypes,
} from "./number-types.js";
import { type FormData, Primitive, Received, registerPrimitive } from "./primitive.js";
import { checkPrimitiveOptions, firstWord, type PrimitiveOptions, Region } from "./region.js";

type Parts = { readonly type: SharedType };

/** The integers that Atomics works on, and bits of floats. */
type Integers = Int32Array | BigInt64Array;
/** The operations of Atomics on whichever of them. */
type Operation = (array: Integers, index: number, value: unknown) => unknown;

const byteOffset = 4 * (firstWord + mutexWords);

/**
 * One number in shared memory. Every operation is atomic; for more than one together there is `getLock()`.
 *
 * `add`, `sub`, `and`, `or`, `xor` and `exchange` return the value before, as `Atomics` does. Integers wrap.
 *
 * @example
 * ```ts
 * const counter = new SharedValue("int32");
 * counter.add(1);
 * ```
 */
export class SharedValue<T extends SharedType = SharedType> extends Primitive {
  readonly type: T;
  readonly #cell: Integers;
  /** The float over the cell's bits that this thread converts with. */
  readonly #converter: Converter | undefined;
  #lock: Lock | undefined;

  constructor(type: T, initial?: ValueOf<T>, options?: PrimitiveOptions);
  /** @internal */
  constructor(received: Received<Parts>);
  constructor(type: T | Received<Parts>, initial?: ValueOf<T>, options: PrimitiveOptions = {}) {
    if (type instanceof Received) super(Region.adopt(type.data.region));
    else {
      checkSharedType(type);
      checkPrimitiveOptions(options);
      super(Region.create("SharedValue", options, mutexWords, 8));
    }
    this.type = type instanceof Received ? (type.data.type as T) : type;
    const cellType = this.type === "float64" ? "bigint64" : this.type === "float32" ? "int32" : this.type;
    this.#cell = viewOver<SharedType>(cellType, this.region.memory, byteOffset, 1) as Integers;
    this.#converter = this.type.startsWith("float") ? converterOf(this.type as FloatSharedType) : undefined;
    if (initial !== undefined) this.value = initial;
  }

  /** The value. */
  get value(): ValueOf<T> {
    return this.#decode(Atomics.load(this.#cell as Int32Array, 0));
  }

  set value(value: ValueOf<T>) {
    Atomics.store(this.#cell as Int32Array, 0, this.#encode(value) as number);
  }

  /** Adds; returns the value before. */
  add(n: ValueOf<T>): ValueOf<T> {
    if (this.#converter) return this.#update(n, (a, b) => a + b);
    return this.#apply(Atomics.add as Operation, n);
  }

  /** Subtracts; returns the value before. */
  sub(n: ValueOf<T>): ValueOf<T> {
    if (this.#converter) return this.#update(n, (a, b) => a - b);
    return this.#apply(Atomics.sub as Operation, n);
  }

  /** Bitwise and; returns the value before. Integers only. */
  and(n: ValueOf<T>): ValueOf<T> {
    return this.#applyBits(Atomics.and as Operation, n, "and");
  }

  /** Bitwise or; returns the value before. Integers only. */
  or(n: ValueOf<T>): ValueOf<T> {
    return this.#applyBits(Atomics.or as Operation, n, "or");
  }

  /** Bitwise exclusive or; returns the value before. Integers only. */
  xor(n: ValueOf<T>): ValueOf<T> {
    return this.#applyBits(Atomics.xor as Operation, n, "xor");
  }

  /** Stores; returns the value before. */
  exchange(value: ValueOf<T>): ValueOf<T> {
    return this.#apply(Atomics.exchange as Operation, value);
  }

  /** Stores `value` if the value is `expected`; returns the value before. Floats are compared by their bits: NaN equals NaN, 0 is not −0. */
  compareExchange(expected: ValueOf<T>, value: ValueOf<T>): ValueOf<T> {
    const [from, to] = [this.#encode(expected), this.#encode(value)] as number[];
    return this.#decode(Atomics.compareExchange(this.#cell as Int32Array, 0, from as number, to as number));
  }

  /** The lock that comes with the value, for those who change it in several steps. The operations here do not take it. */
  getLock(): Lock {
    this.#lock ??= new Lock(this.region);
    return this.#lock;
  }

  #apply(operation: Operation, value: ValueOf<T>): ValueOf<T> {
    return this.#decode(operation(this.#cell, 0, this.#encode(value)));
  }

  #applyBits(operation: Operation, value: ValueOf<T>, name: string): ValueOf<T> {
    if (!this.#converter) return this.#apply(operation, value);
    throw new UnsupportedError(`${name}()`, `A SharedValue of ${this.type}`, "Use an integer type.");
  }

  #update(value: ValueOf<T>, change: (a: number, b: number) => number): ValueOf<T> {
    for (;;) {
      const before = this.value;
      const after = change(before as number, value as number) as ValueOf<T>;
      if (Object.is(this.compareExchange(before, after), before)) return before;
    }
  }

  #encode(value: ValueOf<T>): unknown {
    const isBig = this.type.startsWith("big");
    if (typeof value !== (isBig ? "bigint" : "number"))
      throw typeError("value", isBig ? "a bigint" : "a number", value);
    return this.#converter ? this.#converter.toBits(value as number) : value;
  }

  #decode(bits: unknown): ValueOf<T> {
    return (this.#converter ? this.#converter.toNumber(bits as never) : bits) as ValueOf<T>;
  }

  protected override get kind(): string {
    return "SharedValue";
  }

  protected override parts(): Record<string, unknown> {
    return { type: this.type };
  }

  protected override describe(): string {
    return `${this.type} ${this.value}`;
  }
}

/** The bits of floats as integers, and back. */
interface Converter {
  toBits(value: number): number | bigint;
  toNumber(bits: number | bigint): number;
}

function converterOf(type: FloatSharedType): Converter {
  const float = new viewTypes[type](1);
  const bits = type === "float32" ? new Int32Array(float.buffer) : new BigInt64Array(float.buffer);
  return {
    toBits: (value) => {
      // One NaN only: compareExchange compares bits.
      float[0] = Number.isNaN(value) ? Number.NaN : value;
      return bits[0] as number | bigint;
    },
    toNumber: (value) => {
      (bits as { [index: number]: number | bigint })[0] = value;
      return float[0] as number;
    },
  };
}

registerPrimitive("SharedValue", (data: FormData<Parts>) => new SharedValue(new Received(data)));
