import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scenarios } from "@everycore/scenarios";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../src/report.js";
import { runCommand } from "./command.js";

/** Debian's chromium brings a GPU in software. */
const driver = "/usr/lib/chromium/vk_swiftshader_icd.json";
const softwareGpu: Record<string, string> = existsSync(driver) ? { VK_DRIVER_FILES: driver } : {};
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "everycore-cli-test-"));
  mkdirSync(join(folder, "deep", "er"), { recursive: true });
  writeFileSync(join(folder, "README"), "One two two\n");
  writeFileSync(join(folder, "deep", "notes.md"), "two three");
  writeFileSync(join(folder, "deep", "er", "book.txt"), "three three three three");
  writeFileSync(join(folder, "deep", "empty.md"), "");
  writeFileSync(join(folder, "deep", "bad.md"), Buffer.from([0x6f, 0x6b, 0xff, 0xfe, 0x20, 0x6f, 0x6b]));
  writeFileSync(join(folder, "program.js"), "these words do not count");
  symlinkSync(folder, join(folder, "deep", "loop"));
  symlinkSync(join(folder, "README"), join(folder, "again.md"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the whole demo", () => {
  it("verifies every scenario on every backend, or says what the backend lacks", { timeout: 240_000 }, async () => {
    const processors = ["--backend", "inline,node-threads,node-processes"];
    const { code, stdout } = await runCommand(["--json", ...processors]);
    const report = JSON.parse(stdout) as Report;
    const pairs = report.runs.map(({ scenario, backend }) => `${scenario} on ${backend}`);
    const backends = ["inline", "node-threads", "node-processes"];
    expect(pairs).toEqual(scenarios.flatMap(({ name }) => backends.map((backend) => `${name} on ${backend}`)));
    const kernels = scenarios.filter(({ requires }) => requires.includes("kernels"));
    const skipped = report.runs.filter(({ status }) => status === "skipped");
    expect(new Set(skipped.map(({ scenario, backend, problems }) => `${scenario} on ${backend}: ${problems}`))).toEqual(
      new Set([
        "start-and-join on inline: activities",
        "bank on inline: parallel",
        "bank on node-processes: sharedMemory",
        ...kernels.map(({ name }) => `${name} on node-processes: kernels`),
      ]),
    );
    expect(report.runs.filter(({ status }) => status !== "verified" && status !== "skipped")).toEqual([]);
    const checked = pairs.length - skipped.length;
    expect(kernels.length).toBeGreaterThan(5);
    expect(report).toMatchObject({ checked, verified: checked, ok: true });
    expect(code).toBe(0);
  });

  it("runs kernels on a GPU, with the same digits as on the processor", { timeout: 120_000 }, async () => {
    const scenario = ["--scenario", "square,monte-carlo-pi,k-means", "--backend", "inline,gpu-webgpu"];
    const { code, stdout } = await runCommand(["--json", ...scenario], { env: softwareGpu });
    const { runs } = JSON.parse(stdout) as Report;
    expect(runs.map(({ backend, status }) => `${backend} ${status}`)).toEqual(
      [1, 2, 3].flatMap(() => ["inline verified", "gpu-webgpu verified"]),
    );
    for (const name of ["square", "monte-carlo-pi"]) {
      const [inline, gpu] = runs.filter((run) => run.scenario === name);
      expect(gpu?.found).toBe(inline?.found);
    }
    expect(code).toBe(0);
  });

  it("finds the digits of monte-carlo-pi that pages find, on every backend", { timeout: 120_000 }, async () => {
    const { stdout } = await runCommand(["--json", "--scenario", "monte-carlo-pi"], { env: softwareGpu });
    const { runs } = JSON.parse(stdout) as Report;
    const verified = runs.filter(({ status }) => status === "verified");
    expect(verified.map(({ backend }) => backend)).toEqual(["inline", "node-threads", "gpu-webgpu"]);
    // The same in apps/browser-demo/test/every-scenario.test.ts.
    for (const { found } of verified) expect(found).toBe("π ≈ 3.1417019367218018 from 13,177,253 hits");
  });

  it("lists a GPU that is not there, with the reason and what would help", async () => {
    const args = ["--scenario", "square", "--backend", "inline,gpu-webgpu"];
    const { code, stdout } = await runCommand(args, {
      env: { VK_DRIVER_FILES: "/no/driver.json", VK_ICD_FILENAMES: "/no/driver.json" },
    });
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/✗ gpu-webgpu not available: WebGPU found no adapter.*libvulkan1/);
    expect(code).toBe(0);
  });

  it("shows that money is lost without locks", async () => {
    const { stdout } = await runCommand([
      "--json",
      "--scenario",
      "bank",
      "--backend",
      "node-threads",
      "--workers",
      "4",
    ]);
    const { runs } = JSON.parse(stdout) as Report;
    expect(runs[0]).toMatchObject({ status: "verified" });
    expect(runs[0]?.found).toMatch(
      /^with locks 8,000,000 stay 8,000,000; without, [\d,]+ are lost, \d of 8 balances are wrong$/,
    );
  });
});

