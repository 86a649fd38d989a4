import {
  bundle,
  Chromium,
  findChromium,
  type OpenPage,
  pageOf,
  type SiteOptions,
  serveSite,
} from "@everycore/chromium";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let chromium: Chromium;
beforeAll(async () => {
  chromium = await Chromium.start();
});
afterAll(() => chromium[Symbol.asyncDispose]());

async function visit(options: SiteOptions, look: (opened: OpenPage) => Promise<void>): Promise<void> {
  await using site = await serveSite(options);
  await using opened = await chromium.open(`${site.url}/`);
  await look(opened);
}

const empty = "<!doctype html><title>empty</title>";

describe("findChromium", () => {
  test("takes the one that EVERYCORE_CHROMIUM names, and says so if there is none", () => {
    expect(findChromium({ EVERYCORE_CHROMIUM: process.execPath })).toBe(process.execPath);
    expect(() => findChromium({ EVERYCORE_CHROMIUM: "/nowhere" })).toThrow(/EVERYCORE_CHROMIUM is \/nowhere/);
  });

  test.runIf(process.platform === "linux")("says how to get one where there is none", () => {
    expect(() => findChromium({ PATH: "/nowhere" })).toThrow(/apt-get install chromium.*EVERYCORE_CHROMIUM/);
  });
});

describe("a site", () => {
  test("gives SharedArrayBuffer to pages that are isolated, and to no others", async () => {
    for (const isolated of [true, false]) {
      await visit({ files: { "/index.html": empty }, isolated }, async ({ page }) => {
        expect(await page.evaluate("[crossOriginIsolated, typeof SharedArrayBuffer]")).toEqual([
          isolated,
          isolated ? "function" : "undefined",
        ]);
      });
    }
  });

  test("enforces its content security policy", async () => {
    const html = `${empty}<script>document.title = "inline script"</script>`;
    await visit({ files: { "/index.html": html }, csp: "script-src 'self'" }, async (opened) => {
      await opened.page.waitForLoadState();
      expect(await opened.page.title()).toBe("empty");
      expect(opened.complaints).toEqual([expect.stringContaining("Content Security Policy")]);
    });
  });

  test("serves a folder, and what is in memory before it; the rest is not found", async () => {
    const files = { "/index.html": empty, "/odd.js": { body: "no script", status: 500, type: "text/odd" } };
    await visit({ files, folder: "test/pages" }, async ({ page }) => {
      const fetched = (path: string): Promise<unknown> =>
        page.evaluate(
          `fetch("${path}").then(async (r) => [r.status, r.headers.get("content-type"), (await r.text()).length > 0])`,
        );
      expect(await fetched("/odd.js")).toEqual([500, "text/odd", true]);
      expect(await fetched("/greeting.ts")).toEqual([200, "text/plain", true]);
      expect(await fetched("/../package.json")).toEqual([404, "text/plain", true]);
    });
  });
});

describe("an open page", () => {
  test("has WebGPU and a collector", async () => {
    await visit({ files: { "/index.html": empty } }, async ({ page }) => {
      expect(await page.evaluate("navigator.gpu.requestAdapter().then((adapter) => adapter !== null)")).toBe(true);
      expect(await page.evaluate("typeof gc")).toBe("function");
    });
  });

  test("tells what it, its workers and its errors say", async () => {
    const files = await bundle({ page: "test/pages/noisy.ts", "noisy-worker": "test/pages/noisy-worker.ts" });
    await visit({ files: { ...files, "/index.html": pageOf("/page.js") } }, async (opened) => {
      await opened.page.waitForEvent("pageerror");
      await opened.flushConsole();
      const texts = opened.console.map(({ text }) => text);
      const lines = Array.from({ length: 100 }, (_, line) => `from the worker ${line}`);
      expect(texts.filter((text) => text.startsWith("from the worker"))).toEqual(lines);
      expect(texts).toContain("from the page");
      expect(opened.workers).toBe(1);
      expect(opened.complaints).toEqual([expect.stringContaining("nobody caught this"), "a complaint"]);
    });
  });
});
