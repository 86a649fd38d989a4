// Texts that show what is generated for a kernel. The IR's is always there; a backend registers its own when it is loaded.

import { rangeError } from "@everycore/core";
import type { Program } from "../ir/ir.js";
import { printProgram } from "../ir/printer.js";

/** Gives the text of a program in one format. */
export type Inspector = (program: Program) => string;

const inspectors = new Map<string, Inspector>([["ir", printProgram]]);

/** Formats that are known to exist, and what to do to have them. */
const origins: Readonly<Record<string, string>> = {
  wat: 'await import("@everycore/wasm/compiler"), or prepare() an executor that runs kernels on the processor',
  wgsl: 'await import("@everycore/gpu-webgpu")',
  "gpu.js": 'await import("@everycore/gpu-webgl")',
};

/** Adds a format to `kernel.inspect`. A backend calls it when it is loaded; the last one to register a format has it. */
export function registerInspector(format: string, inspector: Inspector): void {
  inspectors.set(format, inspector);
}

/** The text of a program. @throws RangeError for a format that nobody registered. */
export function inspectProgram(format: string, program: () => Program): string {
  const inspector = inspectors.get(format);
  if (inspector) return inspector(program());
  const known = [...inspectors.keys()].map((name) => JSON.stringify(name)).join(", ");
  const error = rangeError("The format", `one of ${known}`, JSON.stringify(format));
  const origin = Object.hasOwn(origins, format) ? origins[format] : undefined;
  if (origin) error.message += ` To have "${format}": ${origin}.`;
  throw error;
}
