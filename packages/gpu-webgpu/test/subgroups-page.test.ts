// Subgroups in a page: the browser offers them, and a reduction has the same bits with them and without.

import { bundle, Chromium, pageOf, serveSite } from "@everycore/chromium";
import { expect, it } from "vitest";

it("a reduction in a page has the same bits with subgroups and without", async () => {
  const files = await bundle({ page: "test/pages/subgroups.ts" }, { external: ["webgpu"] });
  await using site = await serveSite({ files: { ...files, "/index.html": pageOf("/page.js") } });
  await using chromium = await Chromium.start();
  const { page, complaints } = await chromium.open(`${site.url}/`);
  await page.waitForLoadState("load");
  const [own, plain] = (await page.evaluate("reduceOnBoth()")) as ReadonlyArray<readonly [boolean, number]>;
  expect([own?.[0], plain?.[0]]).toEqual([true, false]);
  expect(own?.[1]).toBe(plain?.[1]);
  expect(own?.[1]).not.toBe(0);
  expect(complaints).toEqual([]);
});
