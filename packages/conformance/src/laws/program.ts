// L4, L5, L8, P12, P16: what a whole process shows. The programs are in programs.ts.

import { equals, holds, same } from "../assertions.js";
import { until } from "../conditions.js";
import type { ProgramRun } from "../environment.js";
import type { LawTest } from "../law.js";

/** Most CPU time that an idle second may cost. */
const idleCpuMs = 50;

function checkEnd({ exitCode, timedOut, stdout, stderr }: ProgramRun, sentence: string): void {
  same(timedOut, false, `${sentence} (it was still there at the limit; it printed: ${stdout}${stderr})`);
  same(exitCode, 0, `${sentence}, with code 0 (it printed: ${stdout}${stderr})`);
}

/** See the specification. */
export const programLaws: readonly LawTest[] = [
  {
    law: "L4",
    title: "after shutdown with wait false, queued work finishes and the process ends by itself",
    needs: ["runProgram", "programsEnd"],
    async run(t) {
      const run = await t.need("runProgram")("hastyShutdown");
      checkEnd(run, "the program ends by itself after shutdown({ wait: false })");
      const lines = run.stdout.trim().split("\n");
      same(lines[0], "shut down", "shutdown({ wait: false }) returns at once");
      equals(
        lines.slice(1).sort(),
        [0, 1, 2, 3, 4, 5].map((n) => `finished ${n}`),
        "queued work finishes",
      );
    },
  },
  {
    law: "L5",
    title: "an idle pool lets the process end",
    needs: ["runProgram", "programsEnd"],
    async run(t) {
      const run = await t.need("runProgram")("idle");
      checkEnd(run, "a program that leaves an idle pool behind ends by itself");
      same(run.stdout.trim(), "done", "after its work");
    },
  },
  {
    law: "L5",
    title: "a busy pool holds the process until its work is done",
    needs: ["runProgram", "programsEnd"],
    async run(t) {
      const run = await t.need("runProgram")("busy");
      checkEnd(run, "a program with work left behind ends when it is done");
      const lines = run.stdout.trim().split("\n");
      same(lines[0], "leaving", "the program reaches its end before its work is done");
      equals(
        lines.slice(1).sort(),
        [0, 1, 2, 3].map((n) => `finished ${n}`),
        "pending work holds the process",
      );
    },
  },
  {
    law: "L5",
    title: "an idle pool uses no CPU",
    needs: ["runProgram"],
    async run(t) {
      let used = Number.POSITIVE_INFINITY;
      // A busy machine makes one measurement look worse than it is, never better.
      for (let attempt = 0; attempt < 3 && used >= idleCpuMs; attempt++) {
        const run = await t.need("runProgram")("idleSecond");
        checkEnd(run, "the program ends");
        used = Math.min(used, Number(/idle (\d+) ms/.exec(run.stdout)?.[1]));
      }
      holds(
        used < idleCpuMs,
        `an idle second of a pool costs less than ${idleCpuMs} ms of CPU time (it cost ${used} ms)`,
      );
    },
  },
  {
    law: "L8",
    title: "a program that shut its pool down ends at once, whatever timeouts it had set",
    needs: ["runProgram", "programsEnd"],
    async run(t) {
      const run = await t.need("runProgram")("tidy");
      checkEnd(run, "a program that shut its pool down ends by itself");
      same(run.stdout.trim(), "tidy", "after its work");
    },
  },
  {
    law: "P12",
    title: "worker processes notice that their parent was killed, and end within a second",
    requires: ["isolated"],
    needs: ["isProcessAlive", "runProgram"],
    async run(t) {
      const isAlive = t.need("isProcessAlive");
      const run = await t.need("runProgram")("orphans", { killAt: " end\n" });
      const ids = (/workers ([\d ]+) end/.exec(run.stdout)?.[1] ?? "").split(" ").map(Number);
      holds(ids.length === 2 && ids.every((id) => id > 0), `the program has two workers (it printed: ${run.stdout})`);
      await until(() => !ids.some(isAlive), "worker processes end when their parent is killed", 1500);
    },
  },
  {
    law: "P16",
    title: "what tasks print arrives, in order per worker, and nothing is lost at exit",
    requires: ["stdout"],
    needs: ["runProgram"],
    async run(t) {
      const run = await t.need("runProgram")("prints");
      checkEnd(run, "a program whose tasks print ends");
      const lines = run.stdout.trim().split("\n");
      for (const prefix of ["a", "b"]) {
        const printed = lines.filter((line) => line.startsWith(prefix));
        equals(
          printed,
          Array.from({ length: 500 }, (_, n) => `${prefix}${n}`),
          `the lines of task ${prefix} are all there, in order`,
        );
      }
      holds(lines.includes("last0"), "what the last task printed right before the end is there");
    },
  },
];
