import {
  type Activity,
  type ActivityOptions,
  type AnyTask,
  encodeError,
  InvalidStateError,
  type PortableForm,
  ProtocolError,
  type Recipient,
  registerPortable,
  WorkerLostError,
} from "@everycore/core";
import { describe, expect, it } from "vitest";
import { type ActivityKind, WorkerActivity } from "../src/host/activity.js";
import type { Endpoint, EndpointEvents, WorkerEnd, WorkerSpec } from "../src/wire/endpoint.js";
import { taskFlags } from "../src/wire/protocol.js";
import { HandRuntime, type HandWorker } from "./fake-runtime.js";
import { outcomeOf, thrownBy } from "./support.js";

const order: string[] = [];

class HandActivity extends WorkerActivity {
  readonly uncaughtErrors: unknown[] = [];
  readonly runtime: HandRuntime;

  constructor(options: ActivityOptions = {}, signals = false, target: AnyTask = () => 1) {
    const runtime = new HandRuntime({
      start(worker) {
        worker.obedient = false;
        return worker;
      },
    });
    super({ ...kindOf(runtime), signals }, target, options);
    this.runtime = runtime;
  }

  get worker(): HandWorker {
    return this.runtime.workers.at(-1) as HandWorker;
  }

  protected launch(spec: WorkerSpec, events: EndpointEvents): Endpoint {
    return this.runtime.start(spec, events);
  }

  close(): void {
    this.shut();
  }
}

const alive = new Set<Activity>();

function kindOf({ capabilities, resolver }: HandRuntime): Omit<ActivityKind, "signals"> {
  const excepthook = (error: unknown, activity: Activity): void => {
    order.push("uncaught");
    (activity as HandActivity).uncaughtErrors.push(error);
  };
  return { kind: "Thread", capabilities, resolver, optionNames: ["colour"], alive, excepthook };
}

function started(options: ActivityOptions = {}, signals = false): HandActivity {
  const activity = new HandActivity(options, signals);
  activity.start();
  activity.worker.ready();
  return activity;
}

/** Has the function answer, if it does, and the worker end; gives the exit code. */
async function exitCodeAfter(
  end: WorkerEnd,
  { stopped = false, status = -1, signals = false }: { stopped?: boolean; status?: number; signals?: boolean } = {},
): Promise<number | null | undefined> {
  const activity = started({}, signals);
  activity.worker.mortal = false;
  if (status >= 0) activity.worker.answer(0, status === 1 ? encodeError(new Error("x")) : 1, status);
  if (stopped) activity.terminate();
  activity.worker.end(end);
  await outcomeOf(activity.join());
  return activity.exitCode;
}

