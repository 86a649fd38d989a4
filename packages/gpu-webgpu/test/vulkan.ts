// Where Debian's chromium package put its software GPU, for machines that have none. Has to be set before the package `webgpu` is loaded.

import { existsSync } from "node:fs";

const software = "/usr/lib/chromium/vk_swiftshader_icd.json";

if (process.env["VK_DRIVER_FILES"] === undefined && existsSync(software)) process.env["VK_DRIVER_FILES"] = software;
