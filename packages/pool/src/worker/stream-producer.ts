// The writing end of a streaming task: sends what its iterable yields, as far as the consumer has given credit.

import { onAbort, typeError } from "@everycore/core";

/** Runs one stream. */
export class StreamProducer {
  readonly #send: (values: readonly unknown[]) => void;
  readonly #signal: AbortSignal;
  #credit: number;
  #closed = false;
  #wake: () => void = () => {};

  /** `credit`: how many values may be sent before the consumer has asked for more. */
  constructor(credit: number, send: (values: readonly unknown[]) => void, signal: AbortSignal) {
    this.#credit = credit;
    this.#send = send;
    this.#signal = signal;
  }

  credit(count: number): void {
    this.#credit += count;
    this.#wake();
  }

  /** The consumer has left. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** Sends all values of what the task returned; its `finally` runs when the consumer leaves or the task is aborted. */
  async run(returned: unknown): Promise<void> {
    const iterator = iteratorOf(await returned);
    const stop = onAbort(this.#signal, () => this.#wake());
    let finished = false;
    try {
      while (await this.#hasCredit()) {
        finished = true; // An iterator that throws has ended; one whose value cannot be sent has not.
        const step = await iterator.next();
        if (step.done) return;
        finished = false;
        this.#credit--;
        this.#send([step.value]);
      }
    } finally {
      stop();
      if (!finished) await iterator.return?.();
    }
    if (this.#signal.aborted) throw this.#signal.reason;
  }

  /** Waits for credit; false when nobody wants more. */
  async #hasCredit(): Promise<boolean> {
    while (!this.#closed && !this.#signal.aborted && this.#credit <= 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return !this.#closed && !this.#signal.aborted;
  }
}

function iteratorOf(value: unknown): AsyncIterator<unknown> | Iterator<unknown> {
  const iterable = value as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  if (typeof iterable?.[Symbol.asyncIterator] === "function")
    return (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  if (typeof iterable?.[Symbol.iterator] === "function") return (value as Iterable<unknown>)[Symbol.iterator]();
  throw typeError("the result of a streaming task", "an iterable, such as a generator", value);
}
