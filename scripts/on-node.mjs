// Runs a script on another Node: node scripts/on-node.mjs <major> [--in <folder>,<folder>] <script> [arguments]
// The script is named from the root of the repository and runs once in each folder. npm fetches that Node into its
// own cache; nothing is installed here.
import { resolve } from "node:path";
import { capture, root, run } from "./shell.mjs";

const [major = "", ...rest] = process.argv.slice(2);
const folders = rest[0] === "--in" ? rest.splice(0, 2)[1].split(",") : ["."];
const [script, ...args] = rest;

if (!/^\d+$/.test(major) || !script) {
  console.error("Usage: node scripts/on-node.mjs <major> [--in <folder>,<folder>] <script> [arguments]");
  process.exit(2);
}

// Not the package "node" itself: it fetches the program in an install script, which npm 12 blocks and which fails under
// --allow-scripts. This is the package that it would fetch.
const platform = process.platform === "win32" ? "win" : process.platform;
const program = `node-${platform}-${process.arch}@${major}`;
const node = capture("npx", ["--yes", `--package=${program}`, "--", "node", "--print", "process.execPath"])?.trim();
if (!node) {
  console.error(`Could not get Node ${major} (npm package ${program}). Is the registry reachable?`);
  process.exit(1);
}

for (const folder of folders) {
  console.log(`Node ${major}: ${script} ${args.join(" ")} (${folder})`);
  if (!run(node, [resolve(root, script), ...args], { cwd: resolve(root, folder) })) process.exitCode = 1;
}
