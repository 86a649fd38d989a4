export { type ActivityKind, WorkerActivity } from "./host/activity.js";
export { KernelPool, type KernelPoolRuntime, type KernelView } from "./host/kernel-pool.js";
export { WorkerPool } from "./host/pool.js";
export type { Endpoint, EndpointEvents, Runtime, WorkerEnd, WorkerPort, WorkerSpec } from "./wire/endpoint.js";
export { type Payload, type PayloadLimits, preparePayload } from "./wire/payload.js";
export { reviveWithImports } from "./wire/portables.js";
export type { HostMessage, WorkerMessage } from "./wire/protocol.js";
export { byMessage, type PoolTable, type SlotResult, unfinished } from "./wire/slots.js";
export { locateUncloneable } from "./wire/uncloneable.js";
