// `--suite gpu`: the run from its first line to its last.

import type { Contender } from "../contender.js";
import type { RoundOptions } from "../suite.js";
import type { GpuCase, GpuCaseName } from "./gpu-case.js";
import { gpuCases } from "./gpu-case.js";
import { GpuInNode } from "./gpu-node.js";
import { GpuPages } from "./gpu-pages.js";
import { adaptersText, figuresText, gpuCaseText, nodeLegend, pagesLegend } from "./gpu-report.js";
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
export function measureGpu(settings: GpuSettings): Promise<GpuRun> {
  return settings.where === "pages" ? measureInPages(settings) : measureInNode(settings);
}

async function measureInPages(settings: GpuSettings): Promise<GpuRun> {
  await using pages = await GpuPages.open(flagsOf(process.env.BENCH_CHROMIUM_FLAGS));
  console.log(`Chromium ${pages.chromium.version}\n${pagesLegend}\n`);
  const results = await runCases(settings, (one, size) => pages.contenders(one, size), "size");
  return finish("pages", pages.adapters, results);
}

async function measureInNode(settings: GpuSettings): Promise<GpuRun> {
  await using node = await GpuInNode.open();
  console.log(`${nodeLegend}\n`);
  const size = node.isSoftware ? "size" : "deviceSize";
  const results = await runCases(settings, (one, size) => node.contenders(one, size), size);
  console.log(`${figuresText(results)}\n`);
  return finish("node", node.adapters, results);
}

function finish(where: Where, adapters: ReadonlyMap<string, string>, results: readonly GpuResult[]): GpuRun {
  console.log(adaptersText(adapters));
  return { where, adapters: Object.fromEntries(adapters), results };
}

async function runCases(
  settings: GpuSettings,
  contenders: (one: GpuCase, size: number) => Contender[],
  own: "size" | "deviceSize",
): Promise<GpuResult[]> {
  const results: GpuResult[] = [];
  for (const name of settings.cases) {
    // What is launched is small, and matrices have sizes of their own.
    const sizes = (name !== "launch" && name !== "matmul" && settings.sizes) || [gpuCases[name][own]];
    for (const size of sizes) {
      const result = await runGpuCase(name, size, contenders, settings);
      console.log(`${gpuCaseText(result)}\n`);
      results.push(result);
    }
  }
  return results;
}

function flagsOf(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter(Boolean);
}
