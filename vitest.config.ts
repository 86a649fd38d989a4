// Tests of the repository's own scripts; packages have their own configs.
import { mergeConfig } from "vitest/config";
import { base } from "./vitest.base.js";

export default mergeConfig(base, {
  test: {
    // `include` would be added to the packages' pattern by mergeConfig; `dir` keeps it to the scripts.
    dir: "scripts",
    include: ["**/*.test.mjs"],
    passWithNoTests: false,
  },
});
