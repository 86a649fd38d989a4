// gpu.js has no reductions. What its users write: each thread adds every so manieth element, and the host adds the threads' sums.

import type { GpuJsCall } from "../peers/gpu-js.js";

const most = 4096;

/** The settings of such a kernel, and its last step. */
export function strips(length: number): Pick<GpuJsCall, "output" | "constants" | "loopMaxIterations" | "finish"> {
  const strips = Math.min(length, most);
  return {
    output: [strips],
    constants: { length, strips },
    loopMaxIterations: Math.ceil(length / strips),
    finish: (sums) => Array.from(sums as ArrayLike<number>).reduce((total, value) => total + value, 0),
  };
}
