// `npm run demo:browser -- [arguments of vite preview]`: builds the page and what it needs, quietly, and serves it until Ctrl-C.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bin, install, root } from "./shell.mjs";
import { turbo } from "./turbo.mjs";

if (!install()) process.exit(1);
console.error("Building …");
if (!turbo(["run", "build", "--filter=@everycore/browser-demo..."], { quiet: true })) process.exit(1);

// Ctrl-C ends the server, and then this.
process.on("SIGINT", () => {});
const { status } = spawnSync(bin("vite"), ["preview", ...process.argv.slice(2)], {
  cwd: join(root, "apps/browser-demo"),
  shell: process.platform === "win32",
  stdio: "inherit",
});
process.exitCode = status ?? 0;
