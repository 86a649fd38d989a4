// The backends that the page looks for: a line each. What it is, and whether it works in this browser, each says itself. None is left
// out silently: what cannot be used is listed with the reason.

import type { Availability, Backend, ExecutorOptions } from "@everycore/core";

/** A backend of any kind, as the page handles them. */
export type AnyBackend = Backend<AsyncDisposable, ExecutorOptions>;

/** Where a backend is to be found. */
interface BackendModule {
  readonly name: string;
  /** It loads so much that the page does not wait for it, unless its address asks for it: what that is, in words. */
  readonly late?: string;
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
  { name: "gpu-webgl", late: "gpu.js", load: () => import("@everycore/gpu-webgl") },
];

/** A backend that was looked for. `backend` is there exactly when `availability` says so. */
export interface FoundBackend extends Pick<BackendModule, "name"> {
  /** It comes late, and nobody knows yet whether it is available. */
  readonly isAwaited?: true;
  readonly availability: Availability;
  readonly backend?: AnyBackend;
}

/** All backends, as far as they have been looked for. */
export interface FoundBackends {
  /** Those that come late are in their places, as not available yet. */
  readonly soon: readonly FoundBackend[];
  /** Looks for the late ones too, once, and resolves with all. Never rejects. */
  all(): Promise<readonly FoundBackend[]>;
}

/** Looks for all backends, with a worker factory for those that need one. */
export async function findBackends(worker: () => Worker): Promise<FoundBackends> {
  const wanted = new URL(location.href).searchParams.get("backend");
  const isLate = ({ late, name }: BackendModule): boolean => late !== undefined && name !== wanted;
  const soon = await Promise.all(
    backendModules.map((module) => (isLate(module) ? announce(module) : findBackend(module, worker))),
  );
  const findLate = (module: BackendModule, index: number): Promise<FoundBackend> | FoundBackend =>
    isLate(module) ? findBackend(module, worker) : (soon[index] as FoundBackend);
  let all: Promise<readonly FoundBackend[]> | undefined;
  return {
    soon,
    all() {
      all ??= Promise.all(backendModules.map(findLate));
      return all;
    },
  };
}

function announce({ name, late }: BackendModule): FoundBackend {
  return { name, isAwaited: true, availability: { available: false, reason: `${late} is being loaded` } };
}

/** Why a backend cannot be chosen, for a visitor. */
export function describeAbsence({ availability, isAwaited }: FoundBackend): string {
  const reason = availability.available ? "" : availability.reason;
  return isAwaited ? `Wait: ${reason} …` : `Not here: ${reason}`;
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
