// What only a browser shows: how workers are loaded, policies, pages that are frozen or closed, Chromium's own ways of ending workers.

import { Chromium } from "@everycore/chromium";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { experiment, inLab } from "./lab.js";

let chromium: Chromium;
beforeAll(async () => {
  // A name that is no localhost: its pages are not secure contexts.
  chromium = await Chromium.start({ flags: ["--host-resolver-rules=MAP insecure.test 127.0.0.1"] });
});
afterAll(() => chromium[Symbol.asyncDispose]());

describe("a worker that cannot start", () => {
  const cases: ReadonlyArray<readonly [what: string, path: string, message: RegExp]> = [
    ["a file that is missing", "/nowhere.js", /nowhere\.js was not found: .*status 404/],
    [
      "a page instead of a file",
      "/mime.js",
      /mime\.js is not served .*: its MIME type is text\/html, as that of the page/,
    ],
    [
      "a file that a bundler made part of the page",
      "data:video/mp2t;base64,aW1wb3J0",
      /part of the page, as data:video.*in one piece/,
    ],
    ["a syntax error", "/syntax.js", /syntax\.js was loaded and cannot be run: it has a syntax error/],
    ["an error at its top level", "/throws.js", /RangeError: too early.*throws\.js:1/],
  ];

  test.each(cases)("P4 breaks the pool at once, and says why: %s", async (_what, path, message) => {
    await inLab(chromium, {}, async (opened) => {
      const [text, ms] = await experiment<[string, number]>(opened, "start", path);
      expect(text).toMatch(message);
      expect(text.match(/BrokenExecutorError/g)).toHaveLength(2);
      expect(ms).toBeLessThan(4000);
    });
  });

  test("P4 breaks the pool when its file never calls serve, after startTimeoutMs", async () => {
    await inLab(chromium, {}, async (opened) => {
      const [text] = await experiment<[string, number]>(opened, "start", "/silent.js", 300);
      expect(text).toMatch(/did not call serve\(…\) within 300 ms.*startTimeoutMs/);
      expect(opened.console).toEqual([]);
    });
  });

  test("tells the console, long before that, once", async () => {
    await inLab(chromium, {}, async (opened) => {
      await experiment(opened, "start", "/silent.js", 3200);
      const [line, ...more] = opened.console;
      expect(line).toMatchObject({ type: "warning", text: expect.stringContaining("has not called serve(…)") });
      expect(more).toEqual([]);
    });
  });

  test("P4 breaks the pool when a module is started as a classic script, and says so", async () => {
    await inLab(chromium, {}, async (opened) => {
      const [text] = await experiment<[string, number]>(opened, "start", "/lab.worker.js", 300, "classic");
      expect(text).toMatch(/It is a module: .*type: "module"/);
    });
  });

  test("P4 breaks the pool when a policy forbids workers", async () => {
    await inLab(chromium, { csp: "worker-src 'none'" }, async (opened) => {
      const [text] = await experiment<[string, number]>(opened, "start", "/lab.worker.js");
      expect(text).toMatch(/content security policy/);
    });
  });
});

const strict = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";

