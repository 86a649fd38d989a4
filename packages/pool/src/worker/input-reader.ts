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
  #turn: Promise<unknown> = Promise.resolve();

  constructor(input: number, post: (message: WorkerMessage) => void) {
    this.#input = input;
    this.#post = post;
  }

  receive(values: readonly unknown[], end: { readonly error?: WireError } | undefined): void {
    if (this.#end) return;
    this.#values.push(...values);
    this.#asked -= values.length;
    this.#end = end;
    this.#wake();
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    const step = this.#turn.then(() => this.#next());
    this.#turn = step.then(forget, forget);
    return step;
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    if (!this.#end) this.#post({ type: "drop", input: this.#input });
    this.#end = {};
    this.#values.length = 0;
    this.#wake();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #next(): Promise<IteratorResult<unknown, undefined>> {
    while (this.#values.length === 0) {
      if (this.#end) return this.#finish(this.#end);
      this.#ask();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return { done: false, value: this.#values.shift() };
  }

  #ask(): void {
    if (this.#asked > 0) return;
    this.#asked = windowSize;
    this.#post({ type: "pull", input: this.#input, count: windowSize });
  }

  #finish(end: { readonly error?: WireError }): IteratorResult<unknown, undefined> {
    this.#end = {};
    if (end.error) throw decodeError(end.error);
    return { done: true, value: undefined };
  }
}

/** Keeps a promise chain from keeping its last value. */
function forget(): void {}
