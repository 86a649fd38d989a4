// Many numbers in shared memory, as Python's multiprocessing.Array: a typed array, and a lock that comes with it.

import { checkCount, rangeError, typeError } from "@everycore/core";
import { Lock } from "./lock.js";
import { mutexWords } from "./mutex.js";
import { checkSharedType, type SharedType, type ValueOf, type ViewOf, viewOver, viewTypes } from "./number-types.js";
import { type FormData, Primitive, Received, registerPrimitive } from "./primitive.js";
import { checkPrimitiveOptions, firstWord, type PrimitiveOptions, Region } from "./region.js";

type Parts = { readonly type: SharedType; readonly length: number };

const byteOffset = 4 * (firstWord + mutexWords);

/**
 * Numbers in shared memory. `view` is the typed array; reading and writing it is as fast as any, and not synchronised: hold
 * `lock`, or use `Atomics` on `view`, where several threads write the same element.
 *
 * @example
 * ```ts
 * const sums = new SharedArray("float64", 4);
 * sums.view[0] = 1.5;
 * ```
 */
export class SharedArray<T extends SharedType = SharedType> extends Primitive implements Iterable<ValueOf<T>> {
  readonly type: T;
  /** The typed array over the shared memory. */
  readonly view: ViewOf<T>;
  /** The lock that comes with the array. Nothing here takes it. */
  readonly lock: Lock;

  constructor(type: T, lengthOrValues: number | Iterable<ValueOf<T>>, options?: PrimitiveOptions);
  /** @internal */
  constructor(received: Received<Parts>);
  constructor(
    type: T | Received<Parts>,
    lengthOrValues: number | Iterable<ValueOf<T>> = 0,
    options: PrimitiveOptions = {},
  ) {
    let values: Array<ValueOf<T>> | undefined;
    let length: number;
    if (type instanceof Received) {
      super(Region.adopt(type.data.region));
      this.type = type.data.type as T;
      length = type.data.length;
    } else {
      checkSharedType(type);
      checkPrimitiveOptions(options);
      values = valuesOf<T>(lengthOrValues);
      length = values ? values.length : (lengthOrValues as number);
      super(Region.create("SharedArray", options, mutexWords, length * viewTypes[type].BYTES_PER_ELEMENT));
      this.type = type;
    }
    this.view = viewOver(this.type, this.region.memory, byteOffset, length);
    this.lock = new Lock(this.region);
    if (values) this.set(values);
  }

  get length(): number {
    return this.view.length;
  }

  /** The element, counted from the end if `index` is negative; undefined outside. */
  at(index: number): ValueOf<T> | undefined {
    return this.view.at(index) as ValueOf<T> | undefined;
  }

  /** Writes values one after the other, from `offset` on. @throws RangeError if they do not fit */
  set(values: Iterable<ValueOf<T>>, offset = 0): void {
    checkCount("offset", offset, 0);
    const list = [...values];
    if (offset + list.length > this.length) throw rangeError("values", `at most ${this.length - offset}`, list.length);
    (this.view as unknown as { set(values: unknown[], offset: number): void }).set(list, offset);
  }

  /** A copy of a part, in memory of this thread. */
  slice(start?: number, end?: number): ViewOf<T> {
    const part = this.view.subarray(start, end) as unknown as ArrayLike<number>;
    return new (viewTypes[this.type] as unknown as new (from: ArrayLike<number>) => ViewOf<T>)(part);
  }

  [Symbol.iterator](): IterableIterator<ValueOf<T>> {
    return this.view[Symbol.iterator]() as IterableIterator<ValueOf<T>>;
  }

  protected override get kind(): string {
    return "SharedArray";
  }

  protected override parts(): Record<string, unknown> {
    return { type: this.type, length: this.length };
  }

  protected override describe(): string {
    return `${this.length} of ${this.type}`;
  }
}

function valuesOf<T extends SharedType>(lengthOrValues: number | Iterable<ValueOf<T>>): Array<ValueOf<T>> | undefined {
  if (typeof lengthOrValues === "number") {
    checkCount("length", lengthOrValues, 0);
    return undefined;
  }
  if (typeof lengthOrValues !== "object" || !(Symbol.iterator in lengthOrValues))
    throw typeError("lengthOrValues", "a number or an iterable of values", lengthOrValues);
  return [...lengthOrValues];
}

registerPrimitive("SharedArray", (data: FormData<Parts>) => new SharedArray(new Received(data)));
