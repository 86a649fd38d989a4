// Where a channel is kept, and the folder of the socket that leads there. A process that is killed leaves its folder behind;
// whoever finds out removes it: the processes that were connected, and the next broker that starts.

import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** What a process has to know to use a channel of another one. */
export interface Address {
  /** Of the socket, or the name of a pipe on Windows. */
  readonly path: string;
  /** Hexadecimal. Whoever has it may use the channels of this process. */
  readonly token: string;
  readonly channel: string;
  /** The end of a pipe, `a` or `b`; empty for a queue. */
  readonly end: string;
}

const prefix = "everycore-channels-";
const socketName = "keeper.sock";
/** The shortest limit of a socket's path among the systems that Node runs on. */
const maxPathBytes = 103;
/** A folder that is younger may belong to a broker that has not begun to listen. */
const youngMs = 10_000;
const lookAgainMs = 100;

/** A new path to listen on; on all systems but Windows in a folder of its own that only this user can enter. */
export function newSocketPath(random: string): string {
  if (process.platform === "win32") return `\\\\.\\pipe\\${prefix}${random}`;
  return join(mkdtempSync(join(temporaryFolder(), prefix)), socketName);
}

/** The system's own, unless a socket's path in it would be too long for the system; then the one that every Unix has. */
function temporaryFolder(): string {
  const folder = tmpdir();
  return Buffer.byteLength(join(folder, `${prefix}XXXXXX`, socketName)) > maxPathBytes ? "/tmp" : folder;
}

/** Removes the folder of a socket. Never throws. */
export function removeSocketFolder(path: string): void {
  if (basename(path) !== socketName || !basename(dirname(path)).startsWith(prefix)) return;
  try {
    rmSync(dirname(path), { recursive: true, force: true });
  } catch {
    // Someone else was faster, or it is not ours.
  }
}

/** Removes the folder if nobody listens there any more. A process that is just being killed may still seem to, so it looks again. */
export function removeIfDead(path: string, looks = 5): void {
  if (process.platform === "win32" || looks === 0) return;
  const socket = connect(path);
  const lookAgain = (): void => void setTimeout(removeIfDead, lookAgainMs, path, looks - 1).unref();
  socket.unref();
  socket.on("connect", () => {
    socket.destroy();
    lookAgain();
  });
  socket.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "ECONNREFUSED") removeSocketFolder(path);
    else if (code === "ECONNRESET") lookAgain();
  });
}

/** Removes what processes that were killed have left behind. */
export function removeDeadFolders(): void {
  if (process.platform === "win32") return;
  try {
    const folder = temporaryFolder();
    for (const name of readdirSync(folder)) {
      if (name.startsWith(prefix) && isOld(join(folder, name))) removeIfDead(join(folder, name, socketName), 1);
    }
  } catch {
    // A temporary folder that cannot be listed has to be cleaned up by someone else.
  }
}

function isOld(folder: string): boolean {
  const { uid, mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? {};
  return uid === process.getuid?.() && mtimeMs !== undefined && Date.now() - mtimeMs > youngMs;
}
