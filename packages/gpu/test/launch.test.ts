// Launches on a device that is an array: it has done something when the test says so.

import {
  AbortError,
  CancelledError,
  type DeviceArray,
  type HostArray,
  type Kernel,
  TimeoutError,
} from "@everycore/core";
import { reduction, vectorize } from "@everycore/kernel";
import { definitionOf, type LaunchPlan } from "@everycore/kernel/ir";
import { describe, expect, it } from "vitest";
import { arrayTypes, type DeviceElement } from "../src/element-types.js";
import { GpuLaunch } from "../src/launch.js";

const square = vectorize((x: number) => x * x);
const sum = reduction({ combine: (a: number, b: number) => a + b, identity: 0 });
const planOf = <A extends readonly unknown[]>(kernel: Kernel<A, unknown>, ...args: A): LaunchPlan =>
  definitionOf(kernel as never).plan(args);

class Launch extends GpuLaunch<{ abandon(): void }> {
  result: readonly number[] = [];
  isQueued = true;
  left = 0;
  copied = 0;

  handOver(): void {
    this.isQueued = false;
    this.placement = { abandon: () => this.left++ };
    this.handedOver();
  }

  isDone(): void {
    this.finish();
  }

  protected withdraw(): boolean {
    return this.isQueued;
  }

  protected copyBack(): void {
    this.copied++;
  }

  protected elements(element: DeviceElement): HostArray {
    const values = Float64Array.from(this.result);
    const array = new arrayTypes[element](new ArrayBuffer(8 * values.length), 0, values.length);
    array.set(values);
    return array;
  }

  protected takeResult(): DeviceArray {
    throw new Error("not asked for here");
  }

  protected dropDownloads(): void {
    this.result = [];
  }
}

const launchOf = (plan: LaunchPlan, timeoutMs?: number): Launch => new Launch(plan, timeoutMs);
const squares = (): Launch => launchOf(planOf(square, Float32Array.of(1, 2, 3)));

describe("GpuLaunch", () => {
  it("gives the elements that came back, a reduction its value, and that of nothing its identity", async () => {
    const [all, one, none] = [
      squares(),
      launchOf(planOf(sum, Float32Array.of(1, 2))),
      launchOf(planOf(sum, new Float32Array())),
    ];
    all.result = [1, 4, 9];
    one.result = [3];
    for (const launch of [all, one, none]) {
      launch.handOver();
      launch.isDone();
    }
    expect(await all.future).toEqual(Float32Array.of(1, 4, 9));
    expect([await one.future, await none.future]).toEqual([3, 0]);
    expect([all.copied, all.left]).toEqual([1, 1]);
  });

  it("is cancelled while it waits, and not after", async () => {
    const [waits, runs] = [squares(), squares()];
    let cleanups = 0;
    waits.addCleanup(() => cleanups++);
    runs.handOver();
    expect([waits.future.cancel(), runs.future.cancel()]).toEqual([true, false]);
    expect([waits.future.state, runs.future.state, cleanups]).toEqual(["cancelled", "running", 1]);
    await expect(waits.future).rejects.toThrow(CancelledError);
    runs.isDone();
    await runs.future;
  });

  it("is given up by abort: what the device does then, nobody sees", async () => {
    const launch = squares();
    launch.handOver();
    launch.future.abort("enough");
    await expect(launch.future).rejects.toThrow(AbortError);
    expect(launch.left).toBe(0);
    launch.isDone();
    expect([launch.copied, launch.left, launch.future.state]).toEqual([0, 1, "cancelled"]);
  });

  it("is given up when its time is over, which counts from when it was handed over", async () => {
    const [late, inTime] = [
      launchOf(planOf(square, Float32Array.of(1)), 5),
      launchOf(planOf(square, Float32Array.of(1)), 5),
    ];
    late.handOver();
    await expect(late.future).rejects.toThrow(TimeoutError);
    await expect(late.future).rejects.toThrow("timeoutMs (5)");
    expect(inTime.future.state).toBe("pending");
    inTime.handOver();
    inTime.isDone();
    await inTime.future;
  });

  it("fails once, with the device's reason, and not at all when it was given up", async () => {
    const [failed, over] = [squares(), squares()];
    for (const launch of [failed, over]) launch.handOver();
    over.future.abort();
    for (const launch of [failed, over]) launch.fail(new Error("lost"));
    await expect(failed.future).rejects.toThrow("lost");
    await expect(over.future).rejects.toThrow(AbortError);
    expect([failed.left, over.left]).toEqual([1, 1]);
  });
});
