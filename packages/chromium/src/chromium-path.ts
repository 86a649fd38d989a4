// Where Chromium is. It is found, not downloaded: `npm test` installs the system's own where it may (scripts/chromium.mjs).

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const usualPlaces = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * The path of a Chromium or Chrome: `EVERYCORE_CHROMIUM` if that is set, else one in `PATH` or in a usual place.
 *
 * @throws Error that says how to get one.
 */
export function findChromium(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = env.EVERYCORE_CHROMIUM;
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`EVERYCORE_CHROMIUM is ${chosen}, and there is no such file. Set it to the path of a Chromium.`);
  }
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...usualPlaces];
  const found = candidates.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    "There is no Chromium, which the tests in a browser need. Install it (on Debian and Ubuntu: apt-get install chromium), " +
      "or set EVERYCORE_CHROMIUM to the path of a Chromium or Chrome.",
  );
}
