import { type Capabilities, defineBackend } from "@everycore/core";
import { InlineExecutor, backend as inline } from "@everycore/inline";
import { describe, expect, it } from "vitest";
import { type AnyScenario, type Catalog, main } from "../dist/main.js";

/** A scenario that adds one and one; the tests spoil parts of it. */
function scenario(changes: Partial<AnyScenario> = {}): AnyScenario {
  return {
    name: "sum",
    title: "Sum",
    description: "Adds one and one.",
    requires: ["tasks"],
    prepare: async () => ({}),
    serial: async () => 2,
    run: async () => 2,
    check: async (outcome) => (outcome === 2 ? [] : [`the sum: ${outcome} instead of 2`]),
    describe: (outcome) => `the sum is ${outcome}`,
    ...changes,
  };
}

const inlineModule = { name: "inline", load: async () => ({ backend: inline }) };

interface Seen {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runMain(
  catalog: Partial<Catalog>,
  { args = [], tty = false, signal = new AbortController().signal, columns = 80, colours = tty } = {} as {
    args?: string[];
    tty?: boolean;
    signal?: AbortSignal;
    columns?: number;
    colours?: boolean;
  },
): Promise<Seen> {
  let [stdout, stderr] = ["", ""];
  const terminal = { isTTY: tty, ...(tty && { columns }), hasColors: () => colours };
  const code = await main(
    args,
    {
      stdout: { ...terminal, write: (text) => (stdout += text) },
      stderr: { ...terminal, write: (text) => (stderr += text) },
      signal,
    },
    { scenarios: [scenario()], backends: [inlineModule], ...catalog },
  );
  return { code, stdout, stderr };
}

describe("a check that fails", () => {
  it("makes the exit code 1 and is told in words", async () => {
    const { code, stdout } = await runMain({
      scenarios: [scenario(), scenario({ name: "spoilt", run: async () => 3 })],
    });
    expect(stdout).toMatch(/^ sum +inline .*✓ verified$/m);
    expect(stdout).toMatch(/^ spoilt +inline .*✗ wrong$/m);
    expect(stdout).toContain(" ✗ spoilt on inline\n   the sum: 3 instead of 2\n");
    expect(stdout).toMatch(/ ✗ 1 of 2 verified in /);
    expect(code).toBe(1);
  });

  it("names the first few of many problems", async () => {
    const problems = Array.from({ length: 9 }, (_, index) => `problem ${index}`);
    const { stdout } = await runMain({ scenarios: [scenario({ check: async () => problems })] });
    expect(stdout).toContain("   problem 4\n   … and 4 more\n");
    expect(stdout).not.toContain("problem 5");
  });

  it.each<[string, Partial<AnyScenario>]>([
    ["run", { run: () => Promise.reject(new RangeError("no luck")) }],
    ["check", { check: () => Promise.reject(new RangeError("no luck")) }],
    ["serial run", { serial: () => Promise.reject(new RangeError("no luck")) }],
    ["inputs", { prepare: () => Promise.reject(new RangeError("no luck")) }],
  ])("counts as failed when its %s throws, and the next scenario runs all the same", async (_, changes) => {
    const { code, stdout } = await runMain({ scenarios: [scenario({ name: "thrower", ...changes }), scenario()] });
    expect(stdout).toMatch(/^ thrower +inline .*✗ error$/m);
    expect(stdout).toContain("   RangeError: no luck\n");
    expect(stdout).toMatch(/ ✗ 1 of 2 verified in /);
    expect(code).toBe(1);
  });

  it("frees the inputs whatever happens", async () => {
    const freed: string[] = [];
    const release = (name: string) => async () => void freed.push(name);
    await runMain({
      scenarios: [
        scenario({ name: "fine", release: release("fine") }),
        scenario({ name: "fails", release: release("fails"), run: () => Promise.reject(new Error("no")) }),
        scenario({ name: "slips", release: release("slips"), serial: () => Promise.reject(new Error("no")) }),
      ],
    });
    expect(freed).toEqual(["fine", "fails", "slips"]);
  });
});

describe("a backend that cannot be used is listed with the reason", () => {
  const missing = { name: "gpu", load: () => import(`@everycore/${"no-such-package"}`) };
  const deaf = {
    name: "deaf",
    load: async () => ({
      backend: defineBackend({
        name: "deaf",
        capabilities: { tasks: true },
        availability: () => ({ available: false, reason: "there is no adapter" }),
        create: () => new InlineExecutor(),
      }),
    }),
  };
  const broken = { name: "broken", load: () => Promise.reject(new SyntaxError("Unexpected token")) };

  it("when it is not installed, not available, or does not load", async () => {
    const { code, stdout } = await runMain({ backends: [inlineModule, missing, deaf, broken] });
    expect(stdout).toContain("✗ gpu     not available: @everycore/no-such-package is not installed\n");
    expect(stdout).toContain("✗ deaf    not available: there is no adapter\n");
    expect(stdout).toContain("✗ broken  not available: it cannot be loaded: Unexpected token\n");
    for (const name of ["gpu", "deaf", "broken"])
      expect(stdout).toMatch(new RegExp(`^ +${name} .*– not available$`, "m"));
    expect(stdout).toMatch(/ ✓ 1 of 1 verified, 3 not run in /);
    expect(code).toBe(0);
  });

  it("and in JSON too", async () => {
    const { stdout } = await runMain({ backends: [inlineModule, deaf] }, { args: ["--json"] });
    const { backends, runs } = JSON.parse(stdout);
    expect(backends[1]).toEqual({ name: "deaf", available: false, reason: "there is no adapter" });
    expect(runs[1]).toMatchObject({ backend: "deaf", status: "unavailable", problems: ["there is no adapter"] });
  });

  it("and the exit code is 1 when nothing could be checked", async () => {
    const { code, stdout } = await runMain({ backends: [deaf] });
    expect(stdout).toMatch(/ ✗ nothing could be checked, 1 not run in /);
    expect(code).toBe(1);
  });

  it("and one that lacks a capability is skipped with its name", async () => {
    const requires: Array<keyof Capabilities> = ["tasks", "isolated"];
    const { code, stdout } = await runMain({ scenarios: [scenario(), scenario({ name: "wave", requires })] });
    expect(stdout).toMatch(/^ wave +inline +– +– +– {2}– no isolated$/m);
    expect(stdout).toContain(" – no …: skipped, because the backend lacks this capability\n");
    expect(stdout).toMatch(/ ✓ 1 of 1 verified, 1 not run in /);
    expect(code).toBe(0);
  });
});

describe("measuring", () => {
  it("repeats short work and keeps to one run of long work", async () => {
    const runs = { short: 0, long: 0 };
    const counting = (name: "short" | "long", ms: number): AnyScenario =>
      scenario({
        name,
        async run() {
          runs[name]++;
          await new Promise((resolve) => setTimeout(resolve, ms));
          return 2;
        },
      });
    const [short, long] = [counting("short", 0), counting("long", 420)];
    await runMain({ scenarios: [short, long] });
    expect(runs).toEqual({ short: 5, long: 1 });
  });

  it("shows a dash and the reason where there is no serial run", async () => {
    const { serial: _, ...rest } = scenario();
    const { stdout } = await runMain({ scenarios: [{ ...rest, incomparable: "it is not about speed" }] });
    expect(stdout).toMatch(/^ sum +inline +– +\d+ ms +– {2}✓ verified$/m);
    expect(stdout).toContain(" – sum has no speed-up: it is not about speed\n");
  });
});

describe("a terminal", () => {
  const slow = scenario({
    async run({ progress }) {
      for (let done = 1; done <= 4; done++) {
        progress(done, 4, `${done} of 4 steps`);
        await new Promise((resolve) => setTimeout(resolve, 120));
      }
      return 2;
    },
  });

  it("shows a bar while it runs and colours in the table", async () => {
    const { stdout, stderr } = await runMain({ scenarios: [slow] }, { tty: true });
    expect(stderr).toContain("━");
    expect(stderr).toMatch(/sum · inline.* 75 % 3 of 4 steps/);
    expect(stdout).toContain("\u001b[32m✓ verified\u001b[39m");
  });

  it("has no colours where it wants none", async () => {
    const { stdout, stderr } = await runMain({ scenarios: [slow] }, { tty: true, colours: false });
    expect(stdout).not.toContain("\u001b");
    expect(stderr).not.toContain("\u001b[36m");
  });

  it.each([80, 120])("of %i columns gets no line that is longer", async (columns) => {
    const found = "word ".repeat(60);
    const scenarios = ["print-numbers", "word-count"].map((name) => scenario({ name, describe: () => found }));
    const { stdout } = await runMain({ scenarios }, { tty: true, columns, colours: false });
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
  });
});

describe("an interruption", () => {
  it("ends with exit code 130 and no table", async () => {
    const controller = new AbortController();
    const run: AnyScenario["run"] = async ({ signal }) => {
      controller.abort(new Error("interrupted"));
      signal.throwIfAborted();
      return 2;
    };
    const { code, stdout, stderr } = await runMain({ scenarios: [scenario({ run })] }, { signal: controller.signal });
    expect(stderr).toMatch(/Interrupted: everything has been stopped\.\n$/);
    expect(stdout).not.toContain("verified");
    expect(code).toBe(130);
  });
});
