// What the system says about processes.
import { readdirSync, readFileSync } from "node:fs";

/** State and parent of a process; `undefined` if there is none of this id. */
function look(processId: number | string): { state: string; parent: number } | undefined {
  try {
    const [, state = "", parent = ""] =
      /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${processId}/stat`, "utf8")) ?? [];
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** Whether a process runs; one that has ended does not, even if nobody has asked about it yet. */
export function isAlive(processId: number): boolean {
  const found = look(processId);
  return found !== undefined && found.state !== "Z" && found.state !== "X";
}

/** The worker processes of this one, also those that have ended and wait to be asked about. */
export function ownWorkers(): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    const found = look(name);
    if (found?.parent !== process.pid) return false;
    if (found.state === "Z") return true;
    try {
      return readFileSync(`/proc/${name}/cmdline`, "utf8").includes("worker.js");
    } catch {
      return false;
    }
  });
}
