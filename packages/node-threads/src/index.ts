export {
  activeThreads,
  type CurrentThread,
  currentThread,
  Thread,
  type ThreadException,
  type ThreadOptions,
} from "./thread.js";
export type { ThreadPoolExecutorOptions, ThreadSettings } from "./thread-options.js";
export { backend, ThreadPoolExecutor } from "./thread-pool-executor.js";
