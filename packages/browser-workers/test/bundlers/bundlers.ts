// The four bundlers, each as it is commonly used, minifying: Vite by oxc, the others by esbuild, as terser takes a
// multiple of the time (packages/kernel tests what it makes of kernels). `build` makes a folder with index.html in it.

import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pageOf } from "@everycore/chromium";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { type OutputChunk, rollup } from "rollup";
import * as vite from "vite";
import webpack from "webpack";

/** A bundler. */
export interface Bundler {
  readonly name: string;
  build(folder: string): Promise<void>;
}

const app = fileURLToPath(new URL("app", import.meta.url));
// Where a bundler does not look for workers by itself, the worker's file is an entry of its own, beside the page's.
const entries = { main: join(app, "main.js"), "tasks.worker": join(app, "tasks.worker.js") };

/** See above. */
export const bundlers: readonly Bundler[] = [
  {
    name: "Vite",
    async build(folder) {
      await vite.build({
        root: app,
        configFile: false,
        logLevel: "error",
        worker: { format: "es" },
        build: { outDir: folder, minify: true, emptyOutDir: true },
      });
    },
  },
  {
    name: "webpack",
    async build(folder) {
      const compiler = webpack({
        mode: "production",
        context: app,
        entry: "./main.js",
        optimization: { minimizer: [minifyAssets] },
        output: { path: folder, filename: "main.js", publicPath: "auto" },
      });
      const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
        compiler.run((error, result) => (error ? reject(error) : resolve(result)));
      });
      await new Promise((resolve) => compiler.close(resolve));
      if (stats?.hasErrors()) throw new Error(stats.toString("errors-only"));
      await writeFile(join(folder, "index.html"), pageOf("/main.js"));
    },
  },
  {
    name: "Rollup",
    async build(folder) {
      const minify = {
        name: "minify",
        renderChunk: (code: string) => esbuild.transform(code, { minify: true, format: "esm" }),
      };
      const bundle = await rollup({ input: entries, plugins: [nodeResolve({ browser: true }), minify] });
      const { output } = await bundle.write({ dir: folder, format: "es", entryFileNames: "[name].js" });
      await bundle.close();
      if (!output.some((chunk): chunk is OutputChunk => chunk.fileName === "main.js"))
        throw new Error("There is no main.js.");
      await copyFile(join(app, "index.html"), join(folder, "index.html"));
    },
  },
  {
    name: "esbuild",
    async build(folder) {
      await esbuild.build({
        entryPoints: entries,
        bundle: true,
        splitting: true,
        minify: true,
        format: "esm",
        outdir: folder,
        logLevel: "error",
      });
      await copyFile(join(app, "index.html"), join(folder, "index.html"));
    },
  },
];

/** A minimizer for webpack. */
function minifyAssets(this: webpack.Compiler | undefined, compiler: webpack.Compiler): void {
  const { Compilation, sources } = webpack;
  compiler.hooks.compilation.tap("minify", (compilation) => {
    const stage = Compilation.PROCESS_ASSETS_STAGE_OPTIMIZE_SIZE;
    compilation.hooks.processAssets.tapPromise({ name: "minify", stage }, async (assets) => {
      for (const [name, source] of Object.entries(assets)) {
        const { code } = await esbuild.transform(String(source.source()), { minify: true });
        compilation.updateAsset(name, new sources.RawSource(code));
      }
    });
  });
}
