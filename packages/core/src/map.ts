// `Executor.map`, written once over `submit`. Results come in the order of the inputs. Without `bufferSize` everything
// is submitted at the call; with it, exactly so many elements are taken from the inputs ahead of the consumer.

import { checkCount, checkMs, checkOptions, typeError } from "./arguments.js";
import { TimeoutError } from "./errors.js";
import type { Future } from "./future.js";

/** Options of `map`. */
export interface MapOptions {
  /** Elements per task: fewer, larger messages. Default 1. */
  readonly chunkSize?: number | undefined;
  /** Elements that are taken from the inputs ahead of the consumer. Default: all. */
  readonly bufferSize?: number | undefined;
  /** Deadline of the whole map, from the call. What has not started by then is cancelled. */
  readonly timeoutMs?: number | undefined;
}

/** One input per parameter of the task. */
export type Inputs<A extends readonly unknown[]> = {
  readonly [K in keyof A]: Iterable<A[K]> | AsyncIterable<A[K]>;
};

/** The results of a chunk up to its end or its first error. */
export interface ChunkResult<R> {
  readonly values: readonly R[];
  readonly thrown?: { readonly error: unknown } | undefined;
}

/** How a map submits one element, or a chunk of them. */
export interface MapSubmit<R> {
  one(args: readonly unknown[]): Future<R>;
  chunk(tuples: readonly unknown[][]): Future<ChunkResult<R>>;
}

type Input = Iterable<unknown> | AsyncIterable<unknown>;

interface Batch<R> {
  readonly size: number;
  readonly future: Future<R> | Future<ChunkResult<R>>;
}

/** Separates `map`'s iterables from the options that may follow them; checks both. */
export function splitMapArguments(rest: readonly unknown[]): { inputs: Input[]; options: MapOptions } {
  const last = rest.at(-1);
  const hasOptions = rest.length > 0 && !isIterable(last) && typeof last === "object" && last !== null;
  const inputs = hasOptions ? rest.slice(0, -1) : [...rest];
  const options = (hasOptions ? last : {}) as MapOptions;
  inputs.forEach((input, index) => {
    if (!isIterable(input)) throw typeError(`inputs[${index}]`, "an iterable or an async iterable", input);
  });
  checkOptions("options", options, ["chunkSize", "bufferSize", "timeoutMs"]);
  if (options.chunkSize !== undefined) checkCount("chunkSize", options.chunkSize);
  if (options.bufferSize !== undefined) checkCount("bufferSize", options.bufferSize);
  if (options.timeoutMs !== undefined) checkMs("timeoutMs", options.timeoutMs);
  return { inputs: inputs as Input[], options };
}

function isIterable(value: unknown): value is Input {
  if (value === null || value === undefined) return false;
  const candidate = value as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  return typeof candidate[Symbol.iterator] === "function" || typeof candidate[Symbol.asyncIterator] === "function";
}

/** The results of a `map`, in order. Can be iterated once. */
export class MapResults<R> implements AsyncIterableIterator<R>, AsyncDisposable {
  readonly #submit: MapSubmit<R>;
  readonly #chunkSize: number;
  readonly #bufferSize: number;
  readonly #deadline: number;
  readonly #batches: Array<Batch<R>> = [];
  readonly #source: Iterator<unknown[]> | AsyncIterator<unknown[]>;
  readonly #results: AsyncGenerator<R, undefined, undefined>;
  #ahead = 0;
  /** Whether the inputs may have more. */
  #open = true;
  /** Whether the consumer wants no more. */
  #left = false;
  #failure: { readonly error: unknown } | undefined;
  #filling: Promise<void> | undefined;

