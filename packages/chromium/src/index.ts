export { bundle } from "./bundle.js";
export { Chromium, type ChromiumOptions } from "./chromium.js";
export { findChromium } from "./chromium-path.js";
export { type KitPage, runKit } from "./kit.js";
export { type ConsoleLine, OpenPage } from "./open-page.js";
export { pageOf, type Resource, type Site, type SiteFiles, type SiteOptions, serveSite } from "./site.js";
