// An executor with nothing to do does not keep a process alive; one with work does.

import { spawn } from "node:child_process";
import { expect, it } from "vitest";

const program = `
import { vectorize } from "@everycore/kernel";
import { WebGPUExecutor } from "@everycore/gpu-webgpu";
const gpu = await WebGPUExecutor.create();
const x = gpu.array(Float32Array.of(1, 2));
await gpu.submit(vectorize((x) => x + 1), x);
gpu.submit(vectorize((x) => x * 3), Float32Array.of(2)).addDoneCallback((future) => console.log(future.resultNow()[0]));
`;

it("a process ends when its launches are done, without shutdown", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: new URL(".", import.meta.url) });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, output.trim()], errors).toEqual([0, "6"]);
});
