// The site on which the kit runs.

import { bundle, pageOf, type SiteFiles } from "@everycore/chromium";

/** Files with which no worker can start, each in a way of its own. */
export const brokenWorkers: SiteFiles = {
  "/mime.js": { body: "postMessage(1)", type: "text/html" },
  "/syntax.js": "let a = ;",
  "/throws.js": "throw new RangeError('too early')",
  "/silent.js": "self.onmessage = () => {}",
};

/** The page of the kit, its worker, and what they need. */
export async function kitFiles(): Promise<SiteFiles> {
  const page = await bundle({ page: "test/pages/kit.ts", "kit.worker": "test/pages/kit.worker.ts" });
  const second = await bundle({ "second-core": "@everycore/core" });
  return { ...page, ...second, ...brokenWorkers, "/index.html": pageOf("/page.js") };
}
