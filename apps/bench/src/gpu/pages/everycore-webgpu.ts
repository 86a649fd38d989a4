import * as algorithms from "@everycore/algorithms";
import { WebGPUExecutor } from "@everycore/gpu-webgpu";
import * as api from "@everycore/kernel";
import { everycoreGpu } from "../everycore-gpu.js";
import { adapterText, offer } from "./offer.js";

offer(async () => {
  const executor = await WebGPUExecutor.create();
  return everycoreGpu({ api, algorithms, executor, adapter: adapterText(executor.adapterInfo), end: "read" });
});
