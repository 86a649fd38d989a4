// Pools in a page: each in a page of its own in one Chromium, isolated and not, bundled and minified.

import { fileURLToPath } from "node:url";
import { Missing } from "../contender.js";
import { messageOf } from "../peers/reason.js";
import type { PoolContender, TaskSample, TaskSettings } from "../tasks/pool.js";

type Tools = typeof import("@everycore/chromium");

/** What is open while the suite runs. */
class Browser {
  readonly #opened: Promise<{
    tools: Tools;
    chromium: import("@everycore/chromium").Chromium;
    files: import("@everycore/chromium").SiteFiles;
  }>;

  constructor() {
    this.#opened = this.#open();
    this.#opened.catch(() => {});
  }

  async measure(pool: string, isolated: boolean, settings: TaskSettings): Promise<TaskSample> {
    const { tools, chromium, files } = await this.#opened;
    await using site = await tools.serveSite({ files, isolated });
    const query = new URLSearchParams(
      Object.entries({ pool, ...settings }).map(([name, value]) => [name, String(value)]),
    );
    await using opened = await chromium.open(`${site.url}/?${query}`);
    await opened.page.waitForLoadState();
    return await opened.whileOpen(opened.page.evaluate<TaskSample>("globalThis.sample"));
  }

  async #open() {
    const tools = await import("@everycore/chromium");
    // Beside dist: pages are bundled when they are needed.
    const source = (name: string): string => fileURLToPath(new URL(`../src/browser/${name}.ts`, import.meta.url));
    const workers = ["everycore", "comlink", "workerpool"].map((name) => `${name}.worker`);
    const entries = Object.fromEntries(["page", ...workers].map((name) => [name, source(name)]));
    // What workerpool requires only on Node.
    const options = { minify: true, external: ["os", "child_process", "worker_threads"] };
    const files = { ...(await tools.bundle(entries, options)), "/index.html": tools.pageOf("/page.js") };
    return { tools, chromium: await tools.Chromium.start(), files };
  }
}

let browser: Browser | undefined;

/** See above. */
export const browserPools: readonly PoolContender[] = [true, false].flatMap((isolated) =>
  ["everycore", "comlink", "workerpool"].map((pool): PoolContender => {
    return {
      name: pool === "everycore" ? "Everycore" : pool,
      kind: isolated ? "isolated page" : "page",
      ...(pool === "everycore" && { ours: true }),
      async measure(settings) {
        browser ??= new Browser();
        try {
          return await browser.measure(pool, isolated, settings);
        } catch (error) {
          return new Missing(messageOf(error));
        }
      },
    };
  }),
);
