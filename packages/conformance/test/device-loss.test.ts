// K11 over devices that can be lost: one that is lost as the law says, and two that are not. Real ones belong to GPU backends.

import { type AnyKernel, type DeviceArray, DeviceLostError, Future, setException, setResult } from "@everycore/core";
import { expect, test } from "vitest";
import { backend as inline } from "../../inline/dist/index.js";
import { type LawResult, runConformance } from "../dist/index.js";
import type { BothExecutor } from "./broken/kernel-fault.js";
import { submitTo } from "./broken/kernel-fault.js";
import { ForwardingExecutor, forwardTo } from "./forwarding.js";

const brand = Symbol.for("everycore.kernel");
const gone = (): Error => new DeviceLostError("The device is gone. Make a new executor.");

/** Runs kernels on the inline executor, until its device is lost. */
class LosableExecutor extends ForwardingExecutor {
  readonly pending = new Set<Future<unknown>>();
  isLost = false;

  override submit(task: (...args: any[]) => any, ...args: any[]): Future<any> {
    if (!(brand in task)) return super.submit(task, ...args);
    if (this.isLost) throw gone();
    const outer = new Future<unknown>();
    this.pending.add(outer);
    submitTo(this.inner as BothExecutor, task as unknown as AnyKernel, args).addDoneCallback((done) => {
      if (this.pending.delete(outer)) setResult(outer, done.resultNow());
    });
    return outer;
  }

  override array(...source: readonly unknown[]): DeviceArray {
    const array = super.array(...source) as DeviceArray;
    const { read } = array;
    const value = async (): Promise<unknown> => {
      const host = this.isLost ? undefined : await read.call(array);
      if (this.isLost) throw gone();
      return host;
    };
    return Object.defineProperty(array, "read", { value });
  }

  lose(error: () => Error): void {
    this.isLost = true;
    for (const future of this.pending) setException(future, error());
    this.pending.clear();
  }
}

const losable = forwardTo(inline, "losable", (inner) => new LosableExecutor(inner));

async function loseBy(lose: (executor: LosableExecutor) => void): Promise<readonly LawResult[]> {
  const loseDevice = (executor: unknown): void => lose(executor as LosableExecutor);
  return (await runConformance(losable, { only: ["K11"], environment: { loseDevice } })).results;
}

test("K11 holds for a device whose pending launches fail with DeviceLostError", async () => {
  expect(await loseBy((executor) => executor.lose(gone))).toMatchObject([{ outcome: "pass" }]);
});

test("K11 notices another error", async () => {
  const [result] = await loseBy((executor) => executor.lose(() => new Error("something else")));
  expect(result?.error).toContain("what fails, fails with DeviceLostError");
});

test("K11 notices a device that goes on as if nothing had happened", async () => {
  const [result] = await loseBy(() => {});
  expect(result?.error).toContain("a read that was pending fails");
});
