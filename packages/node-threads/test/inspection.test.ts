// A program in one file: the compiler registers its text format there too, although nothing in the program names it.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, test } from "vitest";

const program = `
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { vectorize } from "@everycore/kernel";

const square = vectorize((x) => x * x);
const show = () => square.inspect("wat", new Float32Array(1));
const texts = [];
try { show(); } catch (error) { texts.push(error.message); }
await using executor = new ThreadPoolExecutor();
await executor.prepare();
texts.push(show());
console.log(JSON.stringify(texts));
`;

test("an executor that was prepared shows kernels as WebAssembly text, also in a bundle", async () => {
  const folder = await mkdtemp(join(tmpdir(), "everycore-"));
  try {
    const outfile = join(folder, "program.mjs");
    const stdin = { contents: program, resolveDir: import.meta.dirname };
    await build({
      stdin,
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      supported: { using: false },
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile]);
    const [before, after] = JSON.parse(stdout) as [string, string];
    expect(before).toContain("prepare() an executor");
    expect(after).toMatch(/^\(module/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
