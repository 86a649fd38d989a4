import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  AbortError,
  CancelledError,
  Future,
  InvalidStateError,
  setException,
  setResult,
  TaskGroup,
} from "../src/index.js";
import { outcomeOf, turn } from "./support.js";

/** Ends when the signal fires, as obedient work does. */
async function untilAborted(signal: AbortSignal): Promise<never> {
  return sleep(60_000, undefined as never, { signal });
}

/** The errors of the AggregateError that `run` rejects with. */
async function errorsOf(run: Promise<unknown>): Promise<unknown[]> {
  const outcome = await outcomeOf(run);
  if (!("thrown" in outcome)) throw new Error("The group did not fail.");
  expect(outcome.thrown).toBeInstanceOf(AggregateError);
  return (outcome.thrown as AggregateError).errors;
}

describe("TaskGroup", () => {
  it("G1 waits for all children and gives the body's value", async () => {
    const ended: string[] = [];
    const future = new Future<number>();
    const value = await TaskGroup.run(async (group) => {
      group.start(async () => {
        await turn();
        ended.push("started one");
      });
      group.add(future).addDoneCallback(() => ended.push("added one"));
      setImmediate(() => setImmediate(() => setResult(future, 1)));
      return "body";
    });
    expect(value).toBe("body");
    expect(ended.sort()).toEqual(["added one", "started one"]);
  });

  it("G1 waits for children that children start", async () => {
    const ended: number[] = [];
    await TaskGroup.run((group) => {
      const grow = async (depth: number): Promise<void> => {
        await turn();
        if (depth < 5) group.start(() => grow(depth + 1));
        ended.push(depth);
      };
      group.start(() => grow(0));
    });
    expect(ended).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("gives what start() returns as a future that is running", async () => {
    await TaskGroup.run(async (group) => {
      const child = group.start(async (signal) => {
        await turn();
        return signal === group.signal;
      });
      expect(child.state).toBe("running");
      expect(child.cancel()).toBe(false);
      expect(await child).toBe(true);
      expect(await group.start(() => 5)).toBe(5);
    });
  });

  it("G1 an error aborts the siblings, and only it is in the group of errors", async () => {
    const aborted: string[] = [];
    const queued = new Future<number>();
    const errors = await errorsOf(
      TaskGroup.run((group) => {
        group.add(queued);
        group.start(async (signal) => {
          await untilAborted(signal).finally(() => aborted.push("sibling"));
        });
        group.start(async () => {
          await turn();
          throw new Error("boom");
        });
      }),
    );
    expect(errors.map(String)).toEqual(["Error: boom"]);
    expect(aborted).toEqual(["sibling"]);
    expect(queued.cancelled()).toBe(true);
  });

  it("G1 an error aborts the body that listens", async () => {
    const errors = await errorsOf(
      TaskGroup.run(async (group) => {
        group.start(async () => {
          throw new RangeError("child");
        });
        await untilAborted(group.signal);
      }),
    );
    expect(errors.map(String)).toEqual(["RangeError: child"]);
  });

  it("G1 groups the errors of body and children, and those of cleaning up", async () => {
    const errors = await errorsOf(
      TaskGroup.run(async (group) => {
        group.start(async (signal) => {
          await untilAborted(signal).catch(() => {
            throw new Error("clean-up");
          });
        });
        throw new Error("body");
      }),
    );
    expect(errors.map(String)).toEqual(["Error: body", "Error: clean-up"]);
  });

  it("G1 counts a sibling that throws the signal's reason as stopped, not as failed", async () => {
    const errors = await errorsOf(
      TaskGroup.run((group) => {
        group.start(async (signal) => {
          await untilAborted(signal).catch(() => signal.throwIfAborted());
        });
        group.start(async () => {
          throw new Error("boom");
        });
      }),
    );
    expect(errors.map(String)).toEqual(["Error: boom"]);
  });

  it("G1 takes errors that are no errors", async () => {
    const run = TaskGroup.run((group) => {
      group.start(async () => {
        throw undefined;
      });
      const failed = new Future<number>();
      setException(failed, 0);
      group.add(failed);
    });
    expect((await errorsOf(run)).sort()).toEqual([0, undefined]);
  });

  it("G1 a child that is cancelled alone disturbs nobody", async () => {
    const child = new Future<number>();
    const value = await TaskGroup.run(async (group) => {
      group.add(child);
      group.start(async () => {
        throw new AbortError("just me");
      });
      child.cancel();
      await turn();
      expect(group.signal.aborted).toBe(false);
      return "fine";
    });
    expect(value).toBe("fine");
  });

  it("G1 a cancellation of the body alone ends the group with it", async () => {
    let sibling: Future<void> | undefined;
    const run = TaskGroup.run(async (group) => {
      sibling = group.start(untilAborted);
      throw new CancelledError("body");
    });
    await expect(run).rejects.toThrow(CancelledError);
    expect(sibling?.cancelled()).toBe(true);
  });

  it("takes no children after its end", async () => {
    let kept: TaskGroup | undefined;
    await TaskGroup.run((group) => {
      kept = group;
    });
    expect(() => kept?.add(new Future())).toThrow(InvalidStateError);
    expect(() => kept?.start(() => 1)).toThrow(/has ended/);
  });

  it("either waits for a child that comes late, or refuses it", async () => {
    for (let ticks = 0; ticks < 12; ticks++) {
      let late: "refused" | "waiting" | "done" | undefined;
      await TaskGroup.run((group) => {
        const first = group.start(async () => {
          await turn();
        });
        void first.then(async () => {
          for (let tick = 0; tick < ticks; tick++) await undefined;
          try {
            late = "waiting";
            group.start(async () => {
              await turn();
              late = "done";
            });
          } catch {
            late = "refused";
          }
        });
      });
      expect(late, `after ${ticks} ticks`).not.toBe("waiting");
      await turn();
    }
  });

  it("aborts a child that is added after the abort", async () => {
    const late = new Future<number>();
    const errors = await errorsOf(
      TaskGroup.run(async (group) => {
        group.start(async () => {
          throw new Error("first");
        });
        await turn();
        group.add(late);
      }),
    );
    expect(errors).toHaveLength(1);
    expect(late.cancelled()).toBe(true);
  });

  it("abort(reason) asks every child, and ends without an error if they obey", async () => {
    const asked: unknown[] = [];
    await TaskGroup.run(async (group) => {
      const owned = new Future<number>({
        cancel: () => false,
        abort: (future, reason) => {
          asked.push(reason);
          setResult(future as Future<number>, 1);
        },
      });
      group.add(owned);
      const started = group.start(untilAborted);
      group.abort("enough");
      expect(group.signal.reason).toBe("enough");
      group.abort("again");
      await started.catch(() => {});
    });
    expect(asked).toEqual(["enough"]);
  });

  it("abort() without a reason has an AbortError for one", async () => {
    await TaskGroup.run((group) => {
      group.abort();
      expect(group.signal.reason).toBeInstanceOf(AbortError);
    });
  });

  it("checks what it is given", async () => {
    await expect(TaskGroup.run(undefined as never)).rejects.toThrow(/body must be a function/);
    const group = new TaskGroup();
    expect(() => group.add(Promise.resolve() as never)).toThrow(/future must be a Future/);
    expect(() => group.start(1 as never)).toThrow(/run must be a function/);
    expect(() => new TaskGroup({ signal: 5 as never })).toThrow(/signal must be an AbortSignal/);
    expect(() => new TaskGroup(null as never)).toThrow(/options must be an object/);
  });
});
