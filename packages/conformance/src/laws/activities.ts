// T1–T5: threads and processes of one's own.

import {
  type Activity,
  DataCloneError,
  InvalidStateError,
  TaskReferenceError,
  UnsupportedError,
} from "@everycore/core";
import { equals, holds, rejection, rejects, same, throws } from "../assertions.js";
import { until, within } from "../conditions.js";
import type { ProgramRun } from "../environment.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

const forever = 600_000;
const endMs = 8000;

function ends(activity: Activity): Promise<boolean> {
  return within(endMs, activity.join(), `${activity.name} ends`);
}

function checkEnd({ exitCode, timedOut, stdout, stderr }: ProgramRun, sentence: string): void {
  const printed = `(it printed: ${stdout}${stderr})`;
  same(timedOut, false, `${sentence} ${printed}`);
  same(exitCode, 0, `${sentence}, with code 0 ${printed}`);
}

/** The error of a failed activity, from `join`, after a check of what else is told about it. */
async function failure(t: LawContext, activity: Activity): Promise<unknown> {
  activity.start();
  const error = await within(endMs, rejection(activity.join(), "join rejects with what nobody caught"), "join ends");
  same(activity.exitCode, 1, "the exit code after an uncaught error is 1");
  same(activity.isAlive, false, "it has ended");
  same(await rejection(activity.join(), "a later join rejects too"), error, "a later join has the same error");
  same(t.reported.length, 1, "the excepthook is called once");
  same(t.reported[0]?.error, error, "the excepthook is given the error");
  const { where = "" } = t.reported[0] ?? {};
  holds(where.includes(activity.name), `the report names the activity (it says: ${where})`);
  return error;
}

async function checkCutOff(t: LawContext, how: "terminate" | "kill", runs: boolean): Promise<void> {
  const activity = t.activity(t.tasks.stickForever);
  activity.start();
  if (runs) same(await activity.join({ timeoutMs: 150 }), false, "it runs");
  activity[how]();
  activity[how]();
  same(await ends(activity), true, `join returns after ${how}`);
  same(activity.isAlive, false, `nothing is alive after ${how}`);
  same(activity.exitCode, null, `the exit code of what was ended by ${how} is null`);
  activity[how]();
  equals(t.reported, [], `${how} is no error`);
}

