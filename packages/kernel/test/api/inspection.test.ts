import { describe, expect, it } from "vitest";
import { kernel, vectorize } from "../../src/index.js";
import { registerInspector } from "../../src/ir.js";

const host = new Float32Array(4);
const step = kernel(function step(thread, k: number, a: Float32Array) {
  a[thread.x]! *= k;
});

describe("inspect", () => {
  it("shows the IR for these argument types, with or without a grid", () => {
    const text = step.inspect("ir", 2, host);
    expect(text).toContain("step");
    expect(text).toContain("float32");
    expect(step.over(4).inspect("ir", 2, host)).toBe(text);
    expect(vectorize((x: number) => x + 1).inspect("ir", new Int32Array(1))).toContain("int32");
  });

  it("shows what backends register", () => {
    registerInspector("names", (program) => program.arrays.map(({ name }) => name).join());
    expect(step.inspect("names", 2, host)).toBe("a");
  });

  it("names the package that a format comes with", () => {
    expect(() => step.inspect("wgsl", 2, host)).toThrow(
      /^The format must be one of "ir".*, not "wgsl"\. To have "wgsl": await import\("@everycore\/gpu-webgpu"\)\.$/,
    );
    expect(() => step.inspect("wat", 2, host)).toThrow(/@everycore\/wasm/);
    expect(() => step.inspect("gpu.js", 2, host)).toThrow(/@everycore\/gpu-webgl/);
    expect(() => step.inspect("toString", 2, host)).toThrow(/^The format must be one of "ir".*, not "toString"\.$/);
  });

  it("refuses wrong arguments as a launch does", () => {
    expect(() => step.inspect("ir", 2, "a" as never)).toThrow(TypeError);
  });
});
