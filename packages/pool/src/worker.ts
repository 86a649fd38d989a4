export { later } from "./run/turns.js";
export type { WorkerPort } from "./wire/endpoint.js";
export { Letter, letterBytes } from "./wire/letter.js";
export { type HostMessage, resultStatus, taskStride } from "./wire/protocol.js";
export type { WorkerTable } from "./wire/slots.js";
export { WorkerServer } from "./worker/serve.js";
