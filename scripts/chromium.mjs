// The browser that tests need, and with it a GPU in software (software-gpu.mjs), for which Node's WebGPU needs the system's Vulkan
// loader. Where they are missing and may be installed, on Debian and Ubuntu as root, they are; elsewhere the error says what to do. The
// browser's places are known to packages/chromium too, which is not built yet when this runs.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { capture, run } from "./shell.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const places = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/** Whether there is a Chromium, and a Vulkan loader on Linux. What is missing is installed if it may be. */
export function installChromium() {
  if (isComplete()) return true;
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    console.error("Installing Chromium and a Vulkan loader …");
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    run("apt-get", ["update"], { quiet: true, env });
    if (run("apt-get", ["install", "-y", "chromium", "libvulkan1"], { quiet: true, env }) && isComplete()) return true;
  }
  console.error(
    "The tests need a Chromium, and on Linux libvulkan1. Install them (on Debian and Ubuntu: apt-get install chromium libvulkan1), or set " +
      "EVERYCORE_CHROMIUM to the path of a Chromium or Chrome.",
  );
  return false;
}

function isComplete() {
  return (Boolean(process.env.EVERYCORE_CHROMIUM) || isThere()) && hasVulkan();
}

function hasVulkan() {
  return process.platform !== "linux" || capture("/sbin/ldconfig", ["-p"])?.includes("libvulkan.so.1") === true;
}

function isThere() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const found = folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
  return found || places.some((place) => existsSync(place));
}