describe("an activity", () => {
  it("posts everything at the start: init, the task, stop", () => {
    const { worker } = started({ args: [1, "b"], name: "one" });
    expect(worker.types).toEqual(["init", "run", "stop"]);
    expect(worker.spec.name).toBe("one");
    expect(worker.tasks).toMatchObject([{ slot: -1, args: [1, "b"], flags: taskFlags.noResult }]);
  });

  it("holds the process unless it is a daemon that nobody joins", async () => {
    expect(started().worker.holds).toEqual([true]);
    const daemon = started({ daemon: true });
    expect(await daemon.join({ timeoutMs: 1 })).toBe(false);
    expect(daemon.worker.holds).toEqual([false, true, false]);
  });

  it("is among those alive from its start to its end", async () => {
    const activity = started();
    expect([...alive]).toContain(activity);
    activity.worker.answer(0, 1, 0);
    activity.worker.end({ exitCode: 0 });
    await activity.join();
    expect([...alive]).not.toContain(activity);
  });

  it("can be started again when what it was to be sent was refused", async () => {
    const activity = new HandActivity({ args: [new Uint8Array(1)] });
    const { runtime } = activity;
    const { start } = runtime;
    let refusals = 1;
    runtime.start = (spec, events) => {
      const worker = start.call(runtime, spec, events) as HandWorker;
      worker.onSend = ({ type }) => {
        if (type === "run" && refusals-- > 0) throw new TypeError("too heavy");
      };
      return worker;
    };
    expect(() => activity.start()).toThrow("args holds a value");
    expect(activity.worker.terminations).toEqual([true]);
    expect([activity.isAlive, activity.exitCode]).toEqual([false, undefined]);
    activity.start();
    activity.worker.ready().end({ exitCode: 0 });
    expect(await activity.join()).toBe(true);
    expect(activity.uncaughtErrors).toEqual([]);
  });

  it("tells portable arguments of the end, then the hook, then those who joined", async () => {
    order.length = 0;
    class Lamp {
      toPortable(recipient: Recipient): PortableForm {
        recipient.onEnd((how) => order.push(`${recipient.name} ${how}`));
        return { type: "test/Lamp", module: import.meta.url, data: 1 };
      }
    }
    registerPortable("test/Lamp", () => new Lamp());
    const activity = started({ args: [{ lamp: new Lamp() }], name: "one" });
    const joined = activity.join().catch(() => order.push("joined"));
    activity.worker.answer(0, encodeError(new Error("x")), 1);
    activity.worker.end({ exitCode: 3 });
    await joined;
    expect(order).toEqual(["one exited with code 3", "uncaught", "joined"]);
  });

  it.each<[string, WorkerEnd, object, number | null]>([
    ["returned", { exitCode: 0 }, { status: 0 }, 0],
    ["failed", { exitCode: 1 }, { status: 1 }, 1],
    ["failed, and ended with nothing to say", { exitCode: 0 }, { status: 1 }, 1],
    ["exited with 3", { exitCode: 3 }, {}, 3],
    ["left an error behind", { exitCode: 1, cause: new Error("x") }, { status: 0 }, 1],
    ["was terminated", { exitCode: 1 }, { stopped: true }, null],
    ["was terminated while it started", { exitCode: 0 }, { stopped: true }, null],
    ["was terminated when its timers ran", { exitCode: 1 }, { stopped: true, status: 0 }, null],
    ["was faster than its end", { exitCode: 0 }, { stopped: true, status: 0 }, 0],
    ["exited with 3 before its end", { exitCode: 3 }, { stopped: true }, 3],
    ["was ended by a signal", { exitCode: null, signal: "SIGTERM" }, { stopped: true, signals: true }, null],
    ["took the signal and exited", { exitCode: 0, signal: null }, { stopped: true, signals: true }, 0],
  ])("that %s has the exit code of that", async (_, end, story, expected) => {
    expect(await exitCodeAfter(end, story)).toBe(expected);
  });

  it("whose worker never was ready could not start", async () => {
    const activity = new HandActivity({ name: "one" });
    activity.start();
    activity.worker.end({ cause: new Error("no such file") });
    const { thrown } = (await outcomeOf(activity.join())) as { thrown: WorkerLostError };
    expect(thrown).toBeInstanceOf(WorkerLostError);
    expect(thrown.message).toBe('Thread "one" could not start: it failed with Error: no such file.');
    expect([activity.exitCode, activity.uncaughtErrors]).toEqual([1, [thrown]]);
  });

  it("whose worker talks nonsense ends with a ProtocolError", async () => {
    const activity = started();
    activity.worker.say({ type: "exec" });
    expect(activity.worker.terminations).toEqual([true]);
    const { thrown } = (await outcomeOf(activity.join())) as { thrown: unknown };
    expect(thrown).toBeInstanceOf(ProtocolError);
  });

  it("says more of an end that its runtime can explain", async () => {
    const activity = started({ name: "one" });
    activity.worker.end({ exitCode: 1, cause: new Error("heap"), description: "ran out of memory" });
    const { thrown } = (await outcomeOf(activity.join())) as { thrown: Error };
    expect(thrown.message).toBe('Thread "one" ran out of memory.');
  });

  it("that was closed can only be looked at", async () => {
    const activity = started({ name: "one" });
    expect(() => activity.close()).toThrow(/cannot be closed while it runs.*terminate/);
    activity.worker.end({ exitCode: 0 });
    await activity.join();
    activity.close();
    expect([activity.exitCode, activity.isAlive]).toEqual([0, false]);
    for (const call of [() => activity.start(), () => activity.kill()]) {
      expect(thrownBy(call)).toBeInstanceOf(InvalidStateError);
    }
    await expect(activity.join()).rejects.toThrow("cannot be joined after close()");
    expect(String(activity)).toBe('Thread "one" (closed)');
  });

  it.each<[string, object, RegExp]>([
    ["args", { args: "ab" }, /args must be an array, not a string/],
    ["name", { name: 1 }, /name must be a string/],
    ["daemon", { daemon: 1 }, /daemon must be a boolean/],
    ["another name", { demon: true }, /no option "demon"\. There are args, name, daemon, colour/],
  ])("refuses wrong options at once: %s", (_, options, message) => {
    expect(() => new HandActivity(options)).toThrow(message);
  });

  it("refuses what is no function", () => {
    expect(() => new HandActivity({}, false, 1 as never)).toThrow("target must be a function, not a number (1)");
  });
});
