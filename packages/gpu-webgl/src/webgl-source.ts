// Where WebGL 2 is: in a page and in its workers. Node has none of its own, and its package `gl` has WebGL 1, which has no integers.

import type { Gl, GlCanvas } from "./gl-types.js";
import { constant } from "./gl-types.js";
import { type GpuJsModule, loadGpuJs } from "./gpu-js.js";

/** What was found, or why nothing was. */
export type FoundContext =
  | { readonly gl: Gl; readonly gpuJs: GpuJsModule; readonly details: string }
  | { readonly reason: string };

interface Surroundings {
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly document?: { createElement(name: "canvas"): GlCanvas };
  readonly OffscreenCanvas?: new (width: number, height: number) => GlCanvas;
}

const settings = { alpha: false, depth: false, antialias: false, powerPreference: "high-performance" };

/** Opens a context, on a canvas or on one of its own. Never throws. */
export async function findContext(canvas?: GlCanvas): Promise<FoundContext> {
  try {
    const target = canvas ?? makeCanvas();
    if (!target) return { reason: missing() };
    const gl = target.getContext("webgl2", settings);
    return gl ? await checkContext(gl) : { reason: noContext(canvas !== undefined) };
  } catch (cause) {
    return { reason: `The canvas gives no WebGL 2 context: ${messageOf(cause)}` };
  }
}

/** Gives the context back if it is of no use. */
async function checkContext(gl: Gl): Promise<FoundContext> {
  const where = describeContext(gl);
  const refuse = (reason: string): FoundContext => {
    endContext(gl);
    return { reason };
  };
  if (!gl.getExtension("EXT_color_buffer_float")) {
    return refuse(
      `WebGL 2 is here, on ${where}, but cannot draw to textures of floats: it lacks EXT_color_buffer_float. Use executors on the processor.`,
    );
  }
  try {
    const gpuJs = await loadGpuJs();
    if (gpuJs.GPU.isWebGL2Supported) return { gl, gpuJs, details: `WebGL 2 through gpu.js, on ${where}` };
    return refuse("WebGL 2 is here, but gpu.js could not open a context of its own: too many may be open. Close some.");
  } catch (cause) {
    return refuse(`The package "gpu.js" cannot be loaded: ${messageOf(cause)}`);
  }
}

/** Gives a context back; pages may have only a few. */
export function endContext(gl: Gl): void {
  (gl.getExtension("WEBGL_lose_context") as { loseContext(): void } | null)?.loseContext();
}

/** The GPU behind a context, in words. */
function describeContext(gl: Gl): string {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name = gl.getParameter(info ? constant.unmaskedRenderer : constant.renderer);
  return typeof name === "string" && name !== "" ? name : "a GPU that does not say what it is";
}

function makeCanvas(): GlCanvas | undefined {
  const { document, OffscreenCanvas } = globalThis as unknown as Surroundings;
  if (OffscreenCanvas) return new OffscreenCanvas(1, 1);
  return document?.createElement("canvas");
}

function missing(): string {
  const { process } = globalThis as unknown as Surroundings;
  return process?.versions?.node
    ? 'Node has no WebGL 2, and the package "gl", which gpu.js uses there, has WebGL 1 only, without integers. Use WebGPU: npm install @everycore/gpu-webgpu webgpu'
    : "There is no WebGL here: neither OffscreenCanvas nor document is defined.";
}

function noContext(isGiven: boolean): string {
  const taken = isGiven ? " The canvas that was given may have a context of another kind already." : "";
  return `The browser gives no WebGL 2 context: it may block this GPU or its driver, or have too many contexts open. See chrome://gpu.${taken}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
