// `--suite gpu`: the run from its first line to its last.

import type { Contender } from "../contender.js";
import type { RoundOptions } from "../suite.js";
import type { GpuCase, GpuCaseName } from "./gpu-case.js";
import { gpuCases } from "./gpu-case.js";
import { GpuPages } from "./gpu-pages.js";
import { adaptersText, gpuCaseText, pagesLegend } from "./gpu-report.js";
import { type GpuResult, type gpuCaseNames, runGpuCase } from "./gpu-suite.js";

/** Where the suite runs. */
export type Where = keyof typeof gpuCaseNames;

export interface GpuSettings extends RoundOptions {
  readonly where: Where;
  readonly cases: readonly GpuCaseName[];
  /** Instead of the cases' own. */
  readonly sizes: readonly number[] | undefined;
}

/** What is written by `--json`. */
export interface GpuRun {
  readonly where: Where;
  readonly adapters: Readonly<Record<string, string>>;
  readonly results: readonly GpuResult[];
}

/** Measures, and prints as it goes. */
export async function measureGpu(settings: GpuSettings): Promise<GpuRun> {
  await using pages = await GpuPages.open(flagsOf(process.env.BENCH_CHROMIUM_FLAGS));
  console.log(`Chromium ${pages.chromium.version}\n${pagesLegend}\n`);
  const results = await runCases(settings, (one, size) => pages.contenders(one, size), gpuCaseText);
  console.log(adaptersText(pages.adapters));
  return { where: settings.where, adapters: Object.fromEntries(pages.adapters), results };
}

async function runCases(
  settings: GpuSettings,
  contenders: (one: GpuCase, size: number) => Contender[],
  text: (result: GpuResult) => string,
): Promise<GpuResult[]> {
  const results: GpuResult[] = [];
  for (const name of settings.cases) {
    for (const size of sizesOf(name, settings)) {
      const result = await runGpuCase(name, size, contenders, settings);
      console.log(`${text(result)}\n`);
      results.push(result);
    }
  }
  return results;
}

/** What is launched is small, and matrices have sizes of their own. */
function sizesOf(name: GpuCaseName, { where, sizes }: GpuSettings): readonly number[] {
  const own = where === "pages" ? gpuCases[name].size : gpuCases[name].deviceSize;
  return sizes === undefined || name === "launch" || name === "matmul" ? [own] : sizes;
}

function flagsOf(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter(Boolean);
}
