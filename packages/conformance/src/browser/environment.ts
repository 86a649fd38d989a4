// What the kit needs of a platform, for a page. What a page has not, such as processes, is left out, and is a reason in the report.

import type { Environment } from "../environment.js";
import { findHarness, runProgram } from "./harness.js";

/** What a page cannot know by itself. */
export type BrowserEnvironmentOptions = Pick<
  Environment,
  "garbled" | "loseDevice" | "postRaw" | "randomPrograms" | "randomSeed" | "secondCore" | "smallMemory" | "unstartable"
>;

interface Host {
  readonly navigator?: { readonly userAgent?: string; readonly hardwareConcurrency?: number };
  readonly crossOriginIsolated?: boolean;
  readonly gc?: (options?: object) => unknown;
  readonly performance: { readonly memory?: { readonly usedJSHeapSize: number } };
}

const host = globalThis as unknown as Host;

/**
 * The environment of a page: what it can do by itself and, if a harness has opened it (`@everycore/chromium` of this repository),
 * what only that can see. Garbage is collected where the browser lets pages do so (`--js-flags=--expose-gc`).
 */
export function browserEnvironment(options: BrowserEnvironmentOptions = {}): Environment {
  return { platform: describePlatform(), ...collection(), ...watched(), ...options };
}

function describePlatform(): string {
  const { userAgent = "", hardwareConcurrency } = host.navigator ?? {};
  const browser =
    /(?:Headless)?Chrome\/[\d.]+|Firefox\/[\d.]+|Version\/[\d.]+ Safari/.exec(userAgent)?.[0] ?? userAgent;
  const isolated = host.crossOriginIsolated ? "cross-origin isolated" : "not cross-origin isolated";
  return `${browser}, ${hardwareConcurrency} cores, ${isolated}`;
}

/** Without a collector that can be called, a browser tells the size of its heap too coarsely. */
function collection(): Pick<Environment, "gc" | "heapBytes"> {
  const { gc } = host;
  const { memory } = host.performance;
  if (!gc) return {};
  const collect = async (): Promise<void> => {
    await gc({ type: "major", execution: "async" });
    // Finalization callbacks, and what they release, have a turn of their own.
    await new Promise<void>((resolve) => setTimeout(resolve, 1));
  };
  return { gc: collect, ...(memory && { heapBytes: () => memory.usedJSHeapSize }) };
}

function watched(): Pick<Environment, "runProgram" | "activeResources" | "memoryBytes"> {
  const harness = findHarness();
  if (!harness) return {};
  return {
    runProgram: (program, options) => runProgram(harness, program, options),
    activeResources: async () => Array<string>((await harness({ type: "workers" })) as number).fill("worker"),
    memoryBytes: () => harness({ type: "memory" }) as Promise<number>,
  };
}
