// Writes src/kernels/bundled-programs.ts: programs of law K8 for pages that may not evaluate text. Run it when the grammar has
// changed: npm run build && node scripts/bundle-programs.mjs
import { writeFileSync } from "node:fs";
import { growProgram, writeProgram } from "../dist/kernels/random-program.js";

const seeds = [2, 4, 8, 12, 19, 26, 41, 54];

const header = `// Programs of law K8 as they were grown, for pages that may not evaluate text. Written by scripts/bundle-programs.mjs: not to
// be edited.
// @ts-nocheck: what was grown has no types
// biome-ignore-all lint: nobody wrote this
// biome-ignore-all format: it stays as it was grown

/** A program in both languages. */
export interface BundledProgram {
  readonly seed: number;
  readonly fn: (thread: never, ...args: never[]) => void;
  readonly plain: (thread: never, ...args: never[]) => void;
}

const f = Math.fround;
const quotient = (a: number, b: number): number => (b === 0 ? 0 : Math.trunc(a / b) | 0);
const floorQuotient = (a: number, b: number): number => (b === 0 ? 0 : Math.floor(a / b) | 0);

/** See above. */
export const bundledPrograms: readonly BundledProgram[] = [
`;

const programs = seeds.map((seed) => {
  const program = growProgram(seed);
  return `{ seed: ${seed},\nfn: ${writeProgram(program, "kernel")},\nplain: ${writeProgram(program, "plain")} },\n`;
});

writeFileSync(new URL("../src/kernels/bundled-programs.ts", import.meta.url), `${header}${programs.join("")}];\n`);