describe("pictures", () => {
  it("are PNG files in the folder that was asked for, and the report says where", async () => {
    const pictures = join(folder, "pictures");
    const { code, stdout } = await runCommand(["--scenario", "edges", "--backend", "inline", "--pictures", pictures]);
    expect(code).toBe(0);
    const path = join(pictures, "edges-inline.png");
    expect(stdout).toContain(path);
    const { width, height, data } = PNG.sync.read(readFileSync(path));
    expect([width, height]).toEqual([512, 384]);
    expect(new Set(data).size).toBeGreaterThan(100);
  });
});

describe("output that goes to a file", () => {
  it("is a table without control characters, and ends with the sum", async () => {
    const { code, stdout, stderr } = await runCommand(["--scenario", "word-count", "--input", folder]);
    expect(stdout).toMatch(/^ scenario +backend +serial +time +speed-up +result$/m);
    expect(stdout).toMatch(/^ word-count +inline +\d+ ms +\d+ ms +\d+\.\d\d × {2}✓ verified$/m);
    expect(stdout).toMatch(/^ +node-threads +\d+ ms +\d+ ms +\d+\.\d\d × {2}✓ verified$/m);
    expect(stdout).toMatch(/\n ✓ 3 of 3 verified, 1 not run in \d+\.\d s\n$/);
    expect(stderr).toMatch(/^word-count · node-threads {2,}verified, \d+ ms$/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(code).toBe(0);
  });

  it("has the columns of the table one below the other", async () => {
    const { stdout } = await runCommand(["--scenario", "word-count", "--input", folder]);
    const lines = stdout.split("\n");
    const head = lines.findIndex((line) => line.startsWith(" scenario"));
    const column = lines[head]?.indexOf("result");
    for (const row of lines.slice(head + 2, head + 5)) expect(row.indexOf("✓ verified")).toBe(column);
  });

  it("is one JSON document with --json, and nothing else", async () => {
    const { code, stdout, stderr } = await runCommand([
      "--json",
      "--scenario=word-count",
      "--input",
      folder,
      "--backend=inline,node-threads,node-processes",
    ]);
    const report = JSON.parse(stdout) as Report;
    expect(stdout.startsWith("{")).toBe(true);
    expect(report.backends).toMatchObject([
      { name: "inline", available: true },
      { name: "node-threads", available: true },
      { name: "node-processes", available: true },
    ]);
    expect(report.runs[1]).toMatchObject({ scenario: "word-count", backend: "node-threads", status: "verified" });
    expect(report.runs[1]?.speedUp).toBeCloseTo((report.runs[1]?.serialMs ?? 0) / (report.runs[1]?.timeMs ?? 1));
    expect(stderr).toContain("word-count · inline");
    expect(code).toBe(0);
  });
});

describe("word-count with --input", () => {
  it("reads README, Markdown and text files, each once, and follows no link", async () => {
    const { stdout } = await runCommand(["--json", "--scenario", "word-count", "--input", folder]);
    const { runs } = JSON.parse(stdout) as Report;
    expect(runs[0]?.found).toBe("11 words in 5 files; most frequent: three 5, two 3, ok 2, one 1");
    expect(runs[1]?.found).toBe(runs[0]?.found);
  });

  it("says so when the folder holds no text", async () => {
    const empty = join(folder, "deep", "nothing");
    mkdirSync(empty);
    const { code, stdout } = await runCommand(["--scenario", "word-count", "--input", empty]);
    expect(stdout).toContain(`There are no README, Markdown or text files in ${empty}.`);
    expect(stdout).toContain("✗ 0 of 3 verified");
    expect(code).toBe(1);
  });
});

describe("a choice", () => {
  it("runs only the backends and scenarios that were asked for", async () => {
    const args = ["--json", "--backend", "node-threads", "--scenario", "primes,stream", "--workers", "1"];
    const { stdout } = await runCommand(args);
    const { runs, workers } = JSON.parse(stdout) as Report;
    expect(runs.map(({ scenario, backend }) => [scenario, backend])).toEqual([
      ["primes", "node-threads"],
      ["stream", "node-threads"],
    ]);
    expect(workers).toBe(1);
  });

  it.each([
    [["--workers", "0"], '--workers: must be a whole number from 1 to 1024, not "0".'],
    [["--workers", "abc"], '--workers: must be a whole number from 1 to 1024, not "abc".'],
    [["--workers=1.5"], '--workers: must be a whole number from 1 to 1024, not "1.5".'],
    [["--workers", "-1"], '--workers: there is no value, or one that begins with "-".'],
    [["--workers"], "Option '--workers <value>' argument missing."],
    [["--input", "/no/such/folder"], "--input: there is no folder /no/such/folder."],
    [["--input", process.execPath], `--input: ${process.execPath} is not a folder.`],
    [
      ["--scenario", "nosuch"],
      '--scenario: there is no "nosuch". Known: print-numbers, start-and-join, primes, word-count, cancel, stream, pipeline, bank, square,',
    ],
    [["--scenario", "primes,"], '--scenario: there is no "".'],
    [
      ["--backend", "inline,gpu"],
      '--backend: there is no "gpu". Known: inline, node-threads, node-processes, gpu-webgpu.',
    ],
    [["--nosuch"], "Unknown option '--nosuch'."],
    [["primes"], "Unexpected argument 'primes'."],
  ])("of %j is refused with exit code 2 and clear words", async (args, sentence) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect(stderr).toContain(sentence);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("is explained by --help", async () => {
    const { code, stdout } = await runCommand(["--help"]);
    for (const option of ["--backend", "--scenario", "--workers", "--input", "--pictures", "--json"])
      expect(stdout).toContain(option);
    for (const scenario of ["print-numbers", "primes", "word-count", "cancel", "stream"])
      expect(stdout).toContain(scenario);
    expect(code).toBe(0);
  });
});

describe("Ctrl-C", () => {
  it.each([
    ["while a task computes on threads", ["--backend", "node-threads", "--scenario", "primes,cancel"], /reference/],
    ["while a task computes in a process", ["--backend", "node-processes", "--scenario", "primes,cancel"], /reference/],
    [
      "while threads of its own print",
      ["--backend", "node-threads", "--scenario", "start-and-join,cancel"],
      /reference/,
    ],
    ["while a pipeline flows", ["--backend", "node-processes", "--scenario", "primes,pipeline"], /verified/],
    ["while a task computes on the calling thread", ["--backend", "inline", "--scenario", "primes,cancel"], /verified/],
    ["while a stream is read", ["--backend", "node-threads", "--scenario", "cancel,stream"], /verified/],
  ])("ends the demo with exit code 130 %s", async (_, args, when) => {
    const { code, stderr, stdout } = await runCommand(args, {
      onOutput: (text) => (when.test(text) ? "SIGINT" : undefined),
    });
    expect(stderr).toContain("Interrupted: everything has been stopped.");
    expect(stdout).not.toContain("of 2 verified");
    expect(code).toBe(130);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("everycore-demo-"))).toEqual([]);
  });
});
