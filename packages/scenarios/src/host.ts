// What the scenarios need from the platform that they run on. An app provides it: apps/node-demo for Node, apps/browser-demo for
// pages. Tasks that touch files come through here too, because a task that imports `node:fs` cannot live in this package.

import type { Task } from "@everycore/core";
import type { Picture } from "./kernels/picture.js";
import type { WordCounts } from "./words.js";

/** The platform, as far as scenarios need it. */
export interface Host {
  /** The text files that `word-count` reads. */
  readonly texts: TextHost;
  /** Large text files, for `stream`. */
  readonly logs: LogHost;
  /** What the kernel scenarios work on. */
  readonly samples: SampleHost;
}

/** What kernels work on: the samples in this package's data folder, or what the user has chosen instead. */
export interface SampleHost {
  /** A photograph, for `blur` and `edges`. */
  photograph(): Promise<Picture>;
  /** Fisher's irises, for `k-means`: `rows,columns,kinds…`, then a line a flower. */
  iris(): Promise<string>;
}

/** A text file that was found. */
export interface TextFile {
  /** By which tasks find it: a path, or a URL. */
  readonly path: string;
  readonly bytes: number;
}

/** Text files that are there already. */
export interface TextHost {
  /** Where the files are, in words for people. */
  readonly place: string;
  /** The files, each once, in a stable order. Links are not followed. */
  list(): Promise<readonly TextFile[]>;
  /** The task: counts the words of some files on whichever thread it runs; also called directly for the serial run. */
  readonly countWords: Task<[paths: readonly string[]], WordCounts | Promise<WordCounts>>;
  /** Reads one file for the checker, without the task; `undefined` if it cannot be read. */
  read(path: string): Promise<string | undefined>;
}

/** What there is to know about a text without keeping it. */
export interface TextSummary {
  readonly lines: number;
  readonly bytes: number;
  /** A cryptographic hash of the bytes, in hexadecimal. */
  readonly hash: string;
}

/** Adds up a {@link TextSummary} part by part. */
export interface TextDigest {
  update(text: string): void;
  finish(): TextSummary;
}

/** A large file. */
export interface LogFile {
  readonly path: string;
  readonly bytes: number;
}

/** Large files, made for the occasion. */
export interface LogHost {
  /** Writes a new file of so many lines, not all of them plain ASCII. */
  create(lines: number): Promise<LogFile>;
  remove(file: LogFile): Promise<void>;
  /**
   * The task: yields the file's text in blocks of whole lines. Before it yields, it adds one to `produced[0]`, where it
   * is given: shared memory in which the consumer can see how far ahead the task is.
   */
  readonly readBlocks: Task<[path: string, produced: Int32Array | undefined], AsyncIterable<string>>;
  digest(): TextDigest;
  /** Reads the whole file in another way than the task does. */
  summarize(path: string): Promise<TextSummary>;
}
