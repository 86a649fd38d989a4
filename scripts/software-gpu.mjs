// Machines without a GPU have the one that Debian's chromium package brings, in software. To be imported before the package "webgpu" is
// loaded, or before a program is started that does so.
import { existsSync } from "node:fs";

const driver = "/usr/lib/chromium/vk_swiftshader_icd.json";

if (process.env.VK_DRIVER_FILES === undefined && existsSync(driver)) process.env.VK_DRIVER_FILES = driver;
