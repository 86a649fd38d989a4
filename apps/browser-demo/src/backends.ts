// The backends that the page looks for: a line each. What it is, and whether it works in this browser, each says itself. None is left
// out silently: what cannot be used is listed with the reason.

import type { Availability, Backend, ExecutorOptions } from "@everycore/core";

/** A backend of any kind, as the page handles them. */
export type AnyBackend = Backend<AsyncDisposable, ExecutorOptions>;

/** Where a backend is to be found. */
export interface BackendModule {
  readonly name: string;
  /** Where its work is done, in a few words for people. */
  readonly place: string;
  load(): Promise<{ readonly backend: AnyBackend }>;
  /** Options of `create` beside those of every executor. */
  readonly options?: object;
}

/** All backends for pages, in the order in which they are shown. */
export const backendModules: readonly BackendModule[] = [
  { name: "inline", place: "on the page’s own thread", load: () => import("@everycore/inline") },
];

/** A backend that was looked for. `backend` is there exactly when `availability` says so. */
export interface FoundBackend extends Pick<BackendModule, "name" | "place" | "options"> {
  readonly availability: Availability;
  readonly backend?: AnyBackend;
}

/** Loads a backend and asks it whether it works here. Never rejects. */
export async function findBackend({ load, ...module }: BackendModule): Promise<FoundBackend> {
  try {
    const { backend } = await load();
    const availability = await backend.availability();
    return availability.available ? { ...module, availability, backend } : { ...module, availability };
  } catch (error) {
    const reason = `it cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
    return { ...module, availability: { available: false, reason } };
  }
}
