import * as algorithms from "@everycore/algorithms";
import { WebGLExecutor } from "@everycore/gpu-webgl";
import * as api from "@everycore/kernel";
import { everycoreGpu } from "../everycore-gpu.js";
import { offer } from "./offer.js";

offer(async () => {
  const executor = await WebGLExecutor.create();
  const [, adapter = executor.support] = executor.support.split(" on ");
  return everycoreGpu({ api, algorithms, executor, adapter, end: "read" });
});
