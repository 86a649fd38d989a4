// What launches take over from others: shapes, numbers that are set, textures. It must be right, and have a bound.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CasesPage } from "./cases-page.js";

let page: CasesPage;
beforeAll(async () => {
  page = await CasesPage.open("test/pages/reuse.ts");
});
afterAll(() => page?.[Symbol.asyncDispose]());

const run = (name: string): Promise<unknown> => page.run(name);

describe("launches of one kernel", () => {
  test("are right for other grids, lengths and orders of arrays, and where arrays are the same", async () => {
    expect(await run("shapes")).toEqual([]);
  });

  test("see what they stored where two of their arrays are the same", async () => {
    expect(await run("the same array twice")).toEqual([23, 33, 23, 33]);
  });

  test("are right in a burst, on arrays of the device and of the host", async () => {
    const [device, host, expected] = (await run("shapes in a burst")) as number[][];
    expect(device).toEqual(expected);
    expect(host).toEqual(expected);
  });

  test("store where their numbers say, and are refused where these say that two threads meet", async () => {
    expect(await run("numbers")).toEqual([
      "0 1 10 11 0 0 0 0",
      "0 1 0 10 11 0 0 0",
      "0 5 50 55 0 0 0 0",
      "0 1 10 11 0 0 0 0",
      "0 -1 0 -10 -11 0 0 0",
      "UnsupportedError",
    ]);
  });

  test("may have several results", async () => {
    expect(await run("several results")).toEqual([
      [55, 65, 75].map((_, i) => 10 * (i + 1) + 9),
      [1, 2, 3].map((x) => 10 * x + 10),
    ]);
  });

  test("are right also where the program draws in the same context", async () => {
    expect(await run("a context that is used by others")).toEqual(new Array(10).fill(5));
  });
});

describe("textures", () => {
  test("are reused: twenty thousand launches make none", async () => {
    expect(await run("twenty thousand launches")).toEqual([1, 20_000, 0, 1]);
  });

  test("of results and of passes are reused, too", async () => {
    expect(await run("results and reductions")).toEqual([(5000 * 199 * 200) / 2, true, 0]);
  });

  test("that are free are 64 and 128 MB at most, and gone after shutdown", async () => {
    expect(await run("arrays of many sizes")).toEqual([64, 128, 0]);
  });

  test("leave no error behind in the page", () => {
    expect(page.complaints).toEqual([]);
  });
});
