// The page with the laws: choose a backend and groups of laws, run them, and take the report away.

import { findBackends } from "./backends.js";
import { showEnvironment } from "./view/environment-note.js";
import { untilIdle } from "./view/idle.js";
import { KitPage } from "./view/kit-page.js";
import { installTheme } from "./view/theme.js";

function startKitWorker(): Worker {
  return new Worker(new URL("./kit/kit.worker.ts", import.meta.url), { type: "module" });
}

installTheme();
showEnvironment();

const backends = await findBackends(startKitWorker);
const page = new KitPage(backends.soon);

// The page can be used now; what comes late is fetched when it has nothing better to do.
await untilIdle();
page.backends = await backends.all();
