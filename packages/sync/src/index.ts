export { Barrier, type BarrierOptions } from "./barrier.js";
export { Condition } from "./condition.js";
export { Event } from "./event.js";
export { Guard } from "./guard.js";
export { Lock, RLock } from "./lock.js";
export type { BigSharedType, FloatSharedType, SharedType, ValueOf, ViewOf } from "./number-types.js";
export type { AsyncWaitOptions, SyncWaitOptions } from "./primitive.js";
export { LifoQueue } from "./queue/lifo-queue.js";
export {
  type PriorityOptions,
  type PriorityPutOptions,
  type PriorityPutSyncOptions,
  PriorityQueue,
} from "./queue/priority-queue.js";
export { Queue, type QueueOptions, type QueueShape } from "./queue/queue.js";
export type { PrimitiveOptions } from "./region.js";
export { BoundedSemaphore, Semaphore } from "./semaphore.js";
export { SharedArray } from "./shared-array.js";
export { SharedValue } from "./shared-value.js";
