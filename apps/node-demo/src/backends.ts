// The backends that the demo looks for. Each is a line in a table; what it is, and whether it works here, it says
// itself. None is left out silently: what cannot be loaded is listed with the reason.

import type { Availability, Backend, ExecutorOptions } from "@everycore/core";

/** A backend of any kind, as the demo handles them. */
export type AnyBackend = Backend<AsyncDisposable, ExecutorOptions>;

/** Where a backend is to be found. */
export interface BackendModule {
  readonly name: string;
  load(): Promise<{ readonly backend: AnyBackend }>;
}

/** All backends for Node, in the order in which they are shown. */
export const backendModules: readonly BackendModule[] = [
  { name: "inline", load: () => import("@everycore/inline") },
  { name: "node-threads", load: () => import("@everycore/node-threads") },
  { name: "node-processes", load: () => import("@everycore/node-processes") },
  { name: "gpu-webgpu", load: () => import("@everycore/gpu-webgpu") },
];

/** A backend that was looked for. `backend` is there exactly when `availability` says so. */
export interface FoundBackend {
  readonly name: string;
  readonly availability: Availability;
  readonly backend?: AnyBackend;
}

/** Loads a backend and asks it whether it works here. Never rejects. */
export async function findBackend({ name, load }: BackendModule): Promise<FoundBackend> {
  try {
    const { backend } = await load();
    const availability = await backend.availability();
    return availability.available ? { name, availability, backend } : { name, availability };
  } catch (error) {
    return { name, availability: { available: false, reason: reasonOf(error) } };
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const missing = /^Cannot find package '([^']+)'/.exec(message ?? "")?.[1];
  return code === "ERR_MODULE_NOT_FOUND" && missing
    ? `${missing} is not installed`
    : `it cannot be loaded: ${message ?? String(error)}`;
}
