// The executor in a page of Chromium, under a content security policy that allows no evaluation of text.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CasesPage } from "./cases-page.js";

let page: CasesPage;
beforeAll(async () => {
  page = await CasesPage.open("test/pages/cases.ts", "script-src 'self'");
});
afterAll(() => page?.[Symbol.asyncDispose]());

const run = (name: string): Promise<unknown> => page.run(name);

/** What can do what WebGL cannot. */
const others = /WebGPUExecutor of @everycore\/gpu-webgpu.*ThreadPoolExecutor of @everycore\/node-threads/;
const backendName = /WebGLExecutor "webgl"/;

describe("a page with WebGL 2", () => {
  test("is available, and says on what", async () => {
    expect(await run("availability")).toMatchObject({
      available: true,
      details: expect.stringMatching(/WebGL 2.*gpu\.js/),
    });
  });

  test("keeps its own GPU, which gpu.js would take", async () => {
    expect(await run("the global GPU")).toBe(true);
  });

  test("gives a context on a canvas of the page, and keeps it afterwards", async () => {
    expect(await run("a canvas")).toEqual([-2147483648, 'WebGLExecutor "mine"', 300, false]);
  });

  test("has contexts for one executor after the other", async () => {
    expect(await run("many executors")).toBe("all work");
  });

  test("is not used with options that are wrong", async () => {
    expect(await run("options")).toEqual([
      expect.stringMatching(/^TypeError: .*canvas/),
      expect.stringMatching(/^TypeError: .*canvass/),
      expect.stringMatching(/^UnsupportedError: .*context of another kind/),
    ]);
  });
});

describe("stores", () => {
  const none = -1;

  test("go to rows and to columns, forwards and backwards", async () => {
    expect(await run("rows")).toEqual([0, 5, 10, 3, 100, 105, 110, 103, 200, 205, 210, 203, none, none]);
    expect(await run("columns")).toEqual([0, 100, 200, 5, 105, 205, 10, 110, 210, 3, 103, 203, none, none]);
    expect(await run("columns with gaps, from the end")).toEqual([
      none,
      none,
      23,
      22,
      21,
      20,
      13,
      12,
      11,
      10,
      3,
      2,
      1,
      0,
    ]);
  });

  test("go where a place in a group is that in the grid", async () => {
    expect(await run("places in groups")).toEqual([none, none, 0, 1, none, none, 0, 1, none, none, 10, 11, none, none]);
  });

  test.each([
    ["an index from an array", /depends on more than the thread's place/],
    ["an index that several threads have", /several threads may store to the same element of "out"/],
    ["two elements of one thread", /a thread stores to several elements of "out"/],
    ["an index that a branch changes", /depends on more than the thread's place/],
  ])("to %s are refused by name", async (name, why) => {
    const refused = await run(name);
    expect(refused).toMatch(/^UnsupportedError: /);
    for (const part of [/scatter/, why, backendName, others]) expect(refused).toMatch(part);
  });
});

describe("what WebGL has not is refused, with the name of what has it", () => {
  test.each([
    ["atomics", [/atomic operations/, backendName, others]],
    ["barriers", [/group barriers/, backendName, others]],
    ["float64", [/float64/, backendName, /ThreadPoolExecutor of @everycore\/node-threads/]],
    ["overlapping arrays", [/overlaps another of its arrays in part/, backendName, /copies/]],
    ["too many elements", [/an array of 2147483648 elements/, backendName, /use several/]],
    ["a task", [/tasks/, backendName, /pool of threads/]],
  ])("%s", async (name, parts) => {
    const refused = await run(name);
    expect(refused).toMatch(/^UnsupportedError: /);
    for (const part of parts) expect(refused).toMatch(part);
  });

  test("types of elements", async () => {
    const [wide, narrow] = (await run("dtypes")) as string[];
    expect(wide).toMatch(/^UnsupportedError: .*float64.*ThreadPoolExecutor/);
    expect(narrow).toMatch(/^UnsupportedError: .*float16.*float32, int32, uint32, int8, uint8, int16, uint16, bool/);
  });
});

describe("arrays", () => {
  test("stay on the device for a thousand launches, in the memory of one", async () => {
    expect(await run("a thousand resident launches")).toEqual([1, 1020, 0, 0]);
  });

  test("that results are in are freed when they are disposed", async () => {
    expect(await run("a chain of results")).toEqual([4, 8, 12, 1]);
  });

  test("of the host are right also where they overlap those of pending launches", async () => {
    expect(await run("host arrays that overlap those of pending launches")).toEqual([2, 3, 3, 2]);
  });

  test("of several types and places are written by one launch", async () => {
    expect(await run("several outputs at different places")).toEqual([
      [0.5, 9, 1.5, 9, 400.25, 9],
      [50_000, 150_000, 40_025_000],
      [1, 1, 255],
    ]);
  });
});

describe("launches", () => {
  test("work elementwise, on neighbours, and in passes", async () => {
    expect(await run("elementwise")).toEqual([1.5, 2.5, 3.5]);
    expect(await run("a blur")).toEqual([8, 11, 14, 14, 17, 20]);
    expect(await run("a sum")).toEqual([expect.closeTo(100_000, 0), -2147483648]);
  });

  test("are cancelled before they are handed over, and not afterwards", async () => {
    expect(await run("what is cancelled")).toEqual([true, true, expect.stringMatching(/^AbortError/), 1, false]);
  });

  test("are given up when they take too long or are aborted, and write nothing then", async () => {
    expect(await run("what is given up")).toEqual(["TimeoutError", "AbortError", 0]);
  });

  test("fail when the device is lost, and a new executor works", async () => {
    const lost = "DeviceLostError";
    expect(await run("a lost device")).toEqual([lost, lost, lost, lost, lost, "3"]);
  });

  test("of more programs than are kept are right all the same", async () => {
    expect(await run("more programs than are kept")).toEqual([]);
  });

  test("leave no error behind in the page", () => {
    expect(page.complaints).toEqual([]);
  });
});