  constructor(inputs: readonly Input[], options: MapOptions, defaultBuffer: number, submit: MapSubmit<R>) {
    const asynchronous = inputs.some((input) => !(Symbol.iterator in Object(input)));
    this.#submit = submit;
    this.#chunkSize = options.chunkSize ?? 1;
    this.#bufferSize =
      options.bufferSize ?? (asynchronous ? defaultBuffer * this.#chunkSize : Number.POSITIVE_INFINITY);
    this.#deadline = performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
    this.#source = asynchronous ? zipAsync(inputs) : zip(inputs as ReadonlyArray<Iterable<unknown>>);
    this.#results = this.#drain();
    try {
      this.#fill();
    } catch (error) {
      this.#cancelRest();
      throw error;
    }
  }

  next(): Promise<IteratorResult<R, undefined>> {
    return this.#results.next();
  }

  return(): Promise<IteratorResult<R, undefined>> {
    this.#cancelRest();
    return this.#results.return(undefined);
  }

  /** All results as an array. */
  async toArray(): Promise<R[]> {
    const results: R[] = [];
    for await (const result of this) results.push(result);
    return results;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async *#drain(): AsyncGenerator<R, undefined, undefined> {
    try {
      for (;;) {
        while (this.#batches.length === 0 && this.#filling) await this.#beforeDeadline(this.#filling);
        // It stays among the batches while it is awaited, so that leaving cancels it too.
        const [batch] = this.#batches;
        if (!batch) break;
        yield* this.#consume(batch);
        this.#batches.shift();
      }
      if (this.#failure) throw this.#failure.error;
    } finally {
      this.#cancelRest();
    }
  }

  async *#consume({ size, future }: Batch<R>): AsyncGenerator<R, void, undefined> {
    const outcome = await this.#beforeDeadline<R | ChunkResult<R>>(future);
    const { values, thrown } = this.#chunkSize === 1 ? { values: [outcome as R] } : (outcome as ChunkResult<R>);
    for (const value of values) {
      this.#ahead--;
      this.#refill();
      yield value;
    }
    if (thrown) throw thrown.error;
    this.#ahead -= size - values.length;
  }

  #beforeDeadline<V>(outcome: PromiseLike<V>): PromiseLike<V> {
    if (this.#deadline === Number.POSITIVE_INFINITY) return outcome;
    const left = Math.max(0, this.#deadline - performance.now());
    return new Promise<V>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new TimeoutError("The map's deadline passed.")),
        Math.min(left, 2 ** 31 - 1),
      );
      outcome.then(resolve, reject).then(() => clearTimeout(timer));
    });
  }

  /** An input or a submit that fails now fails the map where its results would have been. */
  #refill(): void {
    try {
      this.#fill();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#close();
  }

  /** Submits as many chunks as there is room for; goes on by itself when the input is asynchronous. */
  #fill(): void {
    if (this.#filling) return;
    while (this.#open) {
      const room = this.#bufferSize - this.#ahead;
      if (room < Math.min(this.#chunkSize, this.#bufferSize)) return;
      const wanted = Math.min(this.#chunkSize, room);
      if (Symbol.asyncIterator in this.#source) {
        this.#filling = this.#fillAsync(this.#source as AsyncIterator<unknown[]>, wanted);
        return;
      }
      this.#send(this.#pull(this.#source as Iterator<unknown[]>, wanted));
    }
  }

  /** Takes up to `wanted` elements; an input that throws fails the map after the elements it gave before. */
  #pull(source: Iterator<unknown[]>, wanted: number): unknown[][] {
    const tuples: unknown[][] = [];
    try {
      while (tuples.length < wanted && this.#open) this.#take(source.next(), tuples);
    } catch (error) {
      this.#fail(error);
    }
    return tuples;
  }

  async #fillAsync(source: AsyncIterator<unknown[]>, wanted: number): Promise<void> {
    const tuples: unknown[][] = [];
    try {
      while (tuples.length < wanted && this.#open) {
        const step = await source.next();
        if (this.#open) this.#take(step, tuples);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#filling = undefined;
    if (this.#left) return;
    try {
      this.#send(tuples);
    } catch (error) {
      this.#fail(error);
    }
    this.#refill();
  }

  #take(step: IteratorResult<unknown[]>, tuples: unknown[][]): void {
    if (step.done) this.#open = false;
    else tuples.push(step.value);
  }

  #send(tuples: unknown[][]): void {
    if (tuples.length === 0) return;
    const future = this.#chunkSize === 1 ? this.#submit.one(tuples[0] ?? []) : this.#submit.chunk(tuples);
    this.#batches.push({ size: tuples.length, future });
    this.#ahead += tuples.length;
  }

  /** The consumer has left, or there is nothing left for it. */
  #cancelRest(): void {
    this.#left = true;
    for (const { future } of this.#batches.splice(0)) {
      if (!future.cancel()) future.exception().catch(() => {});
    }
    this.#close();
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    const closing = this.#source.return?.();
    if (closing instanceof Promise) closing.catch(() => {});
  }
}

function* zip(inputs: ReadonlyArray<Iterable<unknown>>): Generator<unknown[], void, undefined> {
  const iterators = inputs.map((input) => input[Symbol.iterator]());
  try {
    while (iterators.length > 0) {
      const tuple: unknown[] = [];
      for (const iterator of iterators) {
        const step = iterator.next();
        if (step.done) return;
        tuple.push(step.value);
      }
      yield tuple;
    }
  } finally {
    for (const iterator of iterators) iterator.return?.();
  }
}

async function* zipAsync(inputs: readonly Input[]): AsyncGenerator<unknown[], void, undefined> {
  const iterators = inputs.map((input) =>
    Symbol.asyncIterator in Object(input)
      ? (input as AsyncIterable<unknown>)[Symbol.asyncIterator]()
      : (input as Iterable<unknown>)[Symbol.iterator](),
  );
  try {
    for (;;) {
      const tuple: unknown[] = [];
      for (const iterator of iterators) {
        const step = await iterator.next();
        if (step.done) return;
        tuple.push(await step.value);
      }
      yield tuple;
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}
