// Makes files for a site of TypeScript: pages and workers, each an entry of its own, and what they share in chunks. Packages are
// taken as users get them, from their built files.

import { type BuildOptions, build } from "esbuild";
import type { SiteFiles } from "./site.js";

/**
 * Bundles modules for a browser. The entry `{ page: "test/pages/kit.ts" }` becomes the file `/page.js`.
 *
 * @param entries Paths by name; relative ones start from the working directory.
 * @param options More options of esbuild, such as `minify`.
 */
export async function bundle(
  entries: Readonly<Record<string, string>>,
  options: BuildOptions = {},
): Promise<SiteFiles> {
  const { outputFiles } = await build({
    entryPoints: { ...entries },
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    outdir: "/",
    logLevel: "warning",
    ...options,
    write: false,
  });
  return Object.fromEntries(outputFiles.map(({ path, contents }) => [path, contents]));
}
