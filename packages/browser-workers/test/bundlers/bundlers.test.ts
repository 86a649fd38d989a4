// A tiny app in every bundler, minified, with and without shared memory: a task, a kernel, a Thread.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chromium, type OpenPage, serveSite } from "@everycore/chromium";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundlers } from "./bundlers.js";

let chromium: Chromium;
let folder: string;
beforeAll(async () => {
  chromium = await Chromium.start();
  folder = await mkdtemp(join(tmpdir(), "everycore-bundlers-"));
});
afterAll(async () => {
  await chromium[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const expected = {
  counts: [669, 560],
  velocity: [-3, -3],
  thread: [true, "hello from herald"],
};

describe.each(bundlers)("an app that $name has bundled", ({ name, build }) => {
  test("runs tasks, kernels and threads, isolated and not", { timeout: 90_000 }, async () => {
    const output = join(folder, name);
    await build(output);
    for (const isolated of [true, false]) {
      await using site = await serveSite({
        folder: output,
        isolated,
        csp: "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
      });
      await using opened = await chromium.open(`${site.url}/`);
      expect([await titleOf(opened), opened.complaints]).toEqual([JSON.stringify(expected), []]);
    }
  });
});

/** What the app says when it is done. */
async function titleOf({ page }: OpenPage): Promise<string> {
  for (;;) {
    const title = await page.title();
    if (title !== "" && title !== "Everycore") return title;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
