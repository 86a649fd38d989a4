// One headless Chromium, for any number of pages. Each page has a context of its own, so pages share no storage.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { findChromium } from "./chromium-path.js";
import { OpenPage } from "./open-page.js";

/** Options of {@link Chromium.start}. */
export interface ChromiumOptions {
  /** More command-line flags. */
  readonly flags?: readonly string[] | undefined;
}

/** What Chromium leaves out. */
const disabledFeatures: readonly string[] = [
  // Each window loads them in a renderer of its own, though nobody types an address: 0.6 s of a core for every page.
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  // What Playwright switches off in a switch like this, of which Chromium heeds the last.
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
];

const flags: readonly string[] = [
  `--disable-features=${disabledFeatures.join(",")}`,
  "--no-sandbox",
  // WebGPU without a GPU: an adapter on SwiftShader.
  "--enable-unsafe-webgpu",
  // Law tests collect garbage and measure the heap.
  "--js-flags=--expose-gc",
  "--enable-precise-memory-info",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A running browser; dispose it to end it. */
export class Chromium implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Starts a browser. @throws Error that says what to do where there is none. */
  static async start(options: ChromiumOptions = {}): Promise<Chromium> {
    const browser = await chromium.launch({
      executablePath: findChromium(),
      headless: true,
      args: [...flags, ...(options.flags ?? [])],
    });
    return new Chromium(browser);
  }

  /** Its version: `156.0.…`. */
  get version(): string {
    return this.#browser.version();
  }

  /** For what this class has no method for. */
  get browser(): Browser {
    return this.#browser;
  }

  /** Opens a page in a context of its own. `prepare` is called before it loads. */
  async open(url: string, prepare?: (page: OpenPage) => Promise<void>): Promise<OpenPage> {
    const context = await this.#browser.newContext();
    const page = new OpenPage(await context.newPage());
    await prepare?.(page);
    await page.page.goto(url, { waitUntil: "commit" });
    return page;
  }

  /** Bytes of memory that all pages take now. */
  async memoryBytes(): Promise<number> {
    const session = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    const renderers = processInfo.filter(({ type }) => type === "renderer");
    const sizes = await Promise.all(renderers.map(({ id }) => residentBytes(id)));
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** 0 if the process is gone. */
async function residentBytes(id: number): Promise<number> {
  try {
    if (process.platform === "linux") return 4096 * Number((await readFile(`/proc/${id}/statm`, "utf8")).split(" ")[1]);
    const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(id)]);
    return 1024 * Number(stdout);
  } catch {
    return 0;
  }
}
