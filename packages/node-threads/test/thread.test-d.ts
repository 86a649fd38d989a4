// Thread checks its arguments against the parameters of its function.
import type { Activity } from "@everycore/core";
import { backend, currentThread, Thread } from "@everycore/node-threads";
import { expectTypeOf, test } from "vitest";

const countPrimes = (from: number, to: number): number => to - from;
const greet = (name?: string): void => void name;
const wait = async (): Promise<void> => {};

test("args are the function's parameters", () => {
  new Thread(countPrimes, { args: [0, 10] });
  new Thread(greet);
  new Thread(greet, { name: "greeter" });
  new Thread(greet, { args: ["you"] });
  new Thread(wait, { daemon: true });
  // @ts-expect-error it has parameters
  new Thread(countPrimes);
  // @ts-expect-error it has parameters
  new Thread(countPrimes, { name: "counter" });
  // @ts-expect-error a string for a number
  new Thread(countPrimes, { args: [0, "10"] });
  // @ts-expect-error one too few
  new Thread(countPrimes, { args: [0] });
  // @ts-expect-error one too many
  new Thread(wait, { args: [0] });
  // @ts-expect-error an option of another name
  new Thread(wait, { demon: true });
});

test("any thread is a Thread and an Activity", () => {
  const threads: Thread[] = [new Thread(countPrimes, { args: [0, 10] }), new Thread(wait)];
  expectTypeOf(threads[0] as Thread).toExtend<Activity>();
  expectTypeOf(backend.createActivity(countPrimes, { args: [0, 10] })).toEqualTypeOf<Activity>();
  // @ts-expect-error a string for a number
  backend.createActivity(countPrimes, { args: [0, "10"] });
  expectTypeOf(new Thread(wait).join()).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(new Thread(wait).exitCode).toEqualTypeOf<number | null | undefined>();
  expectTypeOf(currentThread().name).toEqualTypeOf<string>();
});
