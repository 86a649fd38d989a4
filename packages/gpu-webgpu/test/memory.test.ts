// What happens when the device has no memory left. SwiftShader has none for a single array of the size that it says it allows.

import type { DeviceArray } from "@everycore/core";
import { type GpuDevice, WebGPUExecutor } from "@everycore/gpu-webgpu";
import { kernel } from "@everycore/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const fill = kernel((thread, x: Uint8Array, value: number) => {
  x[thread.x] = value;
});
const increment = kernel((thread, x: Float32Array) => {
  x[thread.x]! += 1;
});

let gpu: WebGPUExecutor;
let complaints: string[];
beforeEach(async () => {
  gpu = await WebGPUExecutor.create({ name: "small" });
  complaints = [];
  const device = gpu.device as unknown as GpuDevice & EventTarget;
  device.addEventListener("uncapturederror", (event) => {
    complaints.push((event as Event & { readonly error: Error }).error.message);
    event.preventDefault();
  });
});
afterEach(() => gpu.shutdown());

/** Arrays until there is no memory for one, the last of them. */
async function exhaust(): Promise<Array<DeviceArray<Uint8Array>>> {
  const arrays = [];
  for (let count = 0; count < 64; count++) {
    const array = gpu.array("uint8", gpu.capabilities.maxBufferBytes);
    arrays.push(array);
    const failed = await array.write(new Uint8Array(array.length)).then(
      () => false,
      () => true,
    );
    if (failed) return arrays;
  }
  throw new Error("This device has memory for everything: the test needs a smaller one.");
}

describe("a device without memory", () => {
  it("fails what uses the array, with the way out, and nothing else", async () => {
    const arrays = await exhaust();
    const without = arrays.at(-1)!;
    using good = gpu.array(new Float32Array(8));
    // In one turn, so that one batch holds them all.
    const [before, launch] = [gpu.submit(increment.over(8), good), gpu.submit(fill.over(8), without, 1)];
    const [after, read] = [gpu.submit(increment.over(8), good), without.read()];
    const message = /WebGPUExecutor "small" has no memory for 1024 MB more .*Dispose of arrays that are done with\./s;
    await expect(launch).rejects.toThrow(RangeError);
    await expect(launch).rejects.toThrow(message);
    await expect(read).rejects.toThrow(message);
    await expect(without.write(new Uint8Array(without.length))).rejects.toThrow(message);
    await Promise.all([before, after]);
    expect([...(await good.read())]).toEqual(new Array(8).fill(2));
    for (const array of arrays) array.dispose();
    expect(complaints).toEqual([]);
  });

  it("is told of by a launch on an array of the host, and by its first user, whichever comes first", async () => {
    const host = new Uint8Array(gpu.capabilities.maxBufferBytes);
    using array = gpu.array("uint8", host.length);
    const [resident, copied] = [gpu.submit(fill.over(8), array, 1), gpu.submit(fill.over(8), host, 1)];
    await expect(resident).rejects.toThrow(/no memory/);
    await expect(copied).rejects.toThrow(/no memory/);
    using small = gpu.array(Float32Array.of(1));
    await gpu.submit(increment.over(1), small);
    expect([...(await small.read())]).toEqual([2]);
    expect(complaints).toEqual([]);
  });
});
