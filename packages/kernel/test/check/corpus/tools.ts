// What each tool makes of the corpus: TypeScript in, a JavaScript module out.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import swc from "@swc/core";
import * as esbuild from "esbuild";
// @ts-expect-error: it comes without types.
import instrument from "istanbul-lib-instrument";
import { minifySync } from "oxc-minify";
import { minify as terser } from "terser";
import ts from "typescript";

const folder = import.meta.dirname;
const file = join(folder, "kernels.ts");

/** A module's text, and whether it is CommonJS. */
export interface Output {
  readonly code: string;
  readonly commonJs: boolean;
}

async function plain(): Promise<string> {
  const { code } = await esbuild.transform(await readFile(file, "utf8"), { loader: "ts", target: "esnext" });
  return code;
}

async function withEsbuild(options: esbuild.TransformOptions): Promise<Output> {
  const { code } = await esbuild.transform(await readFile(file, "utf8"), { loader: "ts", ...options });
  return { code, commonJs: options.format === "cjs" };
}

async function bundled(options: esbuild.BuildOptions): Promise<Output> {
  const built = await esbuild.build({ entryPoints: [file], bundle: true, write: false, ...options });
  return { code: built.outputFiles?.[0]?.text as string, commonJs: options.format === "cjs" };
}

async function withTypeScript(target: ts.ScriptTarget, module: ts.ModuleKind): Promise<Output> {
  const { outputText } = ts.transpileModule(await readFile(file, "utf8"), { compilerOptions: { target, module } });
  return { code: outputText, commonJs: module === ts.ModuleKind.CommonJS };
}

async function instrumented(): Promise<string> {
  return instrument.createInstrumenter({ esModules: true, compact: false }).instrumentSync(await plain(), file);
}

async function withSwc(target: "es5" | "es2022", minify: boolean): Promise<Output> {
  const { code } = await swc.transform(await readFile(file, "utf8"), {
    jsc: {
      parser: { syntax: "typescript" },
      target,
      minify: { compress: minify, mangle: minify },
    },
    module: { type: target === "es5" ? "commonjs" : "es6" },
    minify,
  });
  return { code, commonJs: target === "es5" };
}

const module = (code: string): Output => ({ code, commonJs: false });

/** Each tool by name. */
export const tools: Readonly<Record<string, () => Promise<Output>>> = {
  esbuild: () => withEsbuild({ target: "esnext" }),
  "esbuild, minified": () => withEsbuild({ minify: true }),
  "esbuild, for es2015": () => withEsbuild({ target: "es2015" }),
  "esbuild, minified for es2016": () => withEsbuild({ minify: true, target: "es2016" }),
  "esbuild, minified, CommonJS": () => withEsbuild({ minify: true, format: "cjs" }),
  "esbuild, CommonJS": () => withEsbuild({ format: "cjs" }),
  "esbuild, bundled": () => bundled({ format: "esm" }),
  "esbuild, bundled and minified": () => bundled({ format: "esm", minify: true }),
  "esbuild, bundled and minified, CommonJS": () => bundled({ format: "cjs", minify: true }),
  "tsx, which keeps names": () => withEsbuild({ keepNames: true, target: "node20" }),
  "esbuild, minified, names kept": () => withEsbuild({ keepNames: true, minify: true }),
  terser: async () => module((await terser(await plain(), { module: true })).code as string),
  "terser, with everything": async () =>
    module(
      (
        await terser(await plain(), {
          module: true,
          compress: { passes: 3, unsafe_math: false, hoist_vars: true, keep_fargs: false },
        })
      ).code as string,
    ),
  "terser after a bundle": async () => {
    const { code } = await bundled({ format: "esm" });
    return module((await terser(code, { module: true, compress: { passes: 2 } })).code as string);
  },
  swc: () => withSwc("es2022", false),
  "swc, minified": () => withSwc("es2022", true),
  "swc, ES5": () => withSwc("es5", false),
  "swc, ES5, minified": () => withSwc("es5", true),
  "oxc, minified": async () => module(minifySync("kernels.js", await plain(), { compress: true, mangle: true }).code),
  "oxc after a bundle": async () => {
    const { code } = await bundled({ format: "esm" });
    return module(minifySync("kernels.js", code, { compress: true, mangle: { toplevel: true } }).code);
  },
  "tsx, then oxc minified, which writes names as templates": async () => {
    const { code } = await withEsbuild({ keepNames: true, target: "node20" });
    return module(minifySync("kernels.js", code, { compress: true, mangle: true }).code);
  },
  istanbul: async () => module(await instrumented()),
  "istanbul, then esbuild minified": async () =>
    module((await esbuild.transform(await instrumented(), { minify: true })).code),
  "TypeScript, ES5, CommonJS": () => withTypeScript(ts.ScriptTarget.ES5, ts.ModuleKind.CommonJS),
  "TypeScript, ES2015": () => withTypeScript(ts.ScriptTarget.ES2015, ts.ModuleKind.ES2022),
  "TypeScript, ES2022, CommonJS": () => withTypeScript(ts.ScriptTarget.ES2022, ts.ModuleKind.CommonJS),
  "TypeScript ES5, then terser": async () => {
    const { code } = await withTypeScript(ts.ScriptTarget.ES5, ts.ModuleKind.CommonJS);
    return { code: (await terser(code, { toplevel: true })).code as string, commonJs: true };
  },
};
