// The backends that the page looks for: a line each. What it is, and whether it works in this browser, each says itself. None is left
// out silently: what cannot be used is listed with the reason.

import type { Availability, Backend, ExecutorOptions } from "@everycore/core";

/** A backend of any kind, as the page handles them. */
export type AnyBackend = Backend<AsyncDisposable, ExecutorOptions>;

/** Where a backend is to be found. */
interface BackendModule {
  readonly name: string;
  /** `worker` starts a worker that serves what this page wants to run. */
  load(worker: () => Worker): Promise<{ readonly backend: AnyBackend }>;
}

/** All backends for pages, in the order in which they are shown. */
const backendModules: readonly BackendModule[] = [
  { name: "inline", load: () => import("@everycore/inline") },
  {
    name: "browser-workers",
    load: async (worker) => ({ backend: (await import("@everycore/browser-workers")).createBackend(worker) }),
  },
  { name: "gpu-webgpu", load: () => import("@everycore/gpu-webgpu") },
];

/** A backend that was looked for. `backend` is there exactly when `availability` says so. */
export interface FoundBackend extends Pick<BackendModule, "name"> {
  readonly availability: Availability;
  readonly backend?: AnyBackend;
}

/** All backends, with a worker factory for those that need one. */
export function findBackends(worker: () => Worker): Promise<FoundBackend[]> {
  return Promise.all(backendModules.map((module) => findBackend(module, worker)));
}

/** Loads a backend and asks it whether it works here. Never rejects. */
async function findBackend({ name, load }: BackendModule, worker: () => Worker): Promise<FoundBackend> {
  try {
    const { backend } = await load(worker);
    const availability = await backend.availability();
    return availability.available ? { name, availability, backend } : { name, availability };
  } catch (error) {
    const reason = `it cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
    return { name, availability: { available: false, reason } };
  }
}
