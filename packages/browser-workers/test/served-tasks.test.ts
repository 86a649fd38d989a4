// Which function a name means, where bundlers have changed the ids of tables.

import { defineTasks, TaskReferenceError } from "@everycore/core";
import { describe, expect, test } from "vitest";
import { ServedTasks } from "../src/served-tasks.js";

const named = (table: string, name: string, names: readonly string[]) =>
  ({ kind: "named", table, name, names }) as const;

describe("ServedTasks", () => {
  const resize = defineTasks("in the worker", { run: () => "resize", crop: () => "crop" });
  const blur = defineTasks("in the worker", { run: () => "blur" });

  test("finds a table by its names, whatever id the page has for it", () => {
    const served = new ServedTasks([resize, blur]);
    expect(served.load(named("in the page", "run", ["crop", "run"]))).toBe(resize.run);
    expect(served.load(named("in the page", "run", ["run"]))).toBe(blur.run);
  });

  test("finds it by its id where the names have changed, as while a page is developed", () => {
    expect(new ServedTasks([resize]).load(named("in the worker", "run", ["crop", "run", "new"]))).toBe(resize.run);
  });

  test("tells tables of the same names apart by their ids, and refuses where it cannot", () => {
    const [one, two] = [defineTasks("one", { run: () => 1 }), defineTasks("two", { run: () => 2 })];
    const served = new ServedTasks([one, two]);
    expect(served.load(named("two", "run", ["run"]))).toBe(two.run);
    expect(() => served.load(named("in the page", "run", ["run"]))).toThrow(/several tables.*id of its own/);
  });

  test("refuses what is not served, inherited names, and references of other kinds", () => {
    const served = new ServedTasks([resize]);
    expect(() => served.load(named("elsewhere", "run", ["run"]))).toThrow(TaskReferenceError);
    expect(() => served.load(named("elsewhere", "toString", ["toString"]))).toThrow(
      /no task "toString".*\{ run, crop \}/,
    );
    expect(() => served.load({ kind: "source", text: "() => 1", name: "f" })).toThrow(/by source/);
  });

  test("takes only what defineTasks has returned", () => {
    expect(() => new ServedTasks([{ plain: () => 1 }])).toThrow(/tasks\.plain.*defineTasks/);
  });
});
