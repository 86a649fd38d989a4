// What `kernel.inspect("gpu.js", …)` shows.

import type { Program } from "@everycore/kernel/ir";
import { emitKernel } from "./emit/kernel-text.js";
import { checkProgram } from "./refusals.js";

/** The kernel that gpu.js gets, if each array has a memory of its own. @throws UnsupportedError for a program that WebGL cannot run */
export function inspectKernel(program: Program): string {
  checkProgram(program, "WebGL");
  const title = `// ${program.name.replace(/\s+/g, " ")}`;
  const isIdle = program.kind === "grid" && program.arrays.every(({ access }) => access === "read");
  if (isIdle) return `${title} writes nothing: there is no kernel.\n`;
  const { source, more, natives } = emitKernel(program);
  const functions = [source, ...Object.values(more)].join("\n");
  return `${title}: what gpu.js gets\n${functions}\n\n// The native functions\n${natives[0]?.source}`;
}
