import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import * as core from "../src/index.js";
import {
  AbortError,
  BrokenExecutorError,
  CancelledError,
  DataCloneError,
  EverycoreError,
  ExecutorShutdownError,
  errorCodes,
  InvalidStateError,
  isEverycoreError,
  ProtocolError,
  QueueFullError,
  TaskReferenceError,
  TimeoutError,
  UnsupportedError,
  WorkerLostError,
} from "../src/index.js";

type Core = typeof core;

/** One of each. */
function samples(from: Core = core): Record<string, EverycoreError> {
  return {
    CancelledError: new from.CancelledError(),
    AbortError: new from.AbortError("why"),
    TimeoutError: new from.TimeoutError(),
    InvalidStateError: new from.InvalidStateError("no"),
    ExecutorShutdownError: new from.ExecutorShutdownError("submit", "Pool"),
    BrokenExecutorError: new from.BrokenExecutorError("broken", { cause: new Error("cause") }),
    WorkerLostError: new from.WorkerLostError("lost", { exitCode: 3 }),
    QueueFullError: new from.QueueFullError(5),
    QueueEmptyError: new from.QueueEmptyError("nothing came"),
    QueueShutDownError: new from.QueueShutDownError("over"),
    ChannelClosedError: new from.ChannelClosedError("closed"),
    EndOfFileError: new from.EndOfFileError("no more"),
    LockAbandonedError: new from.LockAbandonedError("A Lock", "pool-0", "exited with code 3"),
    BrokenBarrierError: new from.BrokenBarrierError("broken"),
    TaskReferenceError: new from.TaskReferenceError("no", { captured: ["a"] }),
    DataCloneError: new from.DataCloneError("args[0]", "is a function"),
    UnsupportedError: new from.UnsupportedError("moving", "Pool", "Copy."),
    ProtocolError: new from.ProtocolError("no"),
    KernelError: new from.KernelError("no", { reason: "unknown-name", location: { file: "a.ts", line: 1, column: 1 } }),
    DeviceLostError: new from.DeviceLostError("gone"),
  };
}

/** Another copy of the built package, as a program with two versions in node_modules has it. */
const copies = (): Promise<Core[]> =>
  Promise.all(
    [1, 2].map((copy) => import(new URL(`../dist/index.js?copy=${copy}`, import.meta.url).href) as Promise<Core>),
  );

