// How every package is built: ESM and declarations in dist, its dependencies left as imports.
import type { Options } from "tsup";

/** `neutral` for packages that know no platform; `node` for those that import `node:` modules. */
export type Platform = "neutral" | "node";

/** The tsup options of one package. Each entry becomes a file of its own in dist; what entries share becomes a chunk. */
export function library(platform: Platform, entry: string[], more: Options = {}): Options {
  return {
    entry,
    platform,
    format: "esm",
    target: "es2022",
    splitting: true,
    sourcemap: true,
    clean: true,
    // tsup would turn "node:test" into "test", which does not exist.
    removeNodeProtocol: false,
    // esbuild knows Node's modules only on platform "node". Who may import them is for scripts/check-arrows.mjs to say.
    external: [/^node:/],
    ...more,
    // Only written here, which takes half of the time: `npm run typecheck` is what checks them.
    dts: { compilerOptions: { noCheck: true }, ...(typeof more.dts === "object" && more.dts) },
  };
}
