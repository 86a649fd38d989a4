// The script of a page that runs the kit, or one of its programs, for the harness that has opened the page.

import type { Backend } from "@everycore/core";
import { runConformance } from "../conformance.js";
import { type ProgramHost, type ProgramName, programs } from "../programs.js";
import { type BrowserEnvironmentOptions, browserEnvironment } from "./environment.js";
import { findHarness, type PageHarness } from "./harness.js";

interface Host {
  readonly location?: { readonly href: string };
}

/**
 * Does what the page's address asks for: `?kit=P3,X` runs these laws (`?kit=` all of them), `?program=idle` a program, and tells the
 * harness. Throws where there is none.
 */
export async function serveKit(backend: Backend, options: BrowserEnvironmentOptions = {}): Promise<void> {
  const harness = findHarness();
  if (!harness) throw new Error("No harness has opened this page. Call runConformance(backend) instead.");
  const query = /\?(kit|program)=([^&#]*)/.exec((globalThis as Host).location?.href ?? "");
  if (query?.[1] === "program") return serveProgram(backend, query[2] as ProgramName, harness);
  const only = decodeURIComponent(query?.[2] ?? "");
  const report = await runConformance(backend, {
    environment: browserEnvironment(options),
    ...(only !== "" && { only: only.split(",") }),
    onResult: (result) => void harness({ type: "result", result }),
  });
  await harness({ type: "report", report });
}

async function serveProgram(backend: Backend, name: ProgramName, harness: PageHarness): Promise<void> {
  const host: ProgramHost = { cpuMs: () => harness({ type: "cpu" }) as Promise<number> };
  try {
    await programs[name](backend, host);
    await harness({ type: "ended" });
  } catch (error) {
    await harness({ type: "ended", error: String(error instanceof Error ? error.stack : error) });
  }
}
