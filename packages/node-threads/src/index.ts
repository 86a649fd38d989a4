export { backend, ThreadPoolExecutor, type ThreadPoolExecutorOptions } from "./thread-pool-executor.js";
