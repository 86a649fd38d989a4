// Contenders of the suite of GPUs in one Chromium: each in a page of its own, with nothing but its own bundle, opened for one case and closed
// after it.

import { fileURLToPath } from "node:url";
import { type Attempt, type Contender, Missing, type Values } from "../contender.js";
import { messageOf } from "../peers/reason.js";
import type { GpuCase } from "./gpu-case.js";
import type { PageContender } from "./pages/offer.js";

type Tools = typeof import("@everycore/chromium");
type Browser = import("@everycore/chromium").Chromium;
type OpenPage = import("@everycore/chromium").OpenPage;
type Site = import("@everycore/chromium").Site;

interface PageKind {
  readonly name: string;
  readonly page: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly ours?: true;
}

const kinds: readonly PageKind[] = [
  { name: "Everycore gpu-webgpu", page: "everycore-webgpu", ours: true },
  { name: "Everycore gpu-webgl", page: "everycore-webgl", ours: true },
  { name: "TF.js webgpu", page: "tensorflow" },
  { name: "jax-js webgpu", page: "jax" },
  { name: "gpu.js webgpu", page: "gpu-js", query: { mode: "webgpu" } },
  { name: "gpu.js webgl2", page: "gpu-js", query: { mode: "webgl2" } },
];

/** A browser with a site of all contenders. */
export class GpuPages implements AsyncDisposable {
  readonly chromium: Browser;
  /** What each contender said it runs on. */
  readonly adapters: Map<string, string> = new Map();
  readonly #site: Site;

  private constructor(chromium: Browser, site: Site) {
    this.chromium = chromium;
    this.#site = site;
  }

  static async open(flags: readonly string[]): Promise<GpuPages> {
    const tools = await import("@everycore/chromium");
    const site = await tools.serveSite({ files: await siteFiles(tools) });
    return new GpuPages(await tools.Chromium.start({ flags }), site);
  }

  contenders({ name: caseName }: GpuCase, size: number): Contender[] {
    return kinds.map((kind) => ({
      name: kind.name,
      role: kind.ours && "everycore",
      open: async () => {
        const opened = await this.chromium.open(this.#address(kind, caseName, size));
        const offered = await offerOf(opened);
        if (offered instanceof Missing) {
          await opened[Symbol.asyncDispose]();
          return offered;
        }
        this.adapters.set(kind.name, offered);
        return new PageAttempt(opened);
      },
    }));
  }

  #address({ page, query }: PageKind, caseName: string, size: number): string {
    return `${this.#site.url}/${page}.html?${new URLSearchParams({ ...query, case: caseName, size: String(size) })}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chromium[Symbol.asyncDispose]();
    await this.#site[Symbol.asyncDispose]();
  }
}

async function siteFiles(tools: Tools): Promise<import("@everycore/chromium").SiteFiles> {
  // Beside dist: pages are bundled when they are needed.
  const source = (page: string): string => fileURLToPath(new URL(`../src/gpu/pages/${page}.ts`, import.meta.url));
  const pages = [...new Set(kinds.map(({ page }) => page))];
  const scripts = await tools.bundle(Object.fromEntries(pages.map((page) => [page, source(page)])), { minify: true });
  const documents = pages.map((page) => [`/${page}.html`, { body: tools.pageOf(`/${page}.js`), type: "text/html" }]);
  return { ...scripts, ...Object.fromEntries(documents) };
}

/** The adapter of the page's contender, once it is ready. */
async function offerOf(opened: OpenPage): Promise<string | Missing> {
  await opened.page.waitForLoadState();
  try {
    const { adapter, missing } = await inPage(opened, async () => {
      const { adapter, missing } = await globalThis.contender;
      return { adapter, missing };
    });
    return missing === undefined ? adapter : new Missing(missing);
  } catch (error) {
    return new Missing(messageOf(opened.errors[0] ?? error));
  }
}

declare global {
  // In the page.
  var contender: Promise<PageContender>;
}

/** A contender's page, through the functions that it offers. */
class PageAttempt implements Attempt {
  readonly #opened: OpenPage;

  constructor(opened: OpenPage) {
    this.#opened = opened;
  }

  cold(): Promise<number> {
    return inPage(this.#opened, async () => (await globalThis.contender).attempt.cold());
  }

  async values(): Promise<Values> {
    const bytes = Buffer.from(await inPage(this.#opened, async () => (await globalThis.contender).values()), "base64");
    return new Float32Array(Uint8Array.from(bytes).buffer);
  }

  warm(minimumMs: number): Promise<number> {
    return inPage(
      this.#opened,
      async (minimumMs) => (await globalThis.contender).attempt.warm(minimumMs as number),
      minimumMs,
    );
  }

  /** Of the page nothing is left. */
  async close(): Promise<void> {
    await this.#opened[Symbol.asyncDispose]();
  }
}

function inPage<T>(opened: OpenPage, call: (argument: unknown) => Promise<T>, argument?: unknown): Promise<T> {
  return opened.whileOpen(opened.page.evaluate(call, argument));
}
