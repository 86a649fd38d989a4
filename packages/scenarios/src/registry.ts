import { bank } from "./bank.js";
import { cancel } from "./cancel.js";
import { blur, edges } from "./kernels/blur.js";
import { kMeans } from "./kernels/k-means.js";
import { mandelbrot } from "./kernels/mandelbrot.js";
import { matmul } from "./kernels/matmul.js";
import { monteCarloPi } from "./kernels/monte-carlo-pi.js";
import { nBody } from "./kernels/n-body.js";
import { squareNumbers } from "./kernels/square.js";
import { pipeline } from "./pipeline.js";
import { primes } from "./primes.js";
import { printNumbers } from "./print-numbers.js";
import type { AnyScenario } from "./scenario.js";
import { startAndJoin } from "./start-and-join.js";
import { stream } from "./stream.js";
import { wordCount } from "./word-count.js";

/** All scenarios, in the order in which demos show them. */
export const scenarios: readonly AnyScenario[] = [
  printNumbers(),
  startAndJoin(),
  primes(),
  wordCount(),
  cancel(),
  stream(),
  pipeline(),
  bank(),
  squareNumbers(),
  mandelbrot(),
  nBody(),
  blur(),
  edges(),
  matmul(),
  monteCarloPi(),
  kMeans(),
];

/** The same scenarios with less to do, in the same order: for phones, and for tests. */
export const smallScenarios: readonly AnyScenario[] = [
  printNumbers({ pauseMs: 20 }),
  startAndJoin({ pauseMs: 20 }),
  primes({ below: 1e6, ranges: 100 }),
  wordCount({ groupBytes: 32 * 1024 }),
  cancel({ tasks: 40, steps: 10 }),
  stream({ lines: 20_000 }),
  pipeline({ pieces: 200 }),
  bank({ transfers: 4000 }),
  squareNumbers(),
  mandelbrot({ width: 512, height: 428, limit: 250 }),
  nBody({ bodies: 512, steps: 10 }),
  blur({ passes: 5 }),
  edges(),
  matmul({ size: 256 }),
  monteCarloPi({ throwers: 16_384 }),
  kMeans(),
];
