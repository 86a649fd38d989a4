// `npm run bench -- [arguments]`: installs the peers when they are missing, builds what is measured, quietly, and measures.
// apps/bench is no workspace: its peers are hundreds of megabytes, which nothing else needs.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { bin, install, root, run } from "./shell.mjs";
import { turbo } from "./turbo.mjs";

const app = join(root, "apps/bench");
const backends = ["inline", "node-threads", "node-processes", "browser-workers", "gpu-webgpu", "gpu-webgl"];
const measured = ["kernel", "algorithms", ...backends, "chromium"];

if (!install() || !installPeers()) process.exit(1);
console.error("Building …");
if (!turbo(["run", "build", ...measured.map((name) => `--filter=@everycore/${name}`)], { quiet: true }))
  process.exit(1);
if (!bundle()) process.exit(1);

// A real GPU is what the bench is for; elsewhere there is one in software.
const gpus = ["/dev/nvidia0", "/dev/dri/renderD128", "/dev/dxg"];
if (!gpus.some((path) => existsSync(path))) await import("./software-gpu.mjs");

// Ctrl-C reaches the bench too.
process.on("SIGINT", () => {});
const cli = join(app, "dist/cli.js");
const { status } = spawnSync(process.execPath, [cli, ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 1;

function installPeers() {
  const modified = (path) => statSync(join(app, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (modified("node_modules/.package-lock.json") >= modified("package.json")) return true;
  console.error("Installing the peers (400 MB) …");
  // Without what is optional: gpu.js would compile OpenGL for Node, which is not measured. No install script is needed.
  const options = ["--omit=optional", "--ignore-scripts", "--workspaces=false", "--no-audit", "--no-fund"];
  return run("npm", ["install", ...options], { cwd: app, quiet: true });
}

/** All of src as two files, with every package left as an import. */
function bundle() {
  const options = ["--bundle", "--packages=external", "--platform=node", "--format=esm", "--target=es2022"];
  const workers = ["functions", "poolifier-worker", "workerpool-worker"].map((name) => `src/tasks/${name}.ts`);
  const programs = ["src/cli.ts", "src/first-call.ts", ...workers];
  return run(
    bin("esbuild"),
    [...programs, ...options, "--outdir=dist", "--outbase=src", "--sourcemap", "--log-level=warning"],
    {
      cwd: app,
    },
  );
}
