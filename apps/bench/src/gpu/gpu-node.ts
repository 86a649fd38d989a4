// Contenders of the suite of GPUs in Node: gpu-webgpu in this process, and CuPy in Python. What they compute stays on the device.

import { type Computation, type Contender, Missing } from "../contender.js";
import { openPython, PythonSession } from "../peers/python.js";
import { messageOf } from "../peers/reason.js";
import { adapterText } from "./adapter-text.js";
import { everycoreGpu } from "./everycore-gpu.js";
import { copiesOnDevice, type GpuCase, type GpuInputs } from "./gpu-case.js";
import { type GpuLibrary, openGpuCase } from "./gpu-library.js";

type Executor = import("@everycore/gpu-webgpu").WebGPUExecutor;

/** Of WebGPU, what copies need: Node has no types of it. */
interface Device {
  createCommandEncoder(): {
    copyBufferToBuffer(source: object, from: number, target: object, to: number, bytes: number): void;
    finish(): object;
  };
  readonly queue: { submit(commands: readonly object[]): void; onSubmittedWorkDone(): Promise<unknown> };
}

/** Both, or the reasons why there is none. */
export class GpuInNode implements AsyncDisposable {
  readonly adapters: Map<string, string> = new Map();
  readonly #library: GpuLibrary | Missing;
  readonly #executor: Executor | undefined;
  readonly #python: PythonSession;

  private constructor(library: GpuLibrary | Missing, executor?: Executor) {
    this.#library = library;
    this.#executor = executor;
    this.#python = new PythonSession("gpu");
    const { versions } = this.#python;
    if (executor) this.adapters.set(ours, adapterText(executor.adapterInfo));
    if (!(versions instanceof Missing)) this.adapters.set(cupy, `${versions.device} (CuPy ${versions.cupy})`);
  }

  static async open(): Promise<GpuInNode> {
    try {
      const [api, algorithms, { WebGPUExecutor }] = await Promise.all([
        import("@everycore/kernel"),
        import("@everycore/algorithms"),
        import("@everycore/gpu-webgpu"),
      ]);
      const executor = await WebGPUExecutor.create({ powerPreference: "high-performance" });
      const adapter = adapterText(executor.adapterInfo);
      const library = everycoreGpu({ api, algorithms, executor, adapter, end: "wait" });
      const cases = { ...library.cases, copy: (inputs: GpuInputs["copy"]) => copy(executor, inputs) };
      return new GpuInNode({ ...library, cases }, executor);
    } catch (error) {
      return new GpuInNode(new Missing(messageOf(error)));
    }
  }

  /** Whether there is nothing but a device in software: then sizes are those of pages. */
  get isSoftware(): boolean {
    const adapter = this.adapters.get(ours) ?? "";
    return /swiftshader|llvmpipe|lavapipe|software/i.test(adapter);
  }

  contenders(one: GpuCase, size: number): Contender[] {
    const library = this.#library;
    const inputs = one.inputs(size);
    return [
      {
        name: ours,
        role: "everycore",
        open: async () => (library instanceof Missing ? library : openGpuCase(library, one.name, size)),
      },
      { name: cupy, open: () => openPython(this.#python, one.name, { ...inputs }, "cupy") },
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#executor?.[Symbol.asyncDispose]();
    await this.#python[Symbol.asyncDispose]();
  }
}

const ours = "Everycore gpu-webgpu";
const cupy = "CuPy";

/** By the device's own means, without a kernel. */
function copy(executor: Executor, { x }: GpuInputs["copy"]): Computation {
  const [from, to] = [executor.array(x), executor.array("float32", x.length)];
  const device = executor.device as unknown as Device;
  return {
    async call() {
      const encoder = device.createCommandEncoder();
      for (let i = 0; i < copiesOnDevice; i++) encoder.copyBufferToBuffer(from.buffer, 0, to.buffer, 0, x.byteLength);
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
    },
    values: () => to.read(),
    close() {
      from.dispose();
      to.dispose();
    },
  };
}
