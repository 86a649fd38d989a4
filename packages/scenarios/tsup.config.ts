import { defineConfig } from "tsup";
import { library } from "../../tsup.base.js";

export default defineConfig(
  library("neutral", ["src/index.ts", "src/tasks.ts", "src/words.ts"], {
    // tasks.js must stay one file that the index imports: its import.meta.url is what workers load. Left to itself, the
    // bundler would move what both entries share, and with it the tasks, into a chunk with another URL.
    external: [/^node:/, "./tasks.js"],
  }),
);
