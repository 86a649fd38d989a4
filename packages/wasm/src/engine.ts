// What the platform offers for kernels: WebAssembly with SIMD, shared memory, relaxed SIMD. Looked up at run time, because a
// platform may lack any of it; `KernelFeatures` switches off what is there, so that every way of running can be tested.

/** A `WebAssembly.Memory`, or what stands in for it. */
export interface EngineMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

/** The part of the global `WebAssembly` that kernels need. */
export interface Engine {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => EngineMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** What may be used of what the platform has. Everything is used by default. */
export interface KernelFeatures {
  /** Without it kernels run in the simulator: right, and slow. */
  readonly webAssembly?: boolean | undefined;
  /** Without it kernels run on the calling thread only. */
  readonly sharedMemory?: boolean | undefined;
  readonly relaxedSimd?: boolean | undefined;
  /** Whether the calling thread may block in `run`; a page's main thread may not. Default: found out. */
  readonly blocking?: boolean | undefined;
  /** The most memory for arrays, in pages of 64 KiB. Default 65536, which is 4 GiB. */
  readonly maxPages?: number | undefined;
}

/** The features that are there and may be used. */
export interface FoundFeatures {
  readonly engine: Engine | undefined;
  /** Whether there would be one, and the content security policy of the page forbids it. */
  readonly isForbidden: boolean;
  readonly sharedMemory: boolean;
  readonly relaxedSimd: boolean;
  readonly blocking: boolean;
  readonly maxPages: number;
}

// (func (result v128) …) with one instruction: i32x4.splat, and f32x4.relaxed_madd on three of them.
const plainSimd = [0x41, 0, 0xfd, 0x11];
const relaxed = [...plainSimd, ...plainSimd, ...plainSimd, 0xfd, 0x85, 0x02];

/** Finds out what there is. */
export function findFeatures(wanted: KernelFeatures = {}): FoundFeatures {
  const { WebAssembly } = globalThis as { WebAssembly?: Engine };
  const engine =
    wanted.webAssembly !== false && WebAssembly && compiles(WebAssembly, plainSimd) ? WebAssembly : undefined;
  const shared = wanted.sharedMemory !== false && typeof SharedArrayBuffer !== "undefined";
  return {
    engine,
    isForbidden: !engine && wanted.webAssembly !== false && WebAssembly?.validate(moduleOf(plainSimd)) === true,
    sharedMemory: engine !== undefined && shared,
    relaxedSimd: wanted.relaxedSimd !== false && engine !== undefined && compiles(engine, relaxed),
    blocking: wanted.blocking ?? (shared && mayBlock()),
    maxPages: wanted.maxPages ?? 65536,
  };
}

/** Compiling, not only validating: a content security policy may forbid it. */
function compiles(engine: Engine, code: readonly number[]): boolean {
  try {
    new engine.Module(moduleOf(code));
    return true;
  } catch {
    return false;
  }
}

/** A module of one function with this code. */
function moduleOf(code: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = [0, ...code, 0x0b];
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0];
  return Uint8Array.from([...bytes, 10, body.length + 2, 1, body.length, ...body]);
}

function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

/** Functions that modules import from `math`: those of JavaScript's Math, and `%`. */
function mathImports(): Record<string, unknown> {
  return Object.assign(Object.create(Math), { remainder: (a: number, b: number) => a % b });
}

/** What a compiled module exports. */
export interface ModuleExports {
  run(frame: number, scratch: number, from: number, to: number): void;
  combine?(frame: number, count: number): void;
}

/** Compiles and links a module, on the calling thread. */
export function instantiate(engine: Engine, bytes: Uint8Array<ArrayBuffer>, memory: EngineMemory): ModuleExports {
  const imports = { env: { memory }, math: mathImports() };
  return new engine.Instance(new engine.Module(bytes), imports).exports as unknown as ModuleExports;
}
