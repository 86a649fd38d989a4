// What the laws cannot ask of every backend: many launches at a time, buffers that are counted, devices and buffers of the program's
// own, time stamps, and what is given up on the device.

import {
  AbortError,
  CancelledError,
  DeviceLostError,
  type Future,
  TimeoutError,
  UnsupportedError,
} from "@everycore/core";
import { backend, type GpuBuffer, type GpuDevice, WebGPUExecutor } from "@everycore/gpu-webgpu";
import { kernel, reduction, vectorize } from "@everycore/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const increment = kernel((thread, x: Float32Array) => {
  x[thread.x]! += 1;
});
const spin = kernel((thread, x: Float32Array, rounds: number) => {
  let value = x[thread.x]!;
  for (let round = 0; round < rounds; round++) value = value * 0.5 + 1;
  x[thread.x] = value;
});
const addTo = kernel((thread, x: Float32Array, y: Float32Array) => {
  x[thread.x]! += y[thread.x]!;
});
const add = vectorize((a: number, b: number) => a + b);
const sum = reduction({ combine: (a: number, b: number) => a + b, identity: 0 });

let gpu: WebGPUExecutor;
beforeEach(async () => {
  gpu = await WebGPUExecutor.create({ name: "test" });
});
afterEach(() => gpu.shutdown());

const deviceOf = (executor: WebGPUExecutor): GpuDevice => executor.device as unknown as GpuDevice;

/** Counts the device's buffers as they come and go, and what is handed over. */
function watch(device: GpuDevice): { alive: number; made: number; submits: number } {
  const seen = { alive: 0, made: 0, submits: 0 };
  const { createBuffer, queue } = device;
  const { submit } = queue;
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer.call(device, descriptor);
    const { destroy } = buffer;
    seen.alive++;
    seen.made++;
    buffer.destroy = () => {
      seen.alive--;
      destroy.call(buffer);
    };
    return buffer;
  };
  queue.submit = (commands) => {
    seen.submits++;
    submit.call(queue, commands);
  };
  return seen;
}

describe("many launches", () => {
  it("a thousand on one array are handed over together, and read back once", async () => {
    using x = gpu.array("float32", 1000);
    await gpu.submit(increment.over(1000), x);
    const seen = watch(deviceOf(gpu));
    const futures: Array<Future<unknown>> = [];
    for (let i = 0; i < 1000; i++) futures.push(gpu.submit(increment.over(1000), x));
    expect((await x.read())[999]).toBe(1001);
    expect(futures.every((future) => future.done())).toBe(true);
    expect(seen.submits).toBeLessThanOrEqual(2);
    // The staging buffer of the one read.
    expect(seen.made).toBe(1);
  });

  it("leave no buffers behind, whatever they are given", async () => {
    const [x, y] = [new Float32Array(300).fill(1), new Float32Array(300)];
    const round = (): Promise<unknown> =>
      Promise.all([
        gpu.submit(add, x, y),
        gpu.submit(sum, x),
        gpu.submit(increment.over(300), y),
        gpu.submit(add, x, 2),
      ]);
    for (let i = 0; i < 20; i++) await round();
    const seen = watch(deviceOf(gpu));
    const before = gpu.buffers;
    for (let i = 0; i < 100; i++) await round();
    expect(seen.alive).toBe(0);
    expect(gpu.buffers).toEqual(before);
    expect(y[7]).toBe(120);
  });

  it("many at a time, with host arrays and results, settle in order", async () => {
    const order: number[] = [];
    const futures = Array.from({ length: 300 }, (_, i) =>
      gpu.submit(add, Float32Array.of(i, 1), i).addDoneCallback(() => order.push(i)),
    );
    const results = await Promise.all(futures);
    expect(results.map(([first]) => first)).toEqual(results.map((_, i) => 2 * i));
    expect(order).toEqual(results.map((_, i) => i));
  });
});

