// Every scenario on every backend that the browser has, from the built files, with the scenarios' own checkers.

import type { OpenPage } from "@everycore/chromium";
import { scenarios } from "@everycore/scenarios";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTimes, runToEnd, ServedPages, untilDone } from "./served-pages.js";

let pages: ServedPages;
beforeAll(async () => {
  pages = await ServedPages.start();
});
afterAll(() => pages[Symbol.asyncDispose]());

/** What cannot run where, and why. */
interface Exceptions {
  /** `scenario on backend`: the reason that the table of times gives. */
  readonly unable: Readonly<Record<string, RegExp>>;
  /** Scenarios that cannot be chosen at all, and why. */
  readonly off: Readonly<Record<string, RegExp>>;
}

const isolated: Exceptions = {
  unable: {
    // What WebGL has not.
    "matmul on gpu-webgl": /its kernels have no barriers/,
    "k-means on gpu-webgl": /its kernels have no atomic operations/,
    "start-and-join on inline": /no threads of one’s own/,
    "bank on inline": /only the page’s own thread/,
  },
  off: {},
};
const open: Exceptions = {
  unable: {},
  off: {
    "start-and-join": /browser-workers: it shares no memory/,
    pipeline: /inline, browser-workers: it shares no memory/,
    bank: /browser-workers: it shares no memory/,
  },
};

/** What a GPU says of scenarios that are none of kernels. */
const noTasks = /it runs kernels, and no other tasks|no threads of one’s own/;

const chosen = (name: string): string => `input[name=scenario][value="${name}"]`;

const gpus: readonly string[] = ["gpu-webgpu", "gpu-webgl"];

/** What the table of times says after a comparison of all backends. */
async function compareAll(opened: OpenPage, name: string): Promise<Record<string, string>> {
  await opened.page.click("#compare");
  expect(await untilDone(opened), name).toBe("Done: all backends have been compared.");
  return readTimes(opened);
}

/** What it says after a run on each of these. */
async function runOnEach(opened: OpenPage, name: string, backends: readonly string[]): Promise<Record<string, string>> {
  for (const backend of backends) {
    await opened.page.check(`input[name=backend][value="${backend}"]`);
    expect(await runToEnd(opened), name).toMatch(new RegExp(`^Done: verified, .* on ${backend}\\.$`));
  }
  return readTimes(opened);
}

/** Every scenario on every backend; where `kernelsOnGpus` is given, it is the one whose kernels run on GPUs too. */
async function checkScenarios(
  opened: OpenPage,
  { unable, off }: Exceptions,
  kernelsOnGpus: string | undefined,
): Promise<void> {
  const { page } = opened;
  const backends = await page.$$eval("input[name=backend]", (inputs) =>
    inputs.map((input) => (input as HTMLInputElement).value),
  );
  expect(backends).toEqual(expect.arrayContaining(["inline", "browser-workers", ...gpus]));
  for (const { name, requires } of scenarios) {
    if (off[name]) {
      expect(await page.isDisabled(chosen(name)), name).toBe(true);
      expect(await page.textContent(`#scenario-${name}-detail`)).toMatch(off[name]);
      continue;
    }
    await page.check(chosen(name));
    const hasKernels = requires.includes("kernels");
    const isForAll = !hasKernels || kernelsOnGpus === undefined || kernelsOnGpus === name;
    const some = isForAll ? backends : backends.filter((backend) => !gpus.includes(backend));
    const times = isForAll ? await compareAll(opened, name) : await runOnEach(opened, name, some);
    for (const backend of some) {
      const isLeftOut = gpus.includes(backend) && !hasKernels;
      const expected = isLeftOut ? noTasks : (unable[`${name} on ${backend}`] ?? /\d m?s/);
      expect(times[backend], `${name} on ${backend}`).toMatch(expected);
      expect(times[backend], `${name} on ${backend}`).not.toMatch(/✗/);
    }
    const problems = await page.$$eval("#result .problems li", (items) => items.map((item) => item.textContent));
    expect(problems, name).toEqual([]);
  }
  expect(opened.complaints).toEqual([]);
}

describe.concurrent("every scenario is verified on every backend that can run it", () => {
  test("on a page that is isolated", { timeout: 90_000 }, async () => {
    await using opened = await pages.open({ search: { isolated: "yes" } });
    await checkScenarios(opened, isolated, undefined);
  });

  // GPUs share no memory with anybody: one scenario shows that their kernels run there as well.
  test("on a page that is not, where one speaks for all on GPUs", { timeout: 90_000 }, async () => {
    await using opened = await pages.open({ search: { isolated: "no" } });
    await checkScenarios(opened, open, "square");
  });
});

test("monte-carlo-pi has the digits that it has in Node, on every backend", { timeout: 60_000 }, async () => {
  await using opened = await pages.open({ search: { scenario: "monte-carlo-pi", size: "full" } });
  for (const backend of ["inline", "browser-workers", "gpu-webgpu", "gpu-webgl"]) {
    await opened.page.check(`input[name=backend][value="${backend}"]`);
    await runToEnd(opened);
    const result = await opened.page.textContent("#result");
    expect(result, backend).toContain(`on ${backend}`);
    // The same in apps/node-demo/test/cli.test.ts.
    expect(result, backend).toContain("π ≈ 3.1417019367218018 from 13,177,253 hits");
  }
});