/** See the specification. */
export const activityLaws: readonly LawTest[] = [
  {
    law: "T1",
    title: "start twice throws, join before start throws, join returns after the end",
    requires: ["activities"],
    async run(t) {
      const activity = t.activity(t.tasks.sleep, { args: [20] });
      equals([activity.isAlive, activity.exitCode], [false, undefined], "a new one is not alive");
      await rejects(activity.join(), InvalidStateError, /before start/, "join before start is refused");
      throws(() => activity.terminate(), InvalidStateError, /before start/, "terminate before start is refused");
      activity.start();
      equals([activity.isAlive, activity.exitCode], [true, undefined], "it is alive after start");
      throws(() => activity.start(), InvalidStateError, /second time/, "start twice is refused");
      same(await ends(activity), true, "join returns true after the end");
      equals([activity.isAlive, activity.exitCode], [false, 0], "it is not alive after join");
      throws(() => activity.start(), InvalidStateError, /second time/, "start after the end is refused");
      same(await activity.join({ timeoutMs: 0 }), true, "join after the end returns at once");
    },
  },
  {
    law: "T1",
    title: "join with a timeout returns false, with a signal it rejects, and both leave it running",
    requires: ["activities"],
    async run(t) {
      const activity = t.activity(t.tasks.sleep, { args: [forever] });
      activity.start();
      same(await activity.join({ timeoutMs: 0 }), false, "join returns false at once when there is no time");
      same(await activity.join({ timeoutMs: 20 }), false, "join returns false when the time is up");
      const controller = new AbortController();
      const joined = activity.join({ signal: controller.signal });
      controller.abort("enough");
      same(await rejection(joined, "an aborted join rejects"), "enough", "with the signal's reason");
      same(activity.isAlive, true, "a join that was given up leaves it running");
    },
  },
  {
    law: "T1",
    title: "it has the name it was given, or one of its own",
    requires: ["activities"],
    async run(t) {
      const names = [t.activity(t.tasks.nothing), t.activity(t.tasks.nothing)].map(({ name }) => name);
      holds(
        names.every((name) => /^\w+-\d+$/.test(name)) && names[0] !== names[1],
        `names are given (got ${names.join(", ")})`,
      );
      const named = t.activity(t.tasks.nothing, { name: "printer", daemon: true });
      equals([named.name, named.daemon], ["printer", true], "name and daemon are what was asked for");
    },
  },
  {
    law: "T1",
    title: "arguments arrive as those of tasks do; what cannot be sent is refused at start",
    requires: ["activities"],
    async run(t) {
      const sent = { map: new Map([["a", [1, 2]]]), date: new Date(5) };
      const activity = t.activity(t.tasks.throwValue, { args: [sent] });
      equals(await failure(t, activity), sent, "the function has the arguments");
      const refused = t.activity(t.tasks.identity, { args: [{ onDone: () => 1 }] });
      throws(() => refused.start(), DataCloneError, /args\[0\]\.onDone/, "what cannot be sent is refused at start");
      equals([refused.isAlive, refused.exitCode], [false, undefined], "what was refused has not begun");
    },
  },
  {
    law: "T1",
    title: "a backend without threads or processes of one's own refuses to make one",
    lacks: "activities",
    async run(t) {
      const error = throws(
        () => t.backend.createActivity(t.tasks.nothing),
        UnsupportedError,
        /createActivity.*activities/,
        "createActivity() is refused by name, with the alternative",
      );
      same(error.backend, t.backend.name, "the error names the backend");
    },
  },
  {
    law: "T2",
    title: "an error of the function reaches join and the excepthook, as errors of tasks do",
    requires: ["activities"],
    async run(t) {
      const activity = t.activity(t.tasks.throwKind, { args: ["properties"], name: "printer" });
      const error = (await failure(t, activity)) as Error & { status?: number };
      holds(error instanceof Error, "the error is one");
      equals([error.message, error.status], ["with properties", 404], "with its properties");
      holds(/throwKind/.test(error.stack ?? ""), `with the stack from over there (it is: ${error.stack})`);
    },
  },
  {
    law: "T2",
    title: "an error of what the function left behind reaches join and the excepthook",
    requires: ["activities"],
    async run(t) {
      const error = (await failure(t, t.activity(t.tasks.failLater, { args: [10, "left behind"] }))) as Error;
      holds(/left behind/.test(error.message), `join has the error (got ${error})`);
    },
  },
  {
    law: "T2",
    title: "an error that nobody joins reaches the excepthook",
    requires: ["activities"],
    async run(t) {
      const activity = t.activity(t.tasks.fail, { args: ["not joined"] });
      activity.start();
      await until(() => !activity.isAlive, "it ends");
      equals(
        t.reported.map(({ error }) => (error as Error).message),
        ["not joined"],
        "the excepthook is called once",
      );
    },
  },
  {
    law: "T2",
    title: "a function that cannot be sent is refused when the activity is made",
    requires: ["activities", "isolated"],
    needs: ["references"],
    async run(t) {
      const captured = t.backend.name;
      throws(() => t.activity(() => captured), TaskReferenceError, /captured/, "a closure is refused at once");
    },
  },
  {
    law: "T2",
    title: "an uncaught error does not end the program",
    requires: ["activities"],
    needs: ["runProgram"],
    async run(t) {
      const run = await t.need("runProgram")("failingActivity");
      checkEnd(run, "a program whose activity fails goes on");
      same(run.stdout.trim(), "still here", "to its own end");
      same(run.stderr.split("Exception in").length - 1, 1, `the error is printed once (stderr: ${run.stderr})`);
      holds(/ printer: /.test(run.stderr), `with the name (stderr: ${run.stderr})`);
    },
  },
  {
    law: "T3",
    title: "one that is no daemon holds the process until it has ended",
    requires: ["activities"],
    needs: ["runProgram", "programsEnd"],
    async run(t) {
      const run = await t.need("runProgram")("activity");
      checkEnd(run, "a program with an activity left behind ends when that does");
      equals(run.stdout.trim().split("\n"), ["leaving", "worked0"], "an activity holds the process");
    },
  },
  {
    law: "T3",
    title: "a daemon does not hold the process, except while it is joined, and ends with it",
    requires: ["activities"],
    needs: ["runProgram", "programsEnd"],
    async run(t) {
      const run = await t.need("runProgram")("daemons");
      checkEnd(run, "a program with daemons left behind ends by itself");
      const [joined, daemon] = run.stdout.trim().split("\n");
      same(joined, "joined true", "a daemon that is joined is waited for");
      const { isProcessAlive } = t.environment;
      const id = Number(daemon?.split(" ")[1]);
      if (isProcessAlive) await until(() => !isProcessAlive(id), "a daemon ends with its program", 1500);
    },
  },
  {
    law: "T4",
    title: "the exit code is 0, or what the program said",
    requires: ["activities", "isolated"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const hasCodes = (await executor.submit(t.tasks.processId)) >= 0;
      for (const [task, code] of [
        [t.activity(t.tasks.nothing), 0],
        [t.activity(t.tasks.exitWorker, { args: [0] }), 0],
        // In a runtime without exit codes a worker ends itself by close(), which takes none.
        [t.activity(t.tasks.exitWorker, { args: [3] }), hasCodes ? 3 : 0],
        [t.activity(t.tasks.setExitCode, { args: [5] }), hasCodes ? 5 : 0],
      ] as const) {
        task.start();
        same(await ends(task), true, "join returns true");
        same(task.exitCode, code, "the exit code is that of its end");
      }
      equals(t.reported, [], "an exit is no error");
    },
  },
  {
    law: "T4",
    title: "a value that is returned is dropped, also one that cannot be sent",
    requires: ["activities"],
    async run(t) {
      const activity = t.activity(t.tasks.unsendable);
      activity.start();
      same(await ends(activity), true, "join returns true");
      same(activity.exitCode, 0, "there is no error");
    },
  },
  ...(["terminate", "kill"] as const).flatMap((how): LawTest[] => [
    {
      law: "T4",
      title: `${how} ends a loop that never yields`,
      requires: ["activities", "terminate"],
      run: (t) => checkCutOff(t, how, true),
    },
    {
      law: "T4",
      title: `${how} right after start ends it`,
      requires: ["activities", "terminate"],
      run: (t) => checkCutOff(t, how, false),
    },
  ]),
  {
    law: "T4",
    title: "a process has a pid, and the signal that ended it",
    requires: ["activities", "terminate"],
    needs: ["isProcessAlive"],
    async run(t) {
      const isAlive = t.need("isProcessAlive");
      for (const [how, signal] of [
        ["terminate", "SIGTERM"],
        ["kill", "SIGKILL"],
      ] as const) {
        const process = t.activity(t.tasks.spinForever) as Activity & { pid?: number; signal?: string | null };
        same(process.pid, undefined, "there is no pid before start");
        process.start();
        const { pid = 0 } = process;
        holds(pid > 0 && isAlive(pid), `the pid is that of a process (got ${pid})`);
        process[how]();
        await ends(process);
        same(process.signal, signal, `${how} sends ${signal}`);
        same(isAlive(pid), false, "the process is gone");
      }
    },
  },
  {
    law: "T5",
    title: "what it prints arrives, in order, and nothing is lost at exit",
    requires: ["activities", "stdout"],
    needs: ["runProgram"],
    async run(t) {
      const run = await t.need("runProgram")("printingActivities");
      checkEnd(run, "a program whose activities print ends");
      for (const [stream, prefix] of [
        ["stdout", "a"],
        ["stderr", "b"],
      ] as const) {
        const printed = run[stream].split("\n").filter((line) => line.startsWith(prefix));
        const expected = Array.from({ length: 500 }, (_, n) => `${prefix}${n}`);
        equals(printed, expected, `the lines on ${stream} are all there, in order`);
      }
      if (t.environment.programsEnd)
        same(run.stdout.trim().split("\n").at(-1), "late0", "what a timer printed after the function's end is there");
    },
  },
];