describe.each([true, false])("in a page, isolated: %s,", (isolated) => {
  test("tasks run under a strict policy, and kernels in the simulator, which says so", async () => {
    await inLab(chromium, { isolated, csp: strict }, async (opened) => {
      expect(await experiment(opened, "useTasks")).toEqual([
        3,
        102,
        "lab-0 false lab-0",
        expect.stringContaining("in the simulator"),
      ]);
      const why = expect.stringMatching(/in the simulator.*policy forbids WebAssembly, allow 'wasm-unsafe-eval'/);
      expect(await experiment(opened, "useKernels")).toEqual([[2, 4, 6], true, why]);
      expect(opened.errors).toEqual([]);
    });
  });

  test("a lone task needs no message where memory is shared", async () => {
    await inLab(chromium, { isolated }, async (opened) => {
      expect(await experiment(opened, "sendAlone")).toBe(isolated ? 0 : 100);
    });
  });

  test("what a task has left behind goes on while lone tasks come", async () => {
    await inLab(chromium, { isolated }, async (opened) => {
      // With the event loop held back for two milliseconds at a time there are a hundred turns at most.
      for (const turns of await experiment<number[]>(opened, "turnMeanwhile", 200)) expect(turns).toBeGreaterThan(20);
    });
  });

  test("a result that has come is not lost when its worker is ended before it is heard of", async () => {
    await inLab(chromium, { isolated }, async (opened) => {
      // Without shared memory, a worker that closes itself says its result once more.
      expect(await experiment(opened, "endUnheard")).toEqual([3, 20, 21, !isolated]);
    });
  });

  test("messages of the program's own reach its listeners in worker and page, and the pool's do not", async () => {
    await inLab(chromium, { isolated }, async (opened) => {
      expect(await experiment(opened, "overhear")).toEqual([["early", "late"], [["to the page"]]]);
    });
  });

  test("tasks that go different ways run in the order of their calls", async () => {
    await inLab(chromium, { isolated }, async (opened) => {
      expect(await experiment(opened, "sendMixed", 3000)).toBe(true);
    });
  });

  test("kernels are compiled where the policy allows WebAssembly", async () => {
    await inLab(
      chromium,
      { isolated, csp: strict.replace("'self';", "'self' 'wasm-unsafe-eval';") },
      async (opened) => {
        const [small, right, support] = await experiment<[number[], boolean, string]>(opened, "useKernels");
        expect([small, right]).toEqual([[2, 4, 6], true]);
        expect(support).toMatch(isolated ? /threads/ : /one thread|calling thread/);
      },
    );
  });

  test("P3 10,000 tasks are done, whatever becomes of the workers", async () => {
    await inLab(chromium, { isolated }, async (opened) => {
      const lost = Array(5).fill("WorkerLostError");
      expect(await experiment(opened, "loseWorkers")).toEqual([true, lost, expect.stringMatching(/^AbortError/), 0]);
    });
  });

  test("D5 64 MB are moved, there and back", async () => {
    await inLab(chromium, { isolated }, async (opened) => {
      const bytes = 64 * 2 ** 20;
      expect(await experiment(opened, "move", bytes)).toEqual([0, bytes, 7, 7]);
    });
  });

  test("a thread ends with its last timer, by close(), or with what nobody caught", async () => {
    await inLab(chromium, { isolated }, async (opened) => {
      const result = await experiment(opened, "threads");
      expect(result).toEqual([3, [true, true, "RangeError: left behind"], [0, 0, 1], expect.any(Number), 0]);
      const printed = opened.console.map(({ text }) => text).filter((text) => text.startsWith("repeat"));
      expect(printed).toEqual(["repeat 3", "repeat 2", "repeat 1"]);
    });
  });

  test("work goes on in a page that is frozen and resumed", async () => {
    await inLab(chromium, { isolated }, async (opened) => {
      await opened.page.waitForLoadState();
      const session = await opened.page.context().newCDPSession(opened.page);
      const working = experiment(opened, "work");
      await session.send("Page.setWebLifecycleState", { state: "frozen" });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await session.send("Page.setWebLifecycleState", { state: "active" });
      expect(await working).toBe(40);
    });
  });
});

test("what cannot be sent or started is refused with the way out", async () => {
  await inLab(chromium, {}, async (opened) => {
    const messages = await experiment<string[]>(opened, "refuse");
    for (const [index, expected] of [
      /^TaskReferenceError: The worker knows no task "stranger" of strangers.*serves \{ add, .*serve\(…\)/,
      /^TaskReferenceError: Cannot send "an anonymous function".*defineTasks/,
      /^InvalidStateError: serve\(\) belongs into the file of a worker/,
      /^TypeError: worker.*\(\) => new Worker/,
      /^TypeError: .*workers/,
      /^TypeError: options\.worker.*createBackend\(worker\)/,
      /^UnsupportedError: .*createActivity/,
      /^BrokenExecutorError: .*has to return a Worker; it returned undefined/,
    ].entries()) {
      expect(messages[index]).toMatch(expected);
    }
  });
});

test("Y8 workers block for a lock, the page awaits it, and is refused the blocking form", async () => {
  await inLab(chromium, {}, async (opened) => {
    const refused = expect.stringMatching(/^InvalidStateError: This thread must not block.*acquire/);
    expect(await experiment(opened, "share")).toEqual([4100, refused]);
  });
});

test("a page that is closed in the middle takes its workers with it", async () => {
  await inLab(chromium, {}, async (opened) => {
    const working = experiment(opened, "terminate").catch(String);
    await opened.page.waitForEvent("worker");
    await opened.page.close();
    expect(await working).toMatch(/closed/);
  });
});

test("workers end, and are ended, also where the page is not secure and has no locks", async () => {
  await inLab(chromium, { host: "insecure.test" }, async (opened) => {
    expect(await opened.page.evaluate("[isSecureContext, crossOriginIsolated, typeof navigator.locks]")).toEqual([
      false,
      false,
      "undefined",
    ]);
    expect(await experiment(opened, "useTasks")).toEqual([3, 102, "lab-0 false lab-0", expect.any(String)]);
    expect(await experiment(opened, "terminate")).toEqual([false, true, null]);
    const lost = Array(5).fill("WorkerLostError");
    expect(await experiment(opened, "loseWorkers")).toEqual([true, lost, expect.stringMatching(/^AbortError/), 0]);
  });
});
