// A page that runs the conformance kit over WebGPU.

import { serveKit } from "@everycore/conformance/browser";
import { backend, type WebGPUExecutor } from "@everycore/gpu-webgpu";

const loseDevice = (executor: unknown): void => (executor as WebGPUExecutor).device.destroy();

void serveKit(backend as never, { loseDevice, randomPrograms: 30 });
