// The text of a kernel's module, once the compiler is loaded.

import { vectorize } from "@everycore/kernel";
import { expect, it } from "vitest";

const square = vectorize(function square(x: number) {
  return x * x;
});

it("kernels show their module's text once the compiler is loaded, and say how to load it before", async () => {
  const show = (): string => square.inspect("wat", new Float32Array(1));
  expect(show).toThrow('To have "wat": await import("@everycore/wasm/compiler"), or prepare() an executor');
  await import("../../src/compiler.js");
  expect(show()).toMatch(/^\(module/);
  expect(show()).toContain("f32x4.mul");
});
