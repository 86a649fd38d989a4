// The page with the laws: choose a backend and groups of laws, run them, and take the report away.

import { findBackends } from "./backends.js";
import { showEnvironment } from "./view/environment-note.js";
import { KitPage } from "./view/kit-page.js";
import { installTheme } from "./view/theme.js";

function startKitWorker(): Worker {
  return new Worker(new URL("./kit/kit.worker.ts", import.meta.url), { type: "module" });
}

installTheme();
showEnvironment();

new KitPage(await findBackends(startKitWorker));
