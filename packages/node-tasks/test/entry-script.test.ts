import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fixture } from "./support.js";

const built = new URL("../dist/index.js", import.meta.url).href;

/** Runs a fixture as a program; gives what it printed, line by line. */
function run(file: string, ...options: string[]): Array<{ kind?: string; message?: string; captured?: string[] }> {
  const printed = execFileSync(process.execPath, [...options, file, built], { encoding: "utf8" });
  return printed
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("the entry script", () => {
  it.each(["entry.mjs", "entry.cjs"])("is not imported again in a worker: %s", (name) => {
    const [exported, selfContained] = run(fileURLToPath(fixture(name)));
    expect(exported?.captured).toEqual(["offset"]);
    expect(exported?.message).toContain("move the function to a module (not the entry script, which would run again)");
    expect(selfContained).toEqual({ kind: "source" });
  });

  it("is recognised through a symbolic link", () => {
    const folder = mkdtempSync(join(tmpdir(), "everycore-"));
    try {
      const link = join(folder, "linked.mjs");
      symlinkSync(fileURLToPath(fixture("entry.mjs")), link);
      expect(run(link)[0]?.captured).toEqual(["offset"]);
      expect(run(link, "--preserve-symlinks-main")[0]?.captured).toEqual(["offset"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("that is no file has functions that go by source only", () => {
    const program = `
      const { NodeTaskResolver } = await import(${JSON.stringify(built)});
      const resolver = new NodeTaskResolver("another thread");
      console.log(resolver.resolve((x) => x + 1).kind);
      const offset = 1;
      try { resolver.resolve((x) => x + offset); } catch ({ captured }) { console.log(captured.join()); }`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(printed).toBe("source\noffset\n");
  });
});
