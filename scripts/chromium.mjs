// The browser that tests need. Where it is missing and may be installed, on Debian and Ubuntu as root, it is; elsewhere the error says
// what to do. The same places are known to packages/chromium, which is not built yet when this runs.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./shell.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const places = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/** Whether there is a Chromium, which is installed if it may be. */
export function installChromium() {
  if (process.env.EVERYCORE_CHROMIUM || isThere()) return true;
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    console.error("Installing Chromium …");
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    run("apt-get", ["update"], { quiet: true, env });
    if (run("apt-get", ["install", "-y", "chromium"], { quiet: true, env }) && isThere()) return true;
  }
  console.error(
    "The tests need a Chromium. Install it (on Debian and Ubuntu: apt-get install chromium), or set EVERYCORE_CHROMIUM to the path " +
      "of a Chromium or Chrome.",
  );
  return false;
}

function isThere() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const found = folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
  return found || places.some((place) => existsSync(place));
}
