import { serve } from "@everycore/browser-workers/worker";
import { defineTasks } from "@everycore/core";
import { describe, expectTypeOf, it } from "vitest";

interface Tasks {
  readonly add: (a: number, b: number) => number;
}

describe("serve", () => {
  const table = defineTasks("types", { add: (a: number, b: number) => a + b });
  const declared: Tasks = table;

  it("takes tables, also those that are declared as interfaces, and several", () => {
    expectTypeOf(() => serve(table)).toBeFunction();
    expectTypeOf(() => serve(declared)).toBeFunction();
    expectTypeOf(() => serve(table, declared)).toBeFunction();
  });

  it("refuses what is no table of functions", () => {
    // @ts-expect-error: 1 is no task
    expectTypeOf(() => serve({ one: 1 })).toBeFunction();
    // @ts-expect-error: the second one is none
    expectTypeOf(() => serve(table, { two: "2" })).toBeFunction();
    // @ts-expect-error: a task alone is no table
    expectTypeOf(() => serve(1)).toBeFunction();
  });
});
