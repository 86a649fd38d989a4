// SPEC.md, the catalogue and the tests say the same.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { laws, lawTests, untestedGroups } from "../dist/index.js";

// The formatter pads tables.
const spec = readFileSync(new URL("../SPEC.md", import.meta.url), "utf8").replace(/ {2,}(?=\|)/g, " ");

test("SPEC.md has every law of the catalogue, with its intent", () => {
  const missing = laws.filter(({ law, intent }) => !spec.includes(`- **${law}** ${intent}.\n`));
  expect(missing).toEqual([]);
  expect(spec.match(/^- \*\*[A-Z]\d+\*\*/gm)).toHaveLength(laws.length);
});

test("SPEC.md says which groups of laws have no tests, and why", () => {
  for (const { law, intent, reason } of untestedGroups) expect(spec).toContain(`| ${law} | ${intent} | ${reason} |`);
});

test("the catalogue numbers the laws without a gap", () => {
  const counts = { F: 12, W: 5, A: 4, E: 12, L: 9, P: 16, D: 12, X: 7, S: 7, T: 5, Y: 9, G: 2, K: 12 };
  const expected = Object.entries(counts).flatMap(([group, n]) =>
    Array.from({ length: n }, (_, i) => `${group}${i + 1}`),
  );
  expect(laws.map(({ law }) => law)).toEqual(expected);
});

test("every law has a test, and every test belongs to a law", () => {
  const tested = new Set(lawTests.map(({ law }) => law));
  expect(laws.filter(({ law }) => !tested.has(law))).toEqual([]);
  expect([...tested].filter((law) => !laws.some((entry) => entry.law === law))).toEqual([]);
});

test("titles are unique, and sentences", () => {
  const titles = lawTests.map(({ law, title }) => `${law} ${title}`);
  expect(new Set(titles).size).toBe(titles.length);
  expect(titles.filter((title) => title.endsWith("."))).toEqual([]);
});

test("every hint is a place to look at", () => {
  expect(laws.filter(({ hint }) => hint.length < 10 || hint.endsWith("."))).toEqual([]);
});
