// Process checks its arguments against the parameters of its function.
import type { Activity } from "@everycore/core";
import { Process, parentProcess } from "@everycore/node-processes";
import { expectTypeOf, test } from "vitest";

const countPrimes = (from: number, to: number): number => to - from;
const wait = async (): Promise<void> => {};

test("args are the function's parameters", () => {
  new Process(countPrimes, { args: [0, 10], cwd: "/tmp" });
  new Process(wait, { name: "waits", env: {} });
  // @ts-expect-error it has parameters
  new Process(countPrimes);
  // @ts-expect-error a string for a number
  new Process(countPrimes, { args: [0, "10"] });
  // @ts-expect-error an option of a thread
  new Process(wait, { resourceLimits: {} });
});

test("any process is a Process and an Activity", () => {
  const processes: Process[] = [new Process(countPrimes, { args: [0, 10] }), new Process(wait)];
  expectTypeOf(processes[0] as Process).toExtend<Activity>();
  expectTypeOf(new Process(wait).signal).toEqualTypeOf<string | null | undefined>();
  expectTypeOf(parentProcess()?.pid).toEqualTypeOf<number | undefined>();
});
