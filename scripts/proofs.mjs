// What everything here has to prove, three at a time: most of it waits now and then for threads, processes and pages to start, and
// what holds only on an idle machine does not hold. The longest come first, so that none is left alone with all cores at the end;
// turbo would begin with what the others depend on, which is short. All is built before.
import { spawn } from "node:child_process";
import { bin, root } from "./shell.mjs";
import { workspaces } from "./workspaces.mjs";

const atOnce = 3;
const scripts = ["test", "test:node24", "size"];

/** The longest, in this order; of the others it does not matter. */
const longest = [
  "gpu-webgpu test",
  "browser-workers test",
  "node-processes test",
  "browser-demo test",
  "gpu-webgl test",
  "node-threads test",
  "node-processes test:node24",
  "node-threads test:node24",
  "conformance test",
  "types",
  "node-demo test",
  "scripts",
];

/** Runs all of it, and shows what failed said; true when nothing did. */
export async function prove() {
  const waiting = inOrder([...ofTheWhole(), ...workspaces().flatMap(ofPackage)]);
  let isProven = true;
  const work = async () => {
    for (let proof = waiting.shift(); proof; proof = waiting.shift()) isProven = (await runProof(proof)) && isProven;
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return isProven;
}

function ofTheWhole() {
  return [
    { name: "types", command: process.execPath, args: ["scripts/turbo.mjs", "run", "//#typecheck"], cwd: root },
    { name: "scripts", command: bin("vitest"), args: ["run"], cwd: root },
    { name: "exports", command: process.execPath, args: ["scripts/check-exports.mjs"], cwd: root },
  ];
}

function ofPackage({ path, folder, manifest }) {
  const name = path.split("/").at(-1);
  return scripts
    .filter((script) => manifest.scripts?.[script])
    .map((script) => ({ name: `${name} ${script}`, command: "npm", args: ["run", script], cwd: folder }));
}

function inOrder(proofs) {
  const place = ({ name }) => (longest.includes(name) ? longest.indexOf(name) : longest.length);
  const unknown = longest.filter((name) => !proofs.some((proof) => proof.name === name));
  if (unknown.length > 0) throw new Error(`There is nothing called ${unknown.join(", ")} to prove.`);
  return proofs.sort((a, b) => place(a) - place(b));
}

function runProof({ name, command, args, cwd }) {
  const begin = performance.now();
  // Only Windows needs a shell, as in shell.mjs.
  const child = spawn(command, args, { cwd, shell: process.platform === "win32", stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => said.push(chunk));
  return new Promise((resolve) => {
    const conclude = (hasSucceeded) => {
      if (!hasSucceeded) process.stdout.write(Buffer.concat(said));
      console.log(`${hasSucceeded ? "✓" : "✗"} ${name}, ${Math.round((performance.now() - begin) / 1000)} s`);
      resolve(hasSucceeded);
    };
    child.on("error", (error) => {
      said.push(Buffer.from(`Could not run ${command}: ${error.message}\n`));
      conclude(false);
    });
    child.on("close", (code) => conclude(code === 0));
  });
}
