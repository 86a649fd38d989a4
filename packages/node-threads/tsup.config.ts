import { defineConfig } from "tsup";
import { library } from "../../tsup.base.js";

export default defineConfig(
  library("node", ["src/index.ts", "src/worker.ts"], {
    // Nobody imports the worker entry: it is run, so it needs no declarations.
    dts: { entry: "src/index.ts" },
  }),
);
