// The suites: which cases, in which order.

import type { Case } from "../case.js";
import { blur } from "./blur.js";
import { dot } from "./dot.js";
import { expSin } from "./exp-sin.js";
import { histogram } from "./histogram.js";
import { mandelbrot } from "./mandelbrot.js";
import { matmul } from "./matmul.js";
import { nBody } from "./n-body.js";
import { saxpy } from "./saxpy.js";
import { sqrtChain } from "./sqrt-chain.js";
import { sum } from "./sum.js";

export const suites: Readonly<Record<string, readonly Case[]>> = {
  kernels: [saxpy, sqrtChain, expSin, sum, dot, blur, mandelbrot, nBody, histogram, matmul],
};
