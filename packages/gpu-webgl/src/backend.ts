// The backend's description, for programs and for the conformance kit.

import { type Backend, defineBackend } from "@everycore/core";
import { WebGLExecutor, type WebGLExecutorOptions, webglCapabilities } from "./executor.js";
import { endContext, findContext } from "./webgl-source.js";

/** A GPU, through WebGL 2 and gpu.js, as a backend of kernels. */
export const backend: Backend<WebGLExecutor, WebGLExecutorOptions> = defineBackend({
  name: "gpu-webgl",
  capabilities: webglCapabilities,
  async availability() {
    const found = await findContext();
    if ("reason" in found) return { available: false, reason: found.reason };
    endContext(found.gl);
    return { available: true, details: found.details };
  },
  create: (options) => WebGLExecutor.create(options),
});
