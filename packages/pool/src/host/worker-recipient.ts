// A worker, as portable objects that are sent to it see it.

import { type Recipient, reportError } from "@everycore/core";

/** See above. */
export class WorkerRecipient implements Recipient {
  readonly name: string;
  readonly sharedMemory: boolean;
  #listeners: Array<(how: string) => void> = [];

  constructor(name: string, sharedMemory: boolean) {
    this.name = name;
    this.sharedMemory = sharedMemory;
  }

  onEnd(listener: (how: string) => void): void {
    this.#listeners.push(listener);
  }

  /** The worker has ended. */
  end(how: string): void {
    for (const listener of this.#listeners.splice(0)) {
      try {
        listener(how);
      } catch (error) {
        reportError(error, "a portable object, when its worker ended");
      }
    }
  }
}
