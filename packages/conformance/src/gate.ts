// A gate keeps tasks running for as long as a test wants. Where memory can be shared, the task polls a flag; elsewhere
// it waits for the end of an async iterable, which every backend must be able to send (law S6).

/** See above; given to the task `hold`. */
export class Gate {
  /** The argument of `hold`. */
  readonly token: unknown;
  readonly #open: () => void;

  constructor(sharedMemory: boolean) {
    if (sharedMemory) {
      const flag = new Int32Array(new SharedArrayBuffer(4));
      this.token = flag.buffer;
      this.#open = () => Atomics.store(flag, 0, 1);
    } else {
      let open = (): void => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      this.token = { [Symbol.asyncIterator]: () => ({ next: () => opened.then(() => ({ done: true })) }) };
      this.#open = open;
    }
  }

  /** Lets the tasks end. */
  open(): void {
    this.#open();
  }
}
