// How functions of all kinds of modules reach a thread: whole programs, run as a user would run them.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";

const run = promisify(execFile);
const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.shutdown());

test("tasks in TypeScript modules load under tsx", async () => {
  const { stdout } = await run(process.execPath, ["--import", "tsx", fixture("typescript-main.ts")], {
    cwd: fixture("."),
  });
  expect(stdout).toBe("14 waited 1 first\n");
});

test("tasks in TypeScript modules load in a Node that reads TypeScript, and say what to do in one that does not", async () => {
  const outcome = run(process.execPath, ["--no-warnings", fixture("typescript-main.ts")]);
  if ("typescript" in process.features) expect((await outcome).stdout).toBe("14 waited 1 first\n");
  else await expect(outcome).rejects.toThrow(/ERR_UNKNOWN_FILE_EXTENSION/);
});

test("a function of a CommonJS module is found with the variables of its module", async () => {
  const { multiply } = createRequire(import.meta.url)("./fixtures/commonjs-tasks.cjs") as {
    multiply: (value: number) => number;
  };
  expect(await pool.submit(multiply, 4)).toBe(40);
});

test("the entry script is not run again: its functions go by source, or are refused", async () => {
  const { stdout } = await run(process.execPath, [fixture("entry-script.mjs")]);
  expect(stdout.split("\n")).toEqual([
    "the entry script runs",
    'Cannot send "captured" to another thread: it captures "factor" (entry-script.mjs line 6). Pass it as an argument, ' +
      "or move the function to a module (not the entry script, which would run again) and export it.",
    "6",
    "",
  ]);
});

test("a bundled program finds its worker through workerUrl", async () => {
  const outdir = await mkdtemp(fixture("bundled-"));
  try {
    const entryPoints = [fixture("bundle-main.mjs"), fixture("bundle-worker.mjs")];
    const banner = {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    };
    await build({
      entryPoints,
      outdir,
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      banner,
      outExtension: { ".js": ".mjs" },
    });
    const { stdout } = await run(process.execPath, [join(outdir, "bundle-main.mjs")]);
    expect(stdout).toBe("42\n");
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
});

test("a relative import in a function that goes by source starts from the function's own file", async () => {
  const code = `export default async () => (await import("./neighbour.mjs")).answer;`;
  const { stdout } = await run(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { ThreadPoolExecutor } from "@everycore/node-threads";
     import { pathToFileURL } from "node:url";
     import { compileFunction, constants } from "node:vm";
     const filename = pathToFileURL(${JSON.stringify(fixture("made-up.mjs"))}).href;
     const options = { filename, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
     const task = compileFunction(${JSON.stringify(code.replace("export default", "return"))}, [], options)();
     const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
     console.log(await pool.submit(task));
     await pool.shutdown();`,
    ],
    { cwd: fixture(".") },
  );
  expect(stdout).toBe("42\n");
});
