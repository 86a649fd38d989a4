// The queue that programs can have without knowing the backend: what Queue of @everycore/sync (shared memory) and
// ProcessQueue of @everycore/node-processes (sockets) have in common.

/** A bounded queue that can be an argument of tasks and activities. Many may put, many may take; each value comes once. */
export interface MessageQueue<T> extends AsyncIterable<T> {
  /** Adds a value; waits while the queue is full. */
  put(value: T): Promise<void>;
  /** Takes the oldest value; waits while the queue is empty. To be followed by {@link taskDone}. */
  get(): Promise<T>;
  /** Says that a value that was taken is dealt with. Iterating does so by itself in some queues. */
  taskDone(): unknown;
  /** Resolves when every value has been dealt with. */
  join(): Promise<unknown>;
  /** Takes no more values; iterating ends once the queue is empty. */
  shutDown(): unknown;
  /** Frees what the queue holds, where it holds more than memory. */
  close?(): unknown;
}
