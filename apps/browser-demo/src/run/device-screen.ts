// A canvas that shows pixels from where they lie, a buffer of the GPU: WebGPU draws them, and nothing is read back. What a canvas
// shows is its device's: who takes the screen away ends the executor, by `close`.

import type { DevicePicture } from "@everycore/scenarios";

const shader = `
override width: u32;
@group(0) @binding(0) var<storage, read> pixels: array<u32>;

@vertex fn corner(@builtin(vertex_index) i: u32) -> @builtin(position) vec4f {
  return vec4f(f32(i & 1u) * 4 - 1, f32(i >> 1u) * 4 - 1, 0, 1);
}

@fragment fn pixel(@builtin(position) at: vec4f) -> @location(0) vec4f {
  return unpack4x8unorm(pixels[u32(at.y) * width + u32(at.x)]);
}`;

/** See above. */
export class DeviceScreen {
  readonly canvas: HTMLCanvasElement = document.createElement("canvas");
  readonly #device: GPUDevice;
  readonly #format: GPUTextureFormat = navigator.gpu.getPreferredCanvasFormat();
  #pipeline: GPURenderPipeline | undefined;
  #pictures = 0;
  #onClose: () => void = () => {};

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** What is to be done when nobody looks any more. */
  keepUntilClosed(onClose: () => void): void {
    this.#onClose = onClose;
  }

  /** Nobody looks any more. */
  close(): void {
    this.#onClose();
    this.#onClose = () => {};
  }

  /** How many pictures it has shown. */
  get pictures(): number {
    return this.#pictures;
  }

  /** Draws a picture in the page's next frame; when the promise settles, the device has done so. Rejects if the device was lost. */
  async show({ width, height, pixels }: DevicePicture): Promise<void> {
    await nextFrame();
    this.#pipeline ??= this.#open(width, height);
    this.#draw(this.#pipeline, (pixels as unknown as { readonly buffer: GPUBuffer }).buffer);
    await this.#device.queue.onSubmittedWorkDone();
    this.#pictures++;
  }

  #open(width: number, height: number): GPURenderPipeline {
    Object.assign(this.canvas, { width, height });
    this.#context.configure({ device: this.#device, format: this.#format, alphaMode: "opaque" });
    const module = this.#device.createShaderModule({ code: shader });
    return this.#device.createRenderPipeline({
      layout: "auto",
      vertex: { module },
      fragment: { module, constants: { width }, targets: [{ format: this.#format }] },
    });
  }

  #draw(pipeline: GPURenderPipeline, buffer: GPUBuffer): void {
    const layout = pipeline.getBindGroupLayout(0);
    const group = this.#device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer } }] });
    const view = this.#context.getCurrentTexture().createView();
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginRenderPass({ colorAttachments: [{ view, loadOp: "clear", storeOp: "store" }] });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    // One triangle that covers everything.
    pass.draw(3);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  get #context(): GPUCanvasContext {
    const context = this.canvas.getContext("webgpu");
    if (!context) throw new Error("the browser gives no WebGPU context for a canvas");
    return context;
  }
}

/** A page that nobody sees has no frames. */
function nextFrame(): Promise<unknown> {
  return document.hidden ? Promise.resolve() : new Promise(requestAnimationFrame);
}
