// LifoQueue, as Python's `queue.LifoQueue`.

import { Received, registerPrimitive } from "../primitive.js";
import { Queue, type QueueShape } from "./queue.js";
import { stackStore } from "./stack-store.js";

/** A {@link Queue} that hands out the value that was put last. */
export class LifoQueue<T> extends Queue<T> {
  /** @internal */
  static override readonly shape: QueueShape = { kind: "LifoQueue", store: stackStore };
}

registerPrimitive("LifoQueue", (data) => new LifoQueue(new Received(data)));
