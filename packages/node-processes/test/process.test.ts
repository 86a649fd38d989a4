// What is special about Process; everything else is in laws T1 to T5.
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { InvalidStateError, TaskReferenceError, UnsupportedError } from "@everycore/core";
import {
  activeChildren,
  currentProcess,
  Process,
  type ProcessException,
  type ProcessOptions,
  parentProcess,
} from "@everycore/node-processes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tasks } from "./fixtures/process-tasks.mjs";

const { excepthook } = Process;
const taken: ProcessException[] = [];
beforeEach(() => {
  taken.length = 0;
  Process.excepthook = (exception) => taken.push(exception);
});
afterEach(() => {
  Process.excepthook = excepthook;
});

/** Starts a process whose function throws what it has to say. */
async function saidBy(process: Process): Promise<unknown> {
  process.start();
  return process.join().catch((said: unknown) => said);
}

describe("Process", () => {
  test("knows who it is, and whose child", async () => {
    const process_ = new Process(tasks.sayWhoIAm, { name: "mine", daemon: true });
    expect(process_.pid).toBeUndefined();
    expect(await saidBy(process_)).toEqual({
      current: { name: "mine", pid: process_.pid, daemon: true },
      parent: process.pid,
      parentLives: true,
    });
    expect(taken).toHaveLength(1);
    expect(taken[0]?.process).toBe(process_);
    expect(currentProcess()).toEqual({ name: "main", pid: process.pid, daemon: false });
    expect(parentProcess()).toBeUndefined();
  });

  test("arguments, env, cwd and execArgv reach it", async () => {
    const given = [new Map([["a", new Date(1)]]), new Uint8Array([1, 2])];
    const options = {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH ?? "", EVERYCORE_TEST: "yes" },
      execArgv: ["--no-warnings"],
    };
    const said = await saidBy(new Process(tasks.sayWhatIHave, { args: given, ...options }));
    expect(said).toMatchObject({ given, test: "yes", execArgv: ["--no-warnings"] });
  });

  test("may start processes itself", async () => {
    const said = await saidBy(new Process(tasks.startAnother, { name: "outer" }));
    expect(said).toMatchObject({ outer: { name: "outer" }, inner: { current: { name: "inner" } } });
    const { outer, inner } = said as { outer: { pid: number }; inner: { parent: number } };
    expect(inner.parent).toBe(outer.pid);
  });

  test("is among the active children while it lives", async () => {
    const first = new Process(tasks.spin, { name: "spins" });
    const second = new Process(tasks.spin);
    expect(inspect(first)).toBe('Process "spins" (initial)');
    for (const process of [first, second]) process.start();
    expect(activeChildren()).toEqual([first, second]);
    first.kill();
    await first.join();
    expect(activeChildren()).toEqual([second]);
    second.terminate();
    await second.join();
    expect([first.signal, second.signal, first.exitCode, second.exitCode]).toEqual(["SIGKILL", "SIGTERM", null, null]);
  });

  test("ended by a signal that nobody here sent says which, and is no error", async () => {
    const child = new Process(tasks.raise, { args: ["SIGINT"] });
    child.start();
    expect(await child.join()).toBe(true);
    expect([child.exitCode, child.signal, taken.length]).toEqual([null, "SIGINT", 0]);
  });

  test("closed can only be looked at", async () => {
    const child = new Process(tasks.spin);
    child.start();
    expect(() => child.close()).toThrow(/cannot be closed while it runs/);
    child.kill();
    await child.join();
    child.close();
    expect(child.signal).toBe("SIGKILL");
    await expect(child.join()).rejects.toThrow(InvalidStateError);
  });

  test("in a folder that is not there could not start", async () => {
    const child = new Process(tasks.spin, { name: "lost", cwd: "/no/such/folder" });
    child.start();
    expect(child.pid).toBeUndefined();
    await expect(child.join()).rejects.toThrow(/Process "lost" could not start: it could not be started: .*ENOENT/);
    expect(child.exitCode).toBe(1);
  });

  test("refuses at start what processes cannot share", async () => {
    const child = new Process((memory: SharedArrayBuffer) => void memory, { args: [new SharedArrayBuffer(8)] });
    expect(() => child.start()).toThrow(UnsupportedError);
    expect(activeChildren()).toEqual([]);
  });

  test("refuses wrong options and functions when it is made", () => {
    const create = (options: ProcessOptions) => () => new Process(() => {}, options as ProcessOptions<[]>);
    expect(create({ cwd: 1 as never })).toThrow("cwd must be a path or a file: URL, not a number (1)");
    expect(create({ maxWorkers: 2 } as never)).toThrow('options has no option "maxWorkers"');
    const captured = taken;
    expect(() => new Process(() => captured)).toThrow(TaskReferenceError);
  });

  test("may take SIGTERM and leave in its own way", async () => {
    const program = `
      import { Process } from "@everycore/node-processes";
      import { tasks } from ${JSON.stringify(new URL("./fixtures/process-tasks.mjs", import.meta.url).href)};
      const child = new Process(tasks.leaveOnSignal, { args: [7] });
      child.start();
      process.stdin.once("data", () => child.terminate());
      await child.join();
      console.log(child.exitCode, child.signal);
      process.exit();`;
    const parent = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
    });
    let output = "";
    parent.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    let errors = "";
    parent.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
      if (errors.includes("listening")) parent.stdin.write("now\n");
    });
    await new Promise((resolve) => parent.on("close", resolve));
    expect(`${output}${errors}`).toBe("7 null\nlistening\n");
  });
});