describe("what cannot be stopped", () => {
  it("is cancelled before it was handed over, and only then", async () => {
    const x = Float32Array.of(1, 2);
    const waiting = gpu.submit(increment.over(2), x);
    expect(waiting.state).toBe("pending");
    expect(waiting.cancel()).toBe(true);
    await expect(waiting.result()).rejects.toBeInstanceOf(CancelledError);
    expect([...x]).toEqual([1, 2]);
    using array = gpu.array(x);
    await gpu.submit(spin.over(1), array, 1);
    const running = gpu.submit(spin.over(2), array, 100_000);
    await Promise.resolve();
    expect([running.state, running.cancel()]).toEqual(["running", false]);
    await running;
  });

  it("is given up by abort: its host arrays stay, and the executor goes on", async () => {
    const x = new Float32Array(2000);
    await gpu.submit(spin.over(1), x, 1);
    x.fill(0);
    const running = gpu.submit(spin.over(2000), x, 20_000);
    await Promise.resolve();
    running.abort("enough");
    expect(running.done()).toBe(true);
    await expect(running.result()).rejects.toBeInstanceOf(AbortError);
    expect([...(await gpu.submit(add, Float32Array.of(1), 2))]).toEqual([3]);
    expect(x[0]).toBe(0);
  });

  it("is given up when its time is over, and says so", async () => {
    using x = gpu.array("float32", 2000);
    await gpu.submit(spin.over(1), x, 1);
    const slow = gpu.with({ timeoutMs: 1 }).submit(spin.over(2000), x, 20_000);
    await expect(slow.result()).rejects.toThrow(/timeoutMs \(1\).*cannot be stopped/);
    await expect(slow.result()).rejects.toBeInstanceOf(TimeoutError);
    expect((await x.read()).length).toBe(2000);
  });

  it("a signal that has fired, or fires while it waits, keeps a launch from running", async () => {
    const controller = new AbortController();
    const x = Float32Array.of(1);
    const waiting = gpu.with({ signal: controller.signal }).submit(increment.over(1), x);
    controller.abort();
    await expect(waiting.result()).rejects.toBeInstanceOf(AbortError);
    await expect(gpu.with({ signal: controller.signal }).submit(increment.over(1), x).result()).rejects.toBeInstanceOf(
      AbortError,
    );
    expect(x[0]).toBe(1);
  });
});

describe("devices and buffers of the program", () => {
  it("a device that is given is used, and is still there after shutdown", async () => {
    const device = gpu.device;
    const own = await WebGPUExecutor.create({ device });
    expect([...(await own.submit(add, Float32Array.of(1, 2), 1))]).toEqual([2, 3]);
    await own.shutdown();
    expect([...(await gpu.submit(add, Float32Array.of(1, 2), 1))]).toEqual([2, 3]);
  });

  it("a buffer can be wrapped and handed out", async () => {
    const device = deviceOf(gpu);
    const buffer = device.createBuffer({ size: 64, usage: 128 | 8 | 4 });
    device.queue.writeBuffer(buffer, 0, Float32Array.of(1, 2, 3, 4));
    const x = gpu.wrap(buffer as never, "float32", 4);
    await gpu.submit(increment.over(4), x);
    expect([...(await x.read())]).toEqual([2, 3, 4, 5]);
    x.dispose();
    const again = gpu.wrap(buffer as never, "int32");
    expect([again.length, (await again.read())[0]]).toEqual([16, 0x40000000]);
    using y = gpu.array(Float32Array.of(5, 6));
    void gpu.submit(increment.over(2), y);
    // What was submitted before is on its way when the buffer is handed out.
    const target = device.createBuffer({ size: 8, usage: 1 | 8 });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(y.buffer as unknown as GpuBuffer, 0, target, 0, 8);
    device.queue.submit([encoder.finish()]);
    await target.mapAsync(1);
    expect([...new Float32Array(target.getMappedRange())]).toEqual([6, 7]);
    for (const each of [buffer, target]) each.destroy();
  });

  it("a buffer is not handed out before what is to write it can be", async () => {
    using y = gpu.array(Float32Array.of(5, 6));
    const fresh = kernel((thread, values: Float32Array) => {
      values[thread.x] = 3 * (values[thread.x] as number) + 0.5;
    });
    const tripled = gpu.submit(fresh.over(2), y);
    expect(() => y.buffer).toThrow(/cannot be handed out yet: .* being compiled\. Await its future first/);
    await tripled;
    expect(y.buffer.size).toBeGreaterThanOrEqual(8);
  });

  it("what cannot be wrapped is refused", () => {
    const device = deviceOf(gpu);
    const uniform = device.createBuffer({ size: 64, usage: 64 });
    expect(() => gpu.wrap(uniform as never, "float32")).toThrow(/STORAGE/);
    expect(() => gpu.wrap({} as never, "float32")).toThrow(/GPUBuffer/);
    const small = device.createBuffer({ size: 16, usage: 128 | 8 | 4 });
    expect(() => gpu.wrap(small as never, "float32", 5)).toThrow(RangeError);
    expect(() => gpu.wrap(small as never, "float64")).toThrow(UnsupportedError);
  });

  it("a device that is lost fails what is pending, and says why; another executor is not touched", async () => {
    const other = await WebGPUExecutor.create();
    using kept = other.array(Float32Array.of(7));
    using x = gpu.array("float32", 10);
    const pending = gpu.submit(spin.over(10), x, 1000);
    deviceOf(gpu).destroy();
    await expect(pending.result()).rejects.toThrow(/"test" is lost: it was destroyed/);
    await expect(x.read()).rejects.toBeInstanceOf(DeviceLostError);
    expect(() => gpu.submit(add, 1, 2)).toThrow(DeviceLostError);
    expect([...(await other.submit(add, Float32Array.of(1), 1)), ...(await kept.read())]).toEqual([2, 7]);
    await other.shutdown();
  });
});

