// What this package uses of gpu.js, as types of its own, and how it is loaded: with the first executor.

import type { Gl } from "./gl-types.js";

/** What belongs to one shader; a gpu.js kernel may have several, we make sure that it has one. */
interface GpuJsInnerKernel {
  /** WebGL's, once it was built. */
  readonly program: object | null;
  destroy(removeCanvas?: boolean): void;
}

/** A kernel. */
export interface GpuJsKernel {
  readonly kernel: GpuJsInnerKernel;
  /** Compiles it for arguments like these. */
  build(...args: readonly unknown[]): void;
}

/** An instance of gpu.js. */
export interface GpuJs {
  createKernel(source: string, settings: object): GpuJsKernel;
  createKernelMap(more: Readonly<Record<string, string>>, source: string, settings: object): GpuJsKernel;
}

/** The module. */
export interface GpuJsModule {
  readonly GPU: (new (settings: {
    readonly context: Gl;
    readonly canvas: object;
  }) => GpuJs) & {
    readonly isWebGL2Supported: boolean;
  };
}

let loaded: Promise<GpuJsModule> | undefined;

/** Loads gpu.js, once. */
export function loadGpuJs(): Promise<GpuJsModule> {
  loaded ??= load();
  return loaded;
}

/** In a page gpu.js takes the global name `GPU` for itself, which is WebGPU's: that gets it back. */
async function load(): Promise<GpuJsModule> {
  const before = Object.getOwnPropertyDescriptor(globalThis, "GPU");
  try {
    const module = (await import("gpu.js")) as unknown as GpuJsModule & { readonly default?: GpuJsModule };
    return module.GPU ? module : (module.default as GpuJsModule);
  } finally {
    if (before) Object.defineProperty(globalThis, "GPU", before);
    else delete (globalThis as { GPU?: unknown }).GPU;
  }
}
