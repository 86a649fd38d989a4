import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { pageHeaders } from "./server/page-headers.js";

const page = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Functions keep their names: errors, progress and some laws are about these. */
const named = { keepNames: true };

export default defineConfig({
  // The pages work in any folder of any server.
  base: "./",
  appType: "mpa",
  plugins: [pageHeaders()],
  build: {
    target: "es2022",
    // The policy allows no data: URLs; samples are files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: page("index.html"), conformance: page("conformance.html") },
      output: named,
      // It reports that a busy machine is slow.
      checks: { pluginTimings: false },
    },
  },
  worker: { format: "es", rolldownOptions: { output: named } },
  server: { port: 4310 },
  preview: { port: 4310 },
});
