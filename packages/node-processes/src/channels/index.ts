export { Connection } from "./connection.js";
export { Pipe, type PipeOptions } from "./pipe.js";
export { ProcessQueue } from "./process-queue.js";
export type { ProcessQueueOptions } from "./queue-options.js";
