import { defineConfig } from "tsup";
import { library } from "../../tsup.base.js";

export default defineConfig(
  library("neutral", ["src/**/*.ts"], {
    // One file per source file: a worker imports the module of the tasks by its URL, and must find them in it.
    bundle: false,
    splitting: false,
    dts: {
      entry: [
        "src/index.ts",
        "src/tasks.ts",
        "src/vitest.ts",
        "src/node-test.ts",
        "src/node/index.ts",
        "src/browser/index.ts",
      ],
    },
    // The runner adapters and src/node know Node; tsconfig.json keeps the rest from it.
    tsconfig: "tsconfig.test.json",
  }),
);
