// The page with the laws.

import { readFile } from "node:fs/promises";
import type { Report } from "@everycore/conformance";
import { afterAll, beforeAll, expect, test } from "vitest";
import { overflow, ServedPages, untilDone } from "./served-pages.js";

let pages: ServedPages;
beforeAll(async () => {
  pages = await ServedPages.start();
});
afterAll(() => pages[Symbol.asyncDispose]());

test.each(["inline", "browser-workers"])(
  "runs the chosen laws on %s, live, and gives the report away",
  async (backend) => {
    await using opened = await pages.open({ path: "conformance", search: { backend, groups: "GA" } });
    const { page } = opened;
    const planned = await page.locator(".law").count();
    expect(planned).toBeGreaterThan(10);
    await page.click("#run");
    await page.waitForSelector(".law.pass");
    expect(await untilDone(opened)).toMatch(/^Done after .*: no law is broken\./);
    expect(await page.locator(".law.waiting, .law.fail").count()).toBe(0);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
    expect(download.suggestedFilename()).toBe(`everycore-${backend}.json`);
    const report = JSON.parse(await readFile((await download.path()) as string, "utf8")) as Report;
    expect(report.backend).toBe(backend);
    expect(report.results).toHaveLength(planned);
    expect(report.totals.pass).toBe(await page.locator(".law.pass").count());
  },
);

test.each(["gpu-webgpu", "gpu-webgl"])(
  "runs laws about kernels on %s, which takes a while, until it is stopped",
  { timeout: 60_000 },
  async (backend) => {
    await using opened = await pages.open({ path: "conformance", search: { backend, groups: "K" } });
    const { page } = opened;
    await page.click("#run");
    await page.waitForFunction(() => document.querySelectorAll(".law.pass").length >= 4);
    await page.click("#stop");
    expect(await untilDone(opened)).toMatch(/^Stopped after .*: no law is broken\./);
    expect(opened.complaints).toEqual([]);
  },
);

test("stops after the test that runs, and fits a phone", async () => {
  await using opened = await pages.open({ path: "conformance", search: { groups: "F" }, width: 360 });
  const { page } = opened;
  expect(await overflow(opened)).toBe(0);
  await page.click("#run");
  await page.waitForSelector(".law.pass");
  await page.keyboard.press("Escape");
  expect(await untilDone(opened)).toMatch(/^Stopped after /);
  expect(await page.locator(".law.waiting").count()).toBeGreaterThan(0);
  await page.click("#none");
  expect(await page.isDisabled("#run")).toBe(true);
  expect(await overflow(opened)).toBe(0);
});
