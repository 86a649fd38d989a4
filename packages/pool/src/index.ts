export { KernelPool, type KernelPoolRuntime, type KernelView } from "./host/kernel-pool.js";
export { WorkerPool } from "./host/pool.js";
export type { Endpoint, EndpointEvents, Runtime, WorkerEnd, WorkerPort, WorkerSpec } from "./wire/endpoint.js";
export type { HostMessage, WorkerMessage } from "./wire/protocol.js";
