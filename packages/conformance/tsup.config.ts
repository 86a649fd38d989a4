import { defineConfig } from "tsup";
import { library } from "../../tsup.base.js";

export default defineConfig(
  library("neutral", ["src/index.ts", "src/tasks.ts", "src/vitest.ts", "src/node-test.ts"], {
    // The two runner adapters (vitest.ts, node-test.ts) know Node; tsconfig.json keeps the rest from it.
    tsconfig: "tsconfig.test.json",
  }),
);
