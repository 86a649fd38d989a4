import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogHost } from "../src/log-files.js";
import { createTextHost } from "../src/text-folders.js";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "everycore-host-test-"));
  for (const name of ["README", "readme.TXT", "a.MD", "b.markdown", "c.txt", "notes.mdx", "d.md.bak", "readme-x.js"]) {
    writeFileSync(join(folder, name), name);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the files of word-count", () => {
  it("are README, Markdown and, in a folder of one's own, text files, in a stable order", async () => {
    const files = await createTextHost(folder).list();
    expect(files.map(({ path }) => path.slice(folder.length + 1))).toEqual([
      "README",
      "a.MD",
      "b.markdown",
      "c.txt",
      "readme.TXT",
    ]);
    expect(files[0]).toMatchObject({ bytes: 6 });
  });

  it("are many where no folder is given: those of the installed packages", async () => {
    const host = createTextHost(undefined);
    const files = await host.list();
    expect(host.place).toContain("node_modules");
    expect(files.length).toBeGreaterThan(100);
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  });

  it("that cannot be read are counted, by the task and by the checker's reader", async () => {
    const host = createTextHost(folder);
    const gone = join(folder, "gone.md");
    expect(host.countWords([gone, join(folder, "README"), folder])).toMatchObject({
      files: 1,
      unreadable: 2,
      words: 1,
    });
    expect(await host.read(gone)).toBeUndefined();
    expect(await host.read(folder)).toBeUndefined();
  });

  it("include a folder that cannot be listed, so that it is not passed over in silence", async () => {
    const gone = join(folder, "nowhere");
    expect(await createTextHost(gone).list()).toEqual([{ path: gone, bytes: 0 }]);
  });
});

describe("the file of stream", () => {
  it("comes through the task byte for byte, in blocks of whole lines, counted before they are yielded", async () => {
    const host = createLogHost();
    const file = await host.create(5000);
    const produced = new Int32Array(new SharedArrayBuffer(4));
    const digest = host.digest();
    let blocks = 0;
    for await (const block of host.readBlocks(file.path, produced)) {
      expect(block.endsWith("\n")).toBe(true);
      expect(produced[0]).toBe(++blocks);
      digest.update(block);
    }
    expect(blocks).toBeGreaterThan(1);
    expect(digest.finish()).toEqual(await host.summarize(file.path));
    expect(digest.finish).toThrow();
    await host.remove(file);
    await expect(host.summarize(file.path)).rejects.toThrow("ENOENT");
  });

  it("need not end with a line break", async () => {
    const path = join(folder, "unfinished.log");
    writeFileSync(path, "one\ntwo");
    const blocks: string[] = [];
    for await (const block of createLogHost().readBlocks(path, undefined)) blocks.push(block);
    expect(blocks.join("|")).toBe("one\n|two");
  });
});
