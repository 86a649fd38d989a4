// What a number means nothing without.

import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { Missing } from "./contender.js";
import type { PythonSession, PythonVersions } from "./peers/python.js";

/** The machine and the programs of a run. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Of the last minute, before the run. More than a few tenths means that others were measured, too. */
  readonly load: number;
  readonly node: string;
  readonly v8: string;
  readonly python: PythonVersions | { readonly missing: string };
}

export function describeMachine(session: PythonSession): Machine {
  const { versions } = session;
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    node: process.versions.node,
    v8: process.versions.v8,
    python: versions instanceof Missing ? { missing: versions.reason } : versions,
  };
}
