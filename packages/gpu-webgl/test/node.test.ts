// In Node there is no WebGL 2: the package says so, and what would help, and its emitter works all the same.

import { UnsupportedError } from "@everycore/core";
import { backend, WebGLExecutor } from "@everycore/gpu-webgl";
import { kernel, vectorize } from "@everycore/kernel";
import { expect, test } from "vitest";

test("availability says why it is not there, and what would help", async () => {
  expect(await backend.availability()).toEqual({
    available: false,
    reason: expect.stringMatching(/Node has no WebGL 2.*WebGL 1.*npm install @everycore\/gpu-webgpu webgpu/),
  });
});

test("create is refused with the same reason", async () => {
  const attempt = WebGLExecutor.create({ name: "here" });
  await expect(attempt).rejects.toBeInstanceOf(UnsupportedError);
  await expect(attempt).rejects.toThrow(/WebGLExecutor "here".*npm install/);
});

test("inspect shows the kernel, its map and the native functions", () => {
  const text = vectorize((x: number) => x / 3 + 1).inspect("gpu.js", new Float32Array(4));
  expect(text).toContain("function (memory0, zero, length0, bits0,");
  expect(text).toContain("float everycoreElement0() {");
  expect(text).toContain("divide(load0(at.x), 3.0)");
  const count = kernel((thread, bins: Int32Array) => {
    thread.atomicAdd(bins, thread.x, 1);
  });
  expect(() => count.inspect("gpu.js", new Int32Array(4))).toThrow(UnsupportedError);
  const idle = kernel((thread, x: Int32Array) => {
    if (x[thread.x] === 1) return;
  });
  expect(idle.inspect("gpu.js", new Int32Array(4))).toMatch(/writes nothing: there is no kernel/);
});