describe("time stamps", () => {
  it("say how long a launch took on the device", async () => {
    await using timed = await WebGPUExecutor.create({ timestamps: true });
    using x = timed.array("float32", 4000);
    const [short, long, total] = [
      timed.submit(spin.over(1), x, 1),
      timed.submit(spin.over(4000), x, 20_000),
      timed.submit(sum, x),
    ];
    await Promise.all([short, long, total]);
    const times = [short, long, total].map((future) => timed.gpuTimeMs(future) as number);
    expect(times.every((ms) => ms >= 0)).toBe(true);
    expect(times[1]).toBeGreaterThan(times[0] as number);
    expect(gpu.gpuTimeMs(gpu.submit(add, Float32Array.of(1), 1))).toBeUndefined();
  });
});

describe("refusals", () => {
  it("tasks, and more arrays, threads in a group and shared memory than the device has, are refused by name", async () => {
    expect(() => gpu.submit((() => 1) as never)).toThrow(/"test".*tasks/s);
    expect(() => gpu.submit("text" as never)).toThrow(TypeError);
    const arrays = Array.from({ length: 13 }, () => new Float32Array(1));
    const text = `(thread, ${arrays.map((_, i) => `a${i}`).join(", ")}) => { ${arrays.map((_, i) => `a${i}[thread.x] = 1;`).join(" ")} }`;
    const wide = kernel(new Function(`return ${text}`)());
    expect(() => gpu.submit(wide.over(1) as never, ...(arrays as never[]))).toThrow(/13 arrays.*takes 12/s);
    const [first] = arrays;
    // One array in thirteen places is one binding.
    await gpu.submit(wide.over(1) as never, ...(arrays.map(() => first) as never[]));
    expect(first?.[0]).toBe(1);
    const meet = kernel((thread, x: Float32Array) => {
      const part = thread.shared(Float32Array, 4);
      part[thread.local.x & 3] = 1;
      thread.barrier();
      x[thread.x] = part[0]!;
    });
    expect(() => gpu.submit(meet.over(1024, { group: 512 }), new Float32Array(1024))).toThrow(
      /groups of 512.*256 threads/s,
    );
    const large = kernel((thread, x: Float32Array) => {
      const part = thread.shared(Float32Array, 10_000);
      part[thread.local.x] = 1;
      thread.barrier();
      x[thread.x] = part[0]!;
    });
    expect(() => gpu.submit(large.over(64), new Float32Array(64))).toThrow(/bytes of shared memory.*32768/s);
    expect(() => gpu.submit(add, new Float64Array(2), 1)).toThrow(/float64.*node-threads/s);
    expect(() => gpu.array("float32", 2 ** 29)).toThrow(/1073741824/);
  });

  it("options are checked, and the backend says what it found", async () => {
    await expect(WebGPUExecutor.create({ device: {} as never })).rejects.toThrow(/GPUDevice/);
    await expect(WebGPUExecutor.create({ powerPreference: "much" as never })).rejects.toThrow(/powerPreference/);
    expect(await backend.availability()).toMatchObject({
      available: true,
      details: expect.stringMatching(/WebGPU on \S+/),
    });
    expect(gpu.support).toMatch(/WGSL/);
    expect(add.inspect("wgsl", Float32Array.of(1), 2)).toMatch(/@compute @workgroup_size/);
  });

  it("prepare compiles and runs nothing", async () => {
    const x = Float32Array.of(1);
    await gpu.prepare(increment.over(1), x);
    expect(x[0]).toBe(1);
    await gpu.submit(increment.over(1), x);
    expect(x[0]).toBe(2);
  });
});

