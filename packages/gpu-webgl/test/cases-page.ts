// A page of Chromium with the cases of one file of test/pages.

import { bundle, Chromium, type OpenPage, pageOf, type Site, serveSite } from "@everycore/chromium";

/** See above; dispose it to close it. */
export class CasesPage implements AsyncDisposable {
  readonly #chromium: Chromium;
  readonly #site: Site;
  readonly #opened: OpenPage;

  private constructor(chromium: Chromium, site: Site, opened: OpenPage) {
    this.#chromium = chromium;
    this.#site = site;
    this.#opened = opened;
  }

  /** Opens it, with a content security policy if there is one. */
  static async open(file: string, csp?: string): Promise<CasesPage> {
    const files = await bundle({ page: file });
    const site = await serveSite({ files: { ...files, "/index.html": pageOf("/page.js") }, csp });
    const chromium = await Chromium.start();
    const opened = await chromium.open(`${site.url}/`);
    await opened.page.waitForLoadState("load");
    return new CasesPage(chromium, site, opened);
  }

  /** See `OpenPage.complaints`. */
  get complaints(): readonly string[] {
    return this.#opened.complaints;
  }

  run(name: string): Promise<unknown> {
    return this.#opened.page.evaluate(`runCase(${JSON.stringify(name)})`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chromium[Symbol.asyncDispose]();
    await this.#site[Symbol.asyncDispose]();
  }
}
