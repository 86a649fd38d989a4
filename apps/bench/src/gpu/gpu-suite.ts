// The suite of GPUs: case by case, all contenders in rounds (../suite.ts).

import { type Contender, Missing } from "../contender.js";
import { type Line, measureContenders, type RoundOptions } from "../suite.js";
import { type GpuCase, type GpuCaseName, gpuCases } from "./gpu-case.js";

/** Cases in pages, and those in Node, where figures of the device are wanted and results stay on it. */
export const gpuCaseNames: Readonly<Record<"pages" | "node", readonly GpuCaseName[]>> = {
  pages: ["launch", "chain", "copies", "matmul", "sum", "scan", "sort"],
  node: ["copy", "launch", "elementwise", "copies", "matmul", "sum", "scan", "sort"],
};

/** One case on one size. */
export interface GpuResult {
  readonly case: GpuCaseName;
  readonly size: number;
  readonly lines: readonly Line[];
}

export async function runGpuCase(
  name: GpuCaseName,
  size: number,
  contenders: (one: GpuCase, size: number) => Contender[],
  options: RoundOptions,
): Promise<GpuResult> {
  const one = gpuCases[name] as GpuCase;
  options.progress(`${name}: ${one.title(size)}`);
  const expected = one.expected(one.inputs(size));
  const lines = await measureContenders(contenders(one, size).map(checkedIn(one)), expected, one.tolerance, options);
  return { case: name, size, lines };
}

/** The contender, whose values are the part that is checked. */
function checkedIn({ checked }: GpuCase): (contender: Contender) => Contender {
  return (contender) => ({
    ...contender,
    async open() {
      const attempt = await contender.open();
      if (attempt instanceof Missing || !checked) return attempt;
      return {
        cold: () => attempt.cold(),
        values: async () => checked(await attempt.values()),
        warm: (minimumMs) => attempt.warm(minimumMs),
        close: () => attempt.close(),
      };
    },
  });
}

/** How many times as fast as the best contender from another house; undefined without any. */
export function againstBestPeer(line: Line, lines: readonly Line[]): number | undefined {
  const peers = lines.flatMap((other) => (other.role !== "everycore" && other.status === "measured" ? [other.ms] : []));
  if (line.status !== "measured" || peers.length === 0) return undefined;
  return Math.min(...peers) / line.ms;
}
