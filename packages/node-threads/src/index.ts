export type { ThreadPoolExecutorOptions } from "./thread-options.js";
export { backend, ThreadPoolExecutor } from "./thread-pool-executor.js";
