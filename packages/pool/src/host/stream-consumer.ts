// The reading end of a streaming task. Values wait here until they are asked for; the worker may be at most `buffer`
// values ahead, and is given new credit when half of them have been taken.

import type { Future, TaskStream } from "@everycore/core";
import type { StreamSink } from "./job.js";

/** What the pool does for a stream. */
export interface StreamControl {
  /** Starts the task. */
  start(sink: StreamSink): Future<unknown>;
  credit(future: Future<unknown>, count: number): void;
  /** The consumer left: run the generator's `finally`. */
  close(future: Future<unknown>): void;
}

/** The values of a streaming task, in order. */
export class StreamConsumer<T> implements TaskStream<T>, StreamSink {
  readonly buffer: number;
  readonly #control: StreamControl;
  readonly #values: T[] = [];
  #task: Future<unknown> | undefined;
  #taken = 0;
  #wake: () => void = () => {};
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(buffer: number, control: StreamControl) {
    this.buffer = buffer;
    this.#control = control;
  }

  push(values: readonly unknown[]): void {
    if (this.#closed) return;
    this.#values.push(...(values as T[]));
    this.#wake();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const step = this.#turn.then(() => this.#next());
    this.#turn = step.then(forget, forget);
    return step;
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#closed = true;
    this.#values.length = 0;
    this.#wake();
    const task = this.#task;
    if (task && !task.done() && !task.cancel()) {
      this.#control.close(task);
      const error = await task.exception().catch(() => null);
      if (task.failed()) throw error;
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #next(): Promise<IteratorResult<T, undefined>> {
    if (this.#closed) return { done: true, value: undefined };
    this.#task ??= this.#start();
    while (this.#values.length === 0) {
      if (this.#closed) return { done: true, value: undefined };
      if (this.#task.done()) return this.#end(this.#task);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const value = this.#values.shift() as T;
    this.#account(this.#task);
    return { done: false, value };
  }

  #start(): Future<unknown> {
    const task = this.#control.start(this);
    return task.addDoneCallback(() => this.#wake());
  }

  #end(task: Future<unknown>): IteratorResult<T, undefined> {
    this.#closed = true;
    task.resultNow();
    return { done: true, value: undefined };
  }

  #account(task: Future<unknown>): void {
    this.#taken++;
    if (this.#taken * 2 < this.buffer || task.done()) return;
    this.#control.credit(task, this.#taken);
    this.#taken = 0;
  }
}

/** Keeps a promise chain from keeping its last value. */
function forget(): void {}
