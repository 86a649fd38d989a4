import { defineConfig } from "tsup";
import { library } from "../../tsup.base.js";

export default defineConfig(
  library("node", ["src/cli.ts", "src/main.ts", "src/tasks/file-reading.ts"], {
    // For the tests, which give `main` scenarios and backends of their own.
    dts: { entry: "src/main.ts" },
    // What workers load must stay a file of its own; see the same line in packages/scenarios.
    external: [/^node:/, "./tasks/file-reading.js"],
  }),
);