describe("host memory", () => {
  it("parts of one array that overlap are one memory, also when they wait for each other", async () => {
    const whole = Float32Array.from({ length: 12 }, (_, i) => i);
    const copy = kernel((thread, from: Float32Array, to: Float32Array) => {
      to[thread.x] = from[thread.x]! + 100;
    });
    await gpu.submit(copy.over(4), whole.subarray(0, 4), whole.subarray(6, 10));
    expect([...whole]).toEqual([0, 1, 2, 3, 4, 5, 100, 101, 102, 103, 10, 11]);
    // The second overlaps what the first writes in part only, the third is all of it.
    const futures = [
      gpu.submit(increment.over(6), whole.subarray(0, 6)),
      gpu.submit(increment.over(6), whole.subarray(3, 9)),
      gpu.submit(increment.over(12), whole),
    ];
    await Promise.all(futures);
    expect([...whole]).toEqual([2, 3, 4, 6, 7, 8, 102, 103, 104, 104, 11, 12]);
  });

  it("bytes at odd places, and shared memory, are copied as they are", async () => {
    const bytes = Uint8Array.from({ length: 11 }, (_, i) => i);
    const double = kernel((thread, x: Uint8Array) => {
      x[thread.x]! *= 2;
    });
    await gpu.submit(double.over(5), bytes.subarray(3, 8));
    expect([...bytes]).toEqual([0, 1, 2, 6, 8, 10, 12, 14, 8, 9, 10]);
    const shared = new Float32Array(new SharedArrayBuffer(12));
    await gpu.submit(increment.over(3), shared);
    expect([...shared]).toEqual([1, 1, 1]);
  });
});

it("a launch that fails when its turn comes may cancel and submit others in its callback", async () => {
  const [first, other] = [new Float32Array(4), new Float32Array(4)];
  const before = gpu.submit(increment.over(2), first.subarray(0, 2));
  // Waits for the one before, which writes a part of its memory; and finds its other array gone.
  const gone = gpu.array(Float32Array.of(1, 1, 1, 1));
  const failing = gpu.submit(addTo.over(4), first, gone);
  const next = gpu.submit(increment.over(4), other);
  const cancelled = gpu.submit(add, 1, other);
  let late: Future<unknown> | undefined;
  failing.addDoneCallback(() => {
    expect(cancelled.cancel()).toBe(true);
    late = gpu.submit(add, 1, Float32Array.of(1, 2));
  });
  gone.dispose();
  await before;
  await expect(failing).rejects.toThrow("was disposed");
  await next;
  expect(other).toEqual(Float32Array.of(1, 1, 1, 1));
  expect(cancelled.cancelled()).toBe(true);
  expect(await late).toEqual(Float32Array.of(2, 3));
});
