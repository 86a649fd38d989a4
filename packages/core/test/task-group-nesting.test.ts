import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { AbortError, CancelledError, Future, setException, setResult, TaskGroup } from "../src/index.js";
import { listenerCount, outcomeOf, turn } from "./support.js";

async function thrownIn(run: Promise<unknown>): Promise<unknown> {
  const outcome = await outcomeOf(run);
  if (!("thrown" in outcome)) throw new Error("Nothing was thrown.");
  return outcome.thrown;
}

/** Errors as text, nested groups as lists. */
function shape(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors.map(shape) : String(error);
}

describe("nested task groups", () => {
  it("G1 nest their errors", async () => {
    const error = await thrownIn(
      TaskGroup.run((outer) => {
        outer.start((signal) =>
          TaskGroup.run(
            (inner) => {
              inner.start(async () => {
                throw new Error("inner");
              });
            },
            { signal },
          ),
        );
      }),
    );
    expect(shape(error)).toEqual([["Error: inner"]]);
  });

  it("G1 an error outside aborts the inside, and is there once", async () => {
    const ended: string[] = [];
    const error = await thrownIn(
      TaskGroup.run((outer) => {
        outer.start((signal) =>
          TaskGroup.run(
            (inner) => {
              inner.start(async (own) => {
                await sleep(60_000, undefined, { signal: own }).finally(() => ended.push("inner child"));
              });
            },
            { signal },
          ),
        );
        outer.start(async () => {
          await turn();
          throw new Error("outer");
        });
      }),
    );
    expect(shape(error)).toEqual(["Error: outer"]);
    expect(ended).toEqual(["inner child"]);
  });

  it("G1 an inner group in the body passes its group of errors to the outer one", async () => {
    const error = await thrownIn(
      TaskGroup.run(async (outer) => {
        outer.start((signal) => sleep(60_000, undefined, { signal }));
        await TaskGroup.run((inner) => {
          inner.start(async () => {
            throw new Error("deep");
          });
        });
      }),
    );
    expect(shape(error)).toEqual([["Error: deep"]]);
  });

  it("G1 three deep, an abort from above reaches the lowest and waits for it", async () => {
    const controller = new AbortController();
    const ended: number[] = [];
    const nest = (depth: number, signal: AbortSignal): Promise<void> =>
      TaskGroup.run(
        (group) => {
          if (depth < 3) group.start((own) => nest(depth + 1, own));
          group.start(async (own) => {
            await sleep(60_000, undefined, { signal: own }).catch(() => {});
            await turn();
            ended.push(depth);
          });
        },
        { signal },
      );
    const run = outcomeOf(nest(1, controller.signal));
    await turn();
    controller.abort("top");
    expect(await run).toEqual({ thrown: "top" });
    expect(ended.sort()).toEqual([1, 2, 3]);
  });
});

describe("a parent's abort", () => {
  it("G1 wins over the errors of children and body", async () => {
    const controller = new AbortController();
    const reason = new Error("parent");
    const error = await thrownIn(
      TaskGroup.run(
        async (group) => {
          group.start(async (signal) => {
            await sleep(60_000, undefined, { signal }).catch(() => {
              throw new Error("clean-up");
            });
          });
          controller.abort(reason);
          throw new Error("body");
        },
        { signal: controller.signal },
      ),
    );
    expect(error).toBe(reason);
  });

  it("G1 wins when it comes after an error, while the others still stop", async () => {
    const controller = new AbortController();
    const error = await thrownIn(
      TaskGroup.run(
        (group) => {
          group.start(async () => {
            throw new Error("child");
          });
          group.start(async (signal) => {
            await sleep(60_000, undefined, { signal }).catch(() => controller.abort("late"));
          });
        },
        { signal: controller.signal },
      ),
    );
    expect(error).toBe("late");
  });

  it("G1 that came before ends the group, and its children are aborted", async () => {
    const child = new Future<number>();
    const error = await thrownIn(
      TaskGroup.run((group) => void group.add(child), { signal: AbortSignal.abort("before") }),
    );
    expect(error).toBe("before");
    expect(child.cancelled()).toBe(true);
  });

  it("leaves no listener on the parent's signal", async () => {
    const { signal } = new AbortController();
    for (let round = 0; round < 15; round++) {
      await TaskGroup.run((group) => void group.start(turn), { signal });
      await outcomeOf(
        TaskGroup.run(
          () => {
            throw new Error("x");
          },
          { signal },
        ),
      );
    }
    expect(listenerCount(signal)).toBe(0);
  });
});

describe("a task group in a scope", () => {
  it("G1 waits at the end of `await using`", async () => {
    const ended: string[] = [];
    await (async () => {
      await using group = new TaskGroup();
      group.start(async () => {
        await turn();
        ended.push("child");
      });
    })();
    expect(ended).toEqual(["child"]);
  });

  it("G1 throws the children's errors there", async () => {
    const error = await thrownIn(
      (async () => {
        await using group = new TaskGroup();
        const future = group.add(new Future<number>());
        setException(future, new Error("child"));
        group.add(new Future<number>());
      })(),
    );
    expect(shape(error)).toEqual(["Error: child"]);
  });

  it("G1 lets the body's own error out, when the children did well", async () => {
    const child = new Future<number>();
    const error = await thrownIn(
      (async () => {
        await using group = new TaskGroup();
        group.add(child);
        setImmediate(() => setResult(child, 1));
        throw new RangeError("body");
      })(),
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(child.done()).toBe(true);
  });

  it("G1 can be disposed of twice", async () => {
    const group = new TaskGroup();
    await group[Symbol.asyncDispose]();
    await group[Symbol.asyncDispose]();
  });

  it("G1 an AbortError of a child's own does not hide a cancellation from above", async () => {
    const controller = new AbortController();
    const error = await thrownIn(
      TaskGroup.run(
        async (group) => {
          group.start(async () => {
            throw new AbortError("own");
          });
          controller.abort(new CancelledError("above"));
          await turn();
        },
        { signal: controller.signal },
      ),
    );
    expect(error).toBeInstanceOf(CancelledError);
    expect((error as Error).message).toBe("above");
  });
});
