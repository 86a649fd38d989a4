export { backend, InlineExecutor, type InlineExecutorOptions } from "./inline-executor.js";
