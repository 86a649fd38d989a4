// Runs a program of node_modules on another Node, in the current folder: node scripts/on-node.mjs <major> vitest run …
// The laws of the kit that are JavaScript alone are left to the Node that runs this script, with which `npm test` runs them all.
// Without a program, `--version`, it only gets that Node: npm fetches it into its own cache; nothing is installed here.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { capture, root, run } from "./shell.mjs";

const [major = "", program, ...args] = process.argv.slice(2);
if (!/^\d+$/.test(major) || !program) {
  console.error("Usage: node scripts/on-node.mjs <major> <program of node_modules> [arguments]");
  process.exit(2);
}

// Not the package "node" itself: it fetches the program in an install script, which npm 12 blocks and which fails under
// --allow-scripts. This is the package that it would fetch.
const platform = process.platform === "win32" ? "win" : process.platform;
const wanted = `node-${platform}-${process.arch}@${major}`;
const node = capture("npx", ["--yes", `--package=${wanted}`, "--", "node", "--print", "process.execPath"])?.trim();
if (!node) {
  console.error(`Could not get Node ${major} (npm package ${wanted}). Is the registry reachable?`);
  process.exit(1);
}
const script = program.startsWith("-") ? program : scriptOf(program);
const own = process.versions.node.split(".")[0];
const env = own === major ? {} : { EVERYCORE_FULL_RUN_ON: `Node ${own}` };
if (!run(node, [script, ...args], { cwd: process.cwd(), env })) process.exitCode = 1;

/** The file behind node_modules/.bin/<program>. */
function scriptOf(name) {
  const manifest = createRequire(join(root, "package.json")).resolve(`${name}/package.json`);
  const { bin } = createRequire(import.meta.url)(manifest);
  return join(dirname(manifest), typeof bin === "string" ? bin : bin[name]);
}
