// A page that runs the conformance kit over WebGL.

import { serveKit } from "@everycore/conformance/browser";
import { backend, type WebGLExecutor } from "@everycore/gpu-webgl";

const loseDevice = (executor: unknown): void => {
  (executor as WebGLExecutor).context.getExtension("WEBGL_lose_context")?.loseContext();
};

void serveKit(backend as never, { loseDevice, randomPrograms: 40 });
