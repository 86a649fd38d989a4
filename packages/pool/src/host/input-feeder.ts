// The writing end of an async iterable that is an argument of a task (law S6). The task pulls; nothing is read ahead of
// what it has asked for.

import { encodeError, isPortable } from "@everycore/core";
import type { HostMessage } from "../wire/protocol.js";

type Send = (message: HostMessage & { type: "input" }) => void;

/** Feeds one iterable to one task. */
export class InputFeeder {
  readonly #input: number;
  readonly #iterator: AsyncIterator<unknown>;
  readonly #send: Send;
  #credit = 0;
  #busy = false;
  #ended = false;

  constructor(input: number, iterable: AsyncIterable<unknown>, send: Send) {
    this.#input = input;
    this.#iterator = iterable[Symbol.asyncIterator]();
    this.#send = send;
  }

  /** The task can take `count` more values. */
  pull(count: number): void {
    this.#credit += count;
    if (!this.#busy) void this.#feed();
  }

  /** The task needs no more: the iterable's `return` runs. */
  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    void (async () => this.#iterator.return?.())().catch(() => {});
  }

  async #feed(): Promise<void> {
    this.#busy = true;
    while (this.#credit > 0 && !this.#ended) {
      this.#credit--;
      await this.#step();
    }
    this.#busy = false;
  }

  async #step(): Promise<void> {
    try {
      const step = await this.#iterator.next();
      if (this.#ended) return;
      if (step.done) this.#end({});
      else this.#send({ type: "input", input: this.#input, values: [step.value] });
    } catch (error) {
      if (!this.#ended) this.#end({ error: encodeError(error) });
    }
  }

  #end(end: NonNullable<(HostMessage & { type: "input" })["end"]>): void {
    this.#ended = true;
    this.#send({ type: "input", input: this.#input, values: [], end });
  }
}

/** Whether an argument is fed value by value rather than cloned. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value && !isPortable(value);
}
