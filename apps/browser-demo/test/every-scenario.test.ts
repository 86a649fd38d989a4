// Every scenario on every backend that the browser has, from the built files, with the scenarios' own checkers.

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

/** What WebGL has not. */
const webgl = {
  "matmul on gpu-webgl": /its kernels have no barriers/,
  "k-means on gpu-webgl": /its kernels have no atomic operations/,
} as const;

const isolated: Exceptions = {
  unable: {
    ...webgl,
    "start-and-join on inline": /no threads of one’s own/,
    "bank on inline": /only the page’s own thread/,
  },
  off: {},
};
const open: Exceptions = {
  unable: webgl,
  off: {
    "start-and-join": /browser-workers: it shares no memory/,
    pipeline: /inline, browser-workers: it shares no memory/,
    bank: /browser-workers: it shares no memory/,
  },
};

/** What a GPU says of scenarios that are none of kernels. */
const noTasks = /it runs kernels, and no other tasks|no threads of one’s own/;

const chosen = (name: string): string => `input[name=scenario][value="${name}"]`;

describe.concurrent.each([
  ["isolated", "yes", isolated],
  ["not isolated", "no", open],
] as const)("on a page that is %s", (_, isolation, { unable, off }) => {
  test("every scenario is verified on every backend that can run it", { timeout: 90_000 }, async () => {
    await using opened = await pages.open({ search: { isolated: isolation } });
    const { page } = opened;
    const backends = await page.$$eval("input[name=backend]", (inputs) =>
      inputs.map((input) => (input as HTMLInputElement).value),
    );
    expect(backends).toEqual(expect.arrayContaining(["inline", "browser-workers", "gpu-webgpu", "gpu-webgl"]));
    for (const { name, requires } of scenarios) {
      if (off[name]) {
        expect(await page.isDisabled(chosen(name)), name).toBe(true);
        expect(await page.textContent(`#scenario-${name}-detail`)).toMatch(off[name]);
        continue;
      }
      await page.check(chosen(name));
      await page.click("#compare");
      expect(await untilDone(opened), name).toBe("Done: all backends have been compared.");
      const times = await readTimes(opened);
      for (const backend of backends) {
        const isLeftOut = backend.startsWith("gpu-") && !requires.includes("kernels");
        const expected = isLeftOut ? noTasks : (unable[`${name} on ${backend}`] ?? /\d m?s/);
        expect(times[backend], `${name} on ${backend}`).toMatch(expected);
        expect(times[backend], `${name} on ${backend}`).not.toMatch(/✗/);
      }
      expect(await page.$$eval("#result .problems li", (items) => items.map((item) => item.textContent)), name).toEqual(
        [],
      );
    }
    expect(opened.complaints).toEqual([]);
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
