// `npm run demo -- [arguments]`: builds what the demo needs, quietly, and runs it. Standard output is the demo's alone.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { install, root } from "./shell.mjs";
import { turbo } from "./turbo.mjs";

if (!install()) process.exit(1);
console.error("Building …");
if (!turbo(["run", "build", "--filter=@everycore/node-demo..."], { quiet: true })) process.exit(1);

const cli = join(root, "apps/node-demo/dist/cli.js");
// Ctrl-C reaches the demo too: it stops its workers and says with which code to end.
process.on("SIGINT", () => {});
const { status } = spawnSync(process.execPath, [cli, ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 1;
