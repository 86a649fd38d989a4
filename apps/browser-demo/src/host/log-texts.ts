// The large text that `stream` reads: made in memory, and found by a URL like any file.

import type { LogFile, LogHost, TextDigest, TextSummary } from "@everycore/scenarios";
import { fileTasks } from "../tasks/file-tasks.js";
import { Sha256 } from "./sha-256.js";

/** Lines that are made at a time. */
const blockLines = 5000;
const events = ["connection accepted", "naïve retry", "cache miss", "Größe geprüft", "完了", "timeout — retrying 🙂"];

/** Large texts, as blobs of this page or worker. */
export function createLogHost(): LogHost {
  return {
    create: async (lines) => createLog(lines),
    remove: async ({ path }) => URL.revokeObjectURL(path),
    readBlocks: fileTasks.readBlocks,
    digest: createDigest,
    summarize,
  };
}

function createLog(lines: number): LogFile {
  const blocks: string[] = [];
  for (let from = 0; from < lines; from += blockLines)
    blocks.push(createLines(from, Math.min(from + blockLines, lines)));
  const blob = new Blob(blocks, { type: "text/plain" });
  return { path: URL.createObjectURL(blob), bytes: blob.size };
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
  const hash = new Sha256();
  const encoder = new TextEncoder();
  let [lines, bytes] = [0, 0];
  return {
    update(text) {
      const encoded = encoder.encode(text);
      hash.update(encoded);
      bytes += encoded.length;
      lines += countLines(encoded);
    },
    finish: () => ({ lines, bytes, hash: hash.finish() }),
  };
}

/** The whole text at once, as bytes: none of the decoding and cutting that the task does, and the browser's own hash if there is one. */
async function summarize(path: string): Promise<TextSummary> {
  const content = new Uint8Array(await (await fetch(path)).arrayBuffer());
  return { lines: countLines(content), bytes: content.length, hash: await hashOf(content) };
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

async function hashOf(content: Uint8Array<ArrayBuffer>): Promise<string> {
  // Only pages with https have it; those on this computer count as such.
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  if (!subtle) return new Sha256().update(content).finish();
  const hash = new Uint8Array(await subtle.digest("SHA-256", content));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
