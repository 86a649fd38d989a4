// What a backend can do: one flat record with defaults, so that a new flag never breaks a third party's backend.
// Capabilities are the only way in which a law is skipped, and each absence is tested: asking for it is refused.

import { UnsupportedError } from "./errors.js";

/** What a backend can do. Every flag defaults to "no"; see {@link defineCapabilities}. */
export interface Capabilities {
  /** Runs tasks: `submit`, `map`, `stream`, `broadcast`. */
  readonly tasks: boolean;
  /** Runs kernels. */
  readonly kernels: boolean;
  /** Workers run at the same time as the caller. Without it a busy task blocks everything else. */
  readonly parallel: boolean;
  /** A worker has a heap and globals of its own; a crash of one harms no other. */
  readonly isolated: boolean;
  /** Functions with captured variables are accepted, because task and caller share one heap. */
  readonly closures: boolean;
  /** `SharedArrayBuffer`s are shared with workers. */
  readonly sharedMemory: boolean;
  /** Buffers can be moved instead of copied. */
  readonly transfer: boolean;
  /** A worker that does not listen can be ended; other tasks survive. */
  readonly terminate: boolean;
  /** `taskContext().throwIfAborted()` notices an abort inside a loop that never yields. */
  readonly abortInLoops: boolean;
  /** Workers can be limited and recycled by memory. */
  readonly memoryLimit: boolean;
  /** What tasks print with `console.log` arrives on the standard output of this process. */
  readonly stdout: boolean;
  /** A function can have a thread or process of its own: `Backend.createActivity`. */
  readonly activities: boolean;
  /**
   * Kernels may write to any element of an array. Without it, to one of the thread's own: at an index that is a sum of multiples of its
   * coordinates, and that no other thread has.
   */
  readonly scatter: boolean;
  /** Kernels have atomic operations. */
  readonly atomics: boolean;
  /** Kernels have group barriers and group-shared memory. */
  readonly barriers: boolean;
  /**
   * Kernels keep subnormal floats, those below the normal range (for float32, 2^-126). Without it, an operation may take them
   * for zero, and give zero in their place.
   */
  readonly subnormals: boolean;
  /** Element types that kernels can use. */
  readonly dtypes: readonly string[];
  /** Size of the largest array that a kernel can use. */
  readonly maxBufferBytes: number;
}

const none: Capabilities = {
  tasks: false,
  kernels: false,
  parallel: false,
  isolated: false,
  closures: false,
  sharedMemory: false,
  transfer: false,
  terminate: false,
  abortInLoops: false,
  memoryLimit: false,
  stdout: false,
  activities: false,
  scatter: false,
  atomics: false,
  barriers: false,
  subnormals: false,
  dtypes: [],
  maxBufferBytes: 0,
};

/** Fills in the defaults: what is not named is absent. */
export function defineCapabilities(capabilities: Partial<Capabilities>): Capabilities {
  return Object.freeze({ ...none, ...capabilities });
}

/** Throws `UnsupportedError` unless the backend has the capability. */
export function requireCapability(
  capabilities: Capabilities,
  capability: keyof Capabilities,
  feature: string,
  backend: string,
  alternative: string,
): void {
  const value = capabilities[capability];
  if (!value || (Array.isArray(value) && value.length === 0)) throw new UnsupportedError(feature, backend, alternative);
}
