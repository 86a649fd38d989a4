// The built pages in a Chromium, served by Vite's preview with the app's own headers: what `npm run demo:browser` serves.

import { fileURLToPath } from "node:url";
import { Chromium, type OpenPage } from "@everycore/chromium";
import { preview } from "vite";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** What a test does with a page. */
export interface Visit {
  readonly path?: string;
  readonly search?: Readonly<Record<string, string>>;
  readonly width?: number;
}

/** A server and a browser. */
export class ServedPages implements AsyncDisposable {
  readonly chromium: Chromium;
  readonly url: string;
  readonly #server: Awaited<ReturnType<typeof preview>>;

  private constructor(chromium: Chromium, url: string, server: Awaited<ReturnType<typeof preview>>) {
    this.chromium = chromium;
    this.url = url;
    this.#server = server;
  }

  /** `flags` are more of Chromium's. */
  static async start(flags: readonly string[] = []): Promise<ServedPages> {
    const server = await preview({ root, preview: { port: 0, host: "127.0.0.1" }, logLevel: "warn" });
    const url = server.resolvedUrls?.local[0];
    if (!url) throw new Error("The preview server has no address.");
    return new ServedPages(await Chromium.start({ flags }), url, server);
  }

  /** Opens a page, and resolves when it can be used. */
  async open({ path = "index.html", search = {}, width = 1280 }: Visit = {}): Promise<OpenPage> {
    const query = new URLSearchParams({ size: "small", ...search });
    const opened = await this.chromium.open(`${this.url}${path}?${query}`, ({ page }) =>
      page.setViewportSize({ width, height: 800 }),
    );
    await opened.page.waitForSelector("#run:not([disabled])");
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chromium[Symbol.asyncDispose]();
    await this.#server.close();
  }
}

/** Resolves when nothing runs any more; the status line. */
export async function untilDone({ page }: OpenPage): Promise<string> {
  await page.waitForSelector("#stage:not(.running)");
  return (await page.textContent("#status")) ?? "";
}

/** Presses Run and waits for the end. */
export async function runToEnd(opened: OpenPage): Promise<string> {
  await opened.page.click("#run");
  return untilDone(opened);
}

/** The rows of the table of times: the name, and what stands behind it. */
export function readTimes({ page }: OpenPage): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const rows = [...document.querySelectorAll<HTMLTableRowElement>(".times tbody tr")];
    return Object.fromEntries(rows.map((row) => [row.querySelector(".name")?.textContent ?? "", row.textContent]));
  });
}

/** How much wider than its window the page is. */
export function overflow({ page }: OpenPage): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
