import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { pageHeaders } from "./server/page-headers.js";

const page = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  // The pages work in any folder of any server.
  base: "./",
  appType: "mpa",
  plugins: [pageHeaders()],
  build: {
    target: "es2022",
    // Laws are about what a kernel's own text says, and about names in stacks: a minifier would change what they test.
    minify: false,
    // The policy allows no data: URLs; samples are files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: page("index.html"), conformance: page("conformance.html") },
      // It reports that a busy machine is slow.
      checks: { pluginTimings: false },
    },
  },
  worker: { format: "es" },
  server: { port: 4310 },
  preview: { port: 4310 },
});
