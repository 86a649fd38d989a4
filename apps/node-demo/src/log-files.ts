// The large file that `stream` reads: written into a temporary folder, and removed afterwards.

import { createHash } from "node:crypto";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LogFile, LogHost, TextDigest, TextSummary } from "@everycore/scenarios";
import { fileTasks } from "./tasks/file-reading.js";

/** Lines that are written at a time. */
const blockLines = 5000;
const events = ["connection accepted", "naïve retry", "cache miss", "Größe geprüft", "完了", "timeout — retrying 🙂"];

/** Large files in the system's temporary folder. */
export function createLogHost(): LogHost {
  return {
    create: writeLog,
    remove: ({ path }) => rm(dirname(path), { recursive: true, force: true }),
    readBlocks: fileTasks.readBlocks,
    digest: createDigest,
    summarize,
  };
}

async function writeLog(lines: number): Promise<LogFile> {
  const path = join(await mkdtemp(join(tmpdir(), "everycore-demo-")), "events.log");
  const file = await open(path, "w");
  try {
    for (let from = 0; from < lines; from += blockLines) {
      await file.write(createLines(from, Math.min(from + blockLines, lines)));
    }
    return { path, bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

function createLines(from: number, to: number): string {
  let text = "";
  for (let line = from; line < to; line++) {
    const time = new Date(Date.UTC(2026, 0, 1) + line * 137).toISOString();
    text += `${time} [worker-${line % 7}] event ${line}: ${events[line % events.length]}, ${(line * 7919) % 997} ms\n`;
  }
  return text;
}

function createDigest(): TextDigest {
  const hash = createHash("sha256");
  let [lines, bytes] = [0, 0];
  return {
    update(text) {
      hash.update(text);
      bytes += Buffer.byteLength(text);
      lines += text.split("\n").length - 1;
    },
    finish: () => ({ lines, bytes, hash: hash.digest("hex") }),
  };
}

/** The whole file at once, as bytes: none of the decoding and cutting that the task does. */
async function summarize(path: string): Promise<TextSummary> {
  const content = await readFile(path);
  let lines = 0;
  for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) lines++;
  return { lines, bytes: content.length, hash: createHash("sha256").update(content).digest("hex") };
}
