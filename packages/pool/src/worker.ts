export type { WorkerPort } from "./wire/endpoint.js";
export { WorkerServer } from "./worker/serve.js";
