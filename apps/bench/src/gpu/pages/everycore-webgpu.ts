import * as algorithms from "@everycore/algorithms";
import { WebGPUExecutor } from "@everycore/gpu-webgpu";
import * as api from "@everycore/kernel";
import { adapterText } from "../adapter-text.js";
import { everycoreGpu } from "../everycore-gpu.js";
import { offer } from "./offer.js";

offer(async () => {
  const executor = await WebGPUExecutor.create();
  return everycoreGpu({ api, algorithms, executor, adapter: adapterText(executor.adapterInfo), end: "read" });
});
