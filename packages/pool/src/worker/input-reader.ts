// The reading end of an async iterable that was given to a task as an argument. Asks for values a few at a time.

import { decodeError, type WireError } from "@everycore/core";
import type { WorkerMessage } from "../wire/protocol.js";

const windowSize = 16;

/** What the task sees in place of the iterable. */
export class InputReader implements AsyncIterableIterator<unknown> {
  readonly #input: number;
  readonly #post: (message: WorkerMessage) => void;
  readonly #values: unknown[] = [];
  #asked = 0;
  #end: { readonly error?: WireError } | undefined;
  #wake: () => void = () => {};

  constructor(input: number, post: (message: WorkerMessage) => void) {
    this.#input = input;
    this.#post = post;
  }

  receive(values: readonly unknown[], end: { readonly error?: WireError } | undefined): void {
    this.#values.push(...values);
    this.#asked -= values.length;
    if (end) this.#end = end;
    this.#wake();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    for (;;) {
      if (this.#values.length > 0) return { done: false, value: this.#values.shift() };
      if (this.#end) return this.#finish(this.#end);
      if (this.#asked === 0) {
        this.#asked = windowSize;
        this.#post({ type: "pull", input: this.#input, count: windowSize });
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.#values.length = 0;
    if (!this.#end) this.#post({ type: "drop", input: this.#input });
    this.#end = {};
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(end: { readonly error?: WireError }): IteratorResult<unknown, undefined> {
    this.#end = {};
    if (end.error) throw decodeError(end.error);
    return { done: true, value: undefined };
  }
}
