import { mergeConfig } from "vitest/config";
import { base } from "../../vitest.base.js";

export default mergeConfig(base, {
  test: {
    setupFiles: ["../../scripts/software-gpu.mjs"],
    // A device in software has all cores busy by itself.
    fileParallelism: false,
  },
});
