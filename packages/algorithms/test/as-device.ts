import type { KernelExecutor } from "@everycore/core";

/** The same executor without what tells that it is on the processor. */
export function asDevice(executor: KernelExecutor): KernelExecutor {
  return {
    submit: executor.submit.bind(executor),
    array: executor.array.bind(executor),
    [Symbol.asyncDispose]: async () => {},
  } as KernelExecutor;
}
