// What processes can do, in a pool or alone.

import { type Capabilities, defineCapabilities } from "@everycore/core";

/** See above. */
export const capabilities: Capabilities = defineCapabilities({
  tasks: true,
  parallel: true,
  isolated: true,
  terminate: true,
  abortInLoops: true,
  memoryLimit: true,
  stdout: true,
  activities: true,
});
