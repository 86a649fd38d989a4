// Which tile is the fastest on an executor's device: measured, not guessed.

import { checkCount, checkOptions, type KernelExecutor } from "@everycore/core";
import { matmul } from "./matmul.js";
import { type MatmulTile, matmulTiles, rememberTile } from "./matmul-tile.js";

/** Options of {@link tuneMatmul}. */
export interface TuneOptions {
  /** Rows and columns of the matrices to try with. Default 1024. */
  readonly size?: number | undefined;
  /** Products per tile; the fastest counts. Default 5. */
  readonly rounds?: number | undefined;
}

/** What {@link tuneMatmul} measured. */
export interface TunedTile extends MatmulTile {
  /** Milliseconds of the fastest product, with the wait for it. */
  readonly ms: number;
}

/**
 * Tries the sizes of tiles that {@link matmul} can use on a GPU, and has `matmul` use the fastest one from then on, on
 * this executor and all others on the same adapter.
 * Resolves with what was measured, the fastest first. An executor on the processor has no tiles: it resolves with an empty array.
 */
export async function tuneMatmul(executor: KernelExecutor, options: TuneOptions = {}): Promise<TunedTile[]> {
  checkOptions("The options of tuneMatmul()", options, ["size", "rounds"]);
  const { size = 1024, rounds = 5 } = options;
  checkCount("size", size);
  checkCount("rounds", rounds);
  if (typeof (executor as { run?: unknown }).run === "function") return [];
  using left = executor.array("float32", [size, size]);
  using right = executor.array("float32", [size, size]);
  const measured: TunedTile[] = [];
  for (const tile of matmulTiles) {
    rememberTile(executor, tile);
    const times: number[] = [];
    // The first one compiles, and does not count.
    for (let round = 0; round <= rounds; round++) {
      const start = performance.now();
      using _ = await matmul(executor, left, right);
      times.push(performance.now() - start);
    }
    measured.push({ ...tile, ms: Math.min(...times.slice(1)) });
  }
  measured.sort((a, b) => a.ms - b.ms);
  rememberTile(executor, measured[0] as TunedTile);
  return measured;
}
