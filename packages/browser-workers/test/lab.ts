// A page with the experiments of test/pages/lab.ts.

import {
  bundle,
  type Chromium,
  type OpenPage,
  pageOf,
  type SiteFiles,
  type SiteOptions,
  serveSite,
} from "@everycore/chromium";
import { brokenWorkers } from "./kit-site.js";

let bundled: Promise<SiteFiles> | undefined;

/** The files of the lab. */
function labFiles(): Promise<SiteFiles> {
  bundled ??= bundle({ page: "test/pages/lab.ts", "lab.worker": "test/pages/lab.worker.ts" });
  return bundled.then((files) => ({ ...files, ...brokenWorkers, "/index.html": pageOf("/page.js") }));
}

/** Runs an experiment in an open page. */
export async function experiment<T>({ page }: OpenPage, name: string, ...args: readonly unknown[]): Promise<T> {
  await page.waitForLoadState();
  return page.evaluate<T>(`experiments.${name}(...${JSON.stringify(args)})`);
}

/** Opens the lab's page for `use`. `host` instead of 127.0.0.1 needs a Chromium that knows it. */
export async function inLab<T>(
  chromium: Chromium,
  options: Omit<SiteOptions, "files"> & { readonly host?: string },
  use: (opened: OpenPage) => Promise<T>,
): Promise<T> {
  await using site = await serveSite({ ...options, files: await labFiles() });
  await using opened = await chromium.open(`${site.url.replace("127.0.0.1", options.host ?? "127.0.0.1")}/`);
  return await use(opened);
}
