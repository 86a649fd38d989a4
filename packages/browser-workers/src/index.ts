export { type CurrentThread, currentThread } from "./current-thread.js";
export { activeThreads, Thread, type ThreadException, type ThreadOptions } from "./thread.js";
export type { WorkerFactory, WorkerPoolExecutorOptions, WorkerSettings } from "./worker-options.js";
export { backend, createBackend, WorkerPoolExecutor } from "./worker-pool-executor.js";
