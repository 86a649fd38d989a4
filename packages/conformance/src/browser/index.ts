export { type BrowserEnvironmentOptions, browserEnvironment } from "./environment.js";
export type { HarnessRequest, PageHarness } from "./harness.js";
export { serveKit } from "./serve-kit.js";
