import { isMainThread } from "node:worker_threads";
import { ClusterWorker, ThreadWorker } from "poolifier";
import { add, echo } from "./functions.js";

const functions = { add, echo } as never;

const worker: object = isMainThread ? new ClusterWorker(functions) : new ThreadWorker(functions);

export default worker;
