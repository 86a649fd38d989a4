// All pools, round by round, so that a busy moment of the machine hits all of them; the medians of the rounds, and what they are to the
// best pool of the same kind from another house.

import { browserPools } from "../browser/browser-pools.js";
import { Missing } from "../contender.js";
import { median } from "../measure.js";
import { everycorePools } from "./everycore-pools.js";
import { nodePools } from "./node-pools.js";
import type { PoolContender, TaskSample, TaskSettings } from "./pool.js";
import { pythonPools } from "./python-pools.js";

/** What a pool did, or why it did nothing. */
export interface PoolLine {
  readonly name: string;
  readonly kind: PoolContender["kind"];
  readonly ours: boolean;
  readonly missing?: string;
  readonly samples: readonly TaskSample[];
  /** The medians of the samples. */
  readonly middle?: TaskSample;
}

export interface TaskSuiteOptions {
  /** Pools of Node and Python, or those of pages. */
  readonly suite: "tasks" | "browser";
  readonly rounds: number;
  readonly workers: number;
  readonly wanted: (name: string) => boolean;
  readonly progress: (text: string) => void;
}

const contenders: Readonly<Record<TaskSuiteOptions["suite"], readonly PoolContender[]>> = {
  tasks: [...everycorePools, ...nodePools, ...pythonPools],
  browser: browserPools,
};

export async function runTaskSuite(options: TaskSuiteOptions): Promise<PoolLine[]> {
  const settings: TaskSettings = { workers: options.workers, burst: 20_000, lone: 300, bytes: 64 * 2 ** 20 };
  const chosen = contenders[options.suite].filter(({ name }) => options.wanted(name));
  const samples = new Map<PoolContender, TaskSample[]>(chosen.map((contender) => [contender, []]));
  const missing = new Map<PoolContender, string>();
  for (let round = 0; round < options.rounds; round++) {
    for (const contender of chosen) {
      if (missing.has(contender)) continue;
      options.progress(`round ${round + 1}: ${contender.name}`);
      const sample = await contender.measure(settings);
      if (sample instanceof Missing) missing.set(contender, sample.reason);
      else samples.get(contender)?.push(sample);
    }
  }
  return chosen.map((contender) => line(contender, samples.get(contender) ?? [], missing.get(contender)));
}

function line(contender: PoolContender, samples: readonly TaskSample[], missing: string | undefined): PoolLine {
  const { name, kind, ours = false } = contender;
  if (missing !== undefined || samples.length === 0)
    return { name, kind, ours, samples, missing: missing ?? "no round" };
  const of = (key: keyof TaskSample) => median(samples.map((sample) => sample[key]));
  const middle = { perSecond: of("perSecond"), loneMs: of("loneMs"), echoMs: of("echoMs") };
  return { name, kind, ours, samples, middle };
}

/** How many times better ours is than the best other pool of its kind, for each figure; undefined without any. */
export function againstBest(ours: PoolLine, lines: readonly PoolLine[]): TaskSample | undefined {
  const others = lines.flatMap(({ kind, middle, ours: own }) => (kind === ours.kind && middle && !own ? [middle] : []));
  const { middle } = ours;
  if (!middle || others.length === 0) return undefined;
  return {
    perSecond: middle.perSecond / Math.max(...others.map(({ perSecond }) => perSecond)),
    loneMs: Math.min(...others.map(({ loneMs }) => loneMs)) / middle.loneMs,
    echoMs: Math.min(...others.map(({ echoMs }) => echoMs).filter(Number.isFinite)) / middle.echoMs,
  };
}
