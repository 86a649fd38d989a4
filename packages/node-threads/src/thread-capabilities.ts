// What threads can do, in a pool or alone.

import { type Capabilities, defineCapabilities } from "@everycore/core";
import { cpuKernelCapabilities } from "@everycore/wasm";

/** See above. */
export const capabilities: Capabilities = defineCapabilities({
  tasks: true,
  parallel: true,
  isolated: true,
  sharedMemory: true,
  transfer: true,
  terminate: true,
  abortInLoops: true,
  memoryLimit: true,
  stdout: true,
  activities: true,
  ...cpuKernelCapabilities,
});
