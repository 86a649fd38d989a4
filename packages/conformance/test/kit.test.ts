// The kit itself: what it skips and why, what it reports, and that a test that hangs is ended.

import { type Backend, defineBackend } from "@everycore/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backend as inline } from "../../inline/dist/index.js";
import { findGaps, formatReport, type Report, runConformance } from "../dist/index.js";
import { tasks, tasksUrl } from "../dist/tasks.js";

const other = defineBackend({
  name: "without-tasks",
  capabilities: {},
  availability: () => ({ available: false, reason: "there is no device" }),
  create: () => Promise.reject(new Error("must not be created")),
}) as unknown as Backend;

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

test("a backend without tasks and kernels is skipped, law by law, and never created", async () => {
  const report = await runConformance(other);
  expect(report.totals).toMatchObject({ pass: 0, fail: 0, untested: 0 });
  expect(new Set(report.results.map(({ reason }) => reason))).toEqual(new Set(["no tasks", "no kernels"]));
  const { reason } = report.laws.find(({ law }) => law === "K1") ?? {};
  expect(reason).toBe("no kernels");
  expect(findGaps(report)).toEqual([]);
});

test("a backend that runs kernels alone is asked for kernels, of its own dtypes, and for nothing else", async () => {
  const capabilities = { ...inline.capabilities, tasks: false, dtypes: ["float32", "int32"] };
  const report = await runConformance({ ...inline, capabilities } as Backend, { only: ["E1", "K6", "L9"] });
  expect(report.totals).toMatchObject({ fail: 0 });
  const reasons = new Set(report.results.map(({ law, reason }) => `${law} ${reason}`));
  expect(reasons).toEqual(new Set(["E1 no tasks", "E1 no parallel", "L9 no tasks", "L9 undefined", "K6 undefined"]));
});

test("a law that needs something of the platform is untested without it, and says what it is", async () => {
  const report = await runConformance(inline, { only: ["F12"] });
  expect(report.totals).toMatchObject({ pass: 0, untested: 3 });
  expect(report.laws.find(({ law }) => law === "F12")).toMatchObject({
    outcome: "untested",
    reason: "the environment cannot collect garbage (gc)",
  });
});

test("a law that needs a capability is skipped without it, and its refusal is tested", async () => {
  const { results } = await runConformance(inline, { only: ["P11"] });
  const skipped = results.filter(({ outcome }) => outcome === "skipped");
  expect(skipped.map(({ reason }) => reason)).toEqual(Array(4).fill("no terminate"));
  expect(results.filter(({ outcome }) => outcome === "pass")).toHaveLength(2);
});

test("a portable law is left to the full run on another version of the runtime, and the report says so", async () => {
  const { results } = await runConformance(inline, { environment: { fullRunOn: "Node 1" }, only: ["W1", "D1"] });
  const left = results.filter(({ reason }) => reason === "portable: left to the run on Node 1");
  expect(new Set(left.map(({ law, outcome }) => `${law} ${outcome}`))).toEqual(new Set(["W1 skipped"]));
  expect(results.some(({ law, outcome }) => law === "D1" && outcome === "pass")).toBe(true);
});

test("findGaps names what a run left out", async () => {
  const report = await runConformance(inline, { only: ["W"] });
  expect(findGaps(report)).toContain("F1 (not part of this run)");
  expect(findGaps(report).some((gap) => gap.startsWith("W"))).toBe(false);
});

test("a test that hangs ends at its limit, with a hint", async () => {
  const stuck = { ...inline, create: () => new Promise<never>(() => {}) } as Backend;
  const { results } = await runConformance(stuck, { only: ["W1"], patience: 0.005 });
  expect(results[0]?.error).toMatch(/did not end within 100 ms: something hangs.*\nIf this fails, look at /);
});

test("results are told as they come, and the report is plain JSON", async () => {
  const seen: string[] = [];
  const report = await runConformance(inline, {
    only: ["W1"],
    onResult: ({ law, outcome }) => seen.push(law, outcome),
  });
  expect(seen).toEqual(["W1", "pass"]);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test("the text shows a line per law, and failures in full", () => {
  const results = [{ law: "W1", title: "a title", outcome: "fail", ms: 1, error: "what\nhint" }] as const;
  const law = {
    law: "W1",
    intent: "duplicates collapse",
    outcome: "fail",
    pass: 0,
    fail: 1,
    skipped: 0,
    untested: 0,
  } as const;
  const report = { backend: "b", platform: "p", details: "d", results, laws: [law], totals: law, ms: 1.4 };
  expect(formatReport(report as unknown as Report)).toBe(
    "b on p (d)\n✗ W1  duplicates collapse\n\n✗ W1 a title\n  what\n  hint\n\n0 passed, 1 failed, 0 skipped, 0 untested, 1 ms",
  );
});

test("the module of the tasks is a file that a worker can import", async () => {
  expect(tasksUrl).toMatch(/\/dist\/tasks\.js$/);
  const found = (await import(/* @vite-ignore */ tasksUrl)) as { tasks: typeof tasks };
  expect(found.tasks).toBe(tasks);
});