describe("errors", () => {
  it("X6 are all in the table, with a code of their own", () => {
    const classes = Object.entries(core).filter(
      ([, value]) => typeof value === "function" && value.prototype instanceof Error && value !== EverycoreError,
    );
    const made = samples();
    expect(classes.map(([name]) => name).sort()).toEqual(Object.keys(made).sort());
    const codes = Object.values(made).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(Object.keys(errorCodes)).toContain(code);
  });

  it("X6 are documented in docs/errors.md, each code with its meaning", () => {
    const text = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
    const sections = new Map(
      text
        .split(/^## /m)
        .map((section) => [section.split("\n", 1)[0], section.replaceAll("`", "").replace(/\s+/g, " ")]),
    );
    for (const [code, meaning] of Object.entries(errorCodes)) {
      expect(sections.get(code), `heading "## ${code}"`).toBeDefined();
      expect(sections.get(code)).toContain(meaning);
    }
    const documented = [...sections.keys()].filter((heading) => heading?.startsWith("EVERYCORE_"));
    expect(documented.sort()).toEqual(Object.keys(errorCodes).sort());
  });

  it.each(Object.entries(samples()))("%s has its name, its stack and its class", (name, error) => {
    expect(error.name).toBe(name);
    expect(String(error)).toBe(`${name}: ${error.message}`);
    expect(error.stack?.split("\n")[0]).toContain(error.message);
    expect(inspect(error)).toContain(error.message);
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(EverycoreError);
    expect(isEverycoreError(error)).toBe(true);
    expect(isEverycoreError(error, error.code)).toBe(true);
    expect(isEverycoreError(error, "EVERYCORE_PROTOCOL")).toBe(name === "ProtocolError");
    expect(Object.keys(error)).toContain("code");
  });

  it("tells classes apart", () => {
    expect(new AbortError()).toBeInstanceOf(CancelledError);
    expect(new CancelledError()).not.toBeInstanceOf(AbortError);
    expect(new TimeoutError()).not.toBeInstanceOf(CancelledError);
    for (const other of [null, undefined, 1, "x", {}, new Error("x"), { code: "EVERYCORE_TIMEOUT" }, () => {}]) {
      expect(other instanceof EverycoreError).toBe(false);
      expect(isEverycoreError(other)).toBe(false);
    }
  });

  it("X6 are recognised across duplicate copies of the package", async () => {
    const [first, second] = (await copies()) as [Core, Core];
    expect(first.TimeoutError).not.toBe(second.TimeoutError);
    for (const [name, error] of Object.entries(samples(first))) {
      const theirs = second[name as "TimeoutError"];
      expect(error instanceof theirs, name).toBe(true);
      expect(error instanceof second.EverycoreError, name).toBe(true);
      expect(second.isEverycoreError(error, error.code), name).toBe(true);
      expect(error instanceof second.ProtocolError, name).toBe(name === "ProtocolError");
    }
    expect(new first.AbortError() instanceof second.CancelledError).toBe(true);
    expect(new first.CancelledError() instanceof second.AbortError).toBe(false);
    expect(second.isFuture(new first.Future())).toBe(true);
  });

  it("X6 keep code and class on a wire between two copies", async () => {
    const [first, second] = (await copies()) as [Core, Core];
    for (const error of Object.values(samples(first))) {
      const arrived = second.decodeError(structuredClone(first.encodeError(error)));
      expect(second.isEverycoreError(arrived, error.code)).toBe(true);
    }
    // A task whose own copy of the package is not the worker's.
    const foreign = second.decodeError(structuredClone(second.encodeError(new first.TimeoutError("task"))));
    expect(second.isEverycoreError(foreign, "EVERYCORE_TIMEOUT")).toBe(true);
    expect(foreign instanceof second.TimeoutError).toBe(true);
  });
});

describe("classes that users derive", () => {
  class Slow extends TimeoutError {}
  class Named extends TimeoutError {
    override name = "Named";
  }
  class Assigned extends WorkerLostError {
    constructor() {
      super("assigned");
      this.name = "Assigned";
    }
  }

  it("are instances of what they extend, and others are not instances of them", () => {
    expect(new Slow()).toBeInstanceOf(Slow);
    expect(new Slow()).toBeInstanceOf(TimeoutError);
    expect(new Slow()).toBeInstanceOf(EverycoreError);
    expect(new TimeoutError()).not.toBeInstanceOf(Slow);
    expect(new Named()).not.toBeInstanceOf(Slow);
    expect(new Slow().name).toBe("TimeoutError");
    expect(new Slow().code).toBe("EVERYCORE_TIMEOUT");
  });

  it("may set their name, as a field or by assignment", () => {
    expect(new Named().name).toBe("Named");
    const assigned = new Assigned();
    expect(assigned.name).toBe("Assigned");
    expect(String(assigned)).toBe("Assigned: assigned");
    expect(assigned).toBeInstanceOf(WorkerLostError);
    expect(new WorkerLostError("x").name).toBe("WorkerLostError");
  });
});

describe("messages of errors", () => {
  it("say what happened and what to do", () => {
    expect(new ExecutorShutdownError("submit", 'Pool "p"').message).toBe(
      'Cannot submit: Pool "p" has been shut down. Create a new executor.',
    );
    expect(new QueueFullError(5).message).toContain("maxQueue: 5");
    expect(new QueueFullError(5).message).toContain("executor.ready()");
    expect(new DataCloneError("args[0].f", "is a function").message).toBe(
      "args[0].f is a function, which cannot be sent to another worker.",
    );
    expect(new UnsupportedError("moving", "Pool", "Copy.").message).toBe("Pool does not support moving. Copy.");
  });

  it("carry what they know", () => {
    const reason = new Error("stop");
    expect(new AbortError(reason)).toMatchObject({ reason, cause: reason, message: "The task was aborted: stop." });
    expect(new AbortError()).toMatchObject({ reason: undefined, message: "The task was aborted." });
    expect(Object.hasOwn(new AbortError(), "cause")).toBe(false);
    expect(new AbortError(Object.create(null)).message).toContain("aborted");
    expect(new AbortError(Symbol("s")).message).toBe("The task was aborted: Symbol(s).");
    expect(new WorkerLostError("x")).toMatchObject({ exitCode: null, signal: null });
    expect(new WorkerLostError("x", { exitCode: 0, signal: "SIGKILL", cause: 1 })).toMatchObject({
      exitCode: 0,
      signal: "SIGKILL",
      cause: 1,
    });
    expect(new TaskReferenceError("x")).toMatchObject({ captured: [] });
    expect(new BrokenExecutorError("x", { cause: reason }).cause).toBe(reason);
    expect(new DataCloneError("args[1]", "is a symbol").path).toBe("args[1]");
    expect(new InvalidStateError("x").code).toBe("EVERYCORE_INVALID_STATE");
    expect(new ProtocolError("x").code).toBe("EVERYCORE_PROTOCOL");
  });
});
