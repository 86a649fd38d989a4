export type { Activity, ActivityFactory, ActivityOptions, OptionsFor } from "./activity.js";
export {
  checkCount,
  checkFunction,
  checkMs,
  checkOneOf,
  checkOptions,
  describeValue,
  rangeError,
  typeError,
} from "./arguments.js";
export { bindAsyncContext } from "./async-context.js";
export {
  type Availability,
  type Backend,
  type BackendDefinition,
  defineBackend,
  type QueueFactory,
} from "./backend.js";
export { type Capabilities, defineCapabilities, requireCapability } from "./capabilities.js";
export { decodeError, encodeError, isWireError, registerErrorClass, type WireError } from "./error-wire.js";
export * from "./errors.js";
export type {
  Distribution,
  Executor,
  ExecutorOptions,
  ExecutorStats,
  QueuePolicy,
  ShutdownOptions,
  StreamOptions,
  TaskOptions,
  TaskStream,
  TransferMode,
  WorkerStats,
} from "./executor.js";
export {
  Future,
  type FutureOwner,
  type FutureState,
  isFuture,
  reportProgress,
  setCancelled,
  setException,
  setResult,
  setRunning,
} from "./future.js";
export {
  type AnyKernel,
  type ArrayOf,
  type DeviceArray,
  type DType,
  type Elementwise,
  type HostArray,
  isKernel,
  type Kernel,
  type KernelBrand,
  type KernelExecutor,
  type KernelResult,
  type KernelRuntime,
  type ResidentArray,
  type ResidentResult,
  type SynchronousKernelExecutor,
} from "./kernel.js";
export { type ChunkResult, type Inputs, type MapOptions, MapResults, type MapSubmit } from "./map.js";
export type { MessageQueue } from "./message-queue.js";
export {
  isPortable,
  type Portable,
  type PortableForm,
  type Recipient,
  type Revive,
  registerPortable,
  revivalOf,
} from "./portable.js";
export { lengthOf, stridesOf } from "./shape.js";
export { SignalWatch } from "./signal-watch.js";
export {
  runWithTaskContext,
  setTaskContext,
  type TaskContext,
  type TaskContextHolder,
  taskContext,
} from "./task-context.js";
export { type CheckedTaskOptions, TaskExecutor, type TaskKind } from "./task-executor.js";
export { TaskGroup, type TaskGroupOptions, type TimeoutScope, timeout } from "./task-group.js";
export {
  type AnyTask,
  defineTasks,
  findNamedTask,
  move,
  namedReference,
  type Task,
  type TaskLoader,
  type TaskReference,
  type TaskResolver,
  takeMove,
  unknownTask,
} from "./tasks.js";
export { reportError, setUnobservedErrorHandler, type UnobservedErrorHandler } from "./unobserved.js";
export {
  asCompleted,
  type Completed,
  type Gathered,
  gather,
  type ReturnWhen,
  shield,
  type WaitResult,
  wait,
} from "./wait.js";
export { checkWaitOptions, onAbort, startTimer, type WaitOptions, waitFor } from "./waiting.js";
