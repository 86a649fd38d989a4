// What an executor's prepare() makes ready before the first kernel comes.

import { expect, test } from "vitest";
import { atWarmUp, warmUp } from "../../src/warm-up.js";
import "../../src/1-parse/index.js";

test("what is registered is made ready once, and the parser parses its example", () => {
  const done: string[] = [];
  atWarmUp(() => done.push("first"));
  warmUp();
  atWarmUp(() => done.push("second"));
  warmUp();
  expect(done).toEqual(["first", "second"]);
});
