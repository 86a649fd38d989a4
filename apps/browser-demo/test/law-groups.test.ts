import { laws } from "@everycore/conformance";
import { expect, it } from "vitest";
import { lawGroups } from "../src/kit/law-groups.js";

it("names every group of the specification", () => {
  expect(lawGroups.map(({ letter }) => letter)).toEqual([...new Set(laws.map(({ law }) => law.slice(0, 1)))]);
  for (const { title } of lawGroups) expect(title).not.toMatch(/^Laws /);
});
