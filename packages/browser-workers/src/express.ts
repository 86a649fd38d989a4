// How a lone task and its result travel where memory is not shared (where it is: mailbox.ts): a flat array each, by the worker's own
// channel. In Chromium a message with objects in it takes 10 µs more there and back, and a MessagePort 15.
//
// Rules
//   1. What waits in a worker's own channel is lost when the page terminates it, and may be when the worker closes itself. So the page
//      terminates it a turn after it was asked to; and before a worker closes itself, it says by its private channel what the page may not
//      have got. A result that comes twice is one of a task that is over, and is ignored.
//   2. With each task the page says how many results it has got this way. As long as one is under way, others take the private channel.
//   3. Only the result of a task that came this way goes this way, so nothing that was posted about the task before is overtaken.

import type { EndpointEvents } from "@everycore/pool";
import { type HostMessage, resultStatus, taskStride, type WorkerServer } from "@everycore/pool/worker";

const taskMark = "everycore task";
const resultMark = "everycore result";
/** The mark, how many results the page has got, id, function, flags. */
const taskHead = 5;
const maxArgs = 16;

/** The page's end. */
export class PageExpress {
  readonly #onResult: EndpointEvents["onResult"];
  #received = 0;

  constructor(onResult: EndpointEvents["onResult"]) {
    this.#onResult = onResult;
  }

  /** What is to be posted instead of a message; `undefined` if it is not that of a lone task of a function that the worker knows. */
  write(message: HostMessage): unknown[] | undefined {
    if (message.type !== "run" || message.tasks.length !== taskStride || message.define.length > 0 || message.holes)
      return;
    const { tasks } = message;
    const args = tasks[4] as readonly unknown[];
    // Local functions are named by objects, and those may be for a worker that does not serve yet.
    if (typeof tasks[2] !== "number" || args.length > maxArgs) return;
    const flat = [taskMark, this.#received, tasks[0], tasks[2], tasks[3]];
    for (let index = 0; index < args.length; index++) flat.push(args[index]);
    return flat;
  }

  /** Whether this was a result. */
  receive(data: unknown): boolean {
    if (!Array.isArray(data) || data[0] !== resultMark) return false;
    this.#received++;
    this.#onResult(data[1], data[2], data[3]);
    return true;
  }
}

/** The worker's end. */
export class WorkerExpress {
  readonly #post: (result: readonly unknown[]) => void;
  readonly #onTask: WorkerServer["receiveTask"];
  /** The task whose result may go this way. */
  #task = -1;
  #posted = 0;
  /** The result that may be under way. */
  #last: readonly unknown[] | undefined;

  constructor(post: (result: readonly unknown[]) => void, onTask: WorkerServer["receiveTask"]) {
    this.#post = post;
    this.#onTask = onTask;
  }

  /** Whether this was a task. */
  receive(data: unknown): boolean {
    if (!Array.isArray(data) || data[0] !== taskMark) return false;
    if (data[1] === this.#posted) this.#last = undefined;
    this.#task = data[2];
    this.#onTask(data[2], -1, data[3], data[4], data.slice(taskHead));
    return true;
  }

  /** Posts a result, if it may go this way. */
  send(id: number, value: unknown, runMs: number): boolean {
    if (id !== this.#task || id < 0 || this.#last) return false;
    this.#last = [resultMark, id, value, runMs];
    this.#posted++;
    this.#post(this.#last);
    return true;
  }

  /** What the page may not have got. */
  get unconfirmed(): unknown {
    if (!this.#last) return undefined;
    const [, id, value, runMs] = this.#last;
    return { type: "done", results: [id, resultStatus.value, value, runMs] };
  }
}
