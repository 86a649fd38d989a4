// What workers of this page can do, in a pool or alone. Looked up once: isolation does not change while a page lives.

import { type Capabilities, defineCapabilities } from "@everycore/core";
import { cpuKernelCapabilities } from "@everycore/wasm";

/** Whether memory can be shared: only in pages that are cross-origin isolated (headers COOP and COEP). */
export const sharesMemory: boolean =
  typeof SharedArrayBuffer !== "undefined" &&
  (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;

/** See above. */
export const capabilities: Capabilities = defineCapabilities({
  tasks: true,
  parallel: true,
  isolated: true,
  sharedMemory: sharesMemory,
  transfer: true,
  terminate: true,
  abortInLoops: sharesMemory,
  stdout: true,
  activities: true,
  ...cpuKernelCapabilities,
});
