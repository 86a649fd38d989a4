// G1, G2: structured concurrency over the executor's futures.

import { AbortError, type Future, TaskGroup, TimeoutError, timeout } from "@everycore/core";
import { equals, holds, rejection, rejects, same } from "../assertions.js";
import { delay, until } from "../conditions.js";
import type { LawTest } from "../law.js";

/** See the specification. */
export const groupLaws: readonly LawTest[] = [
  {
    law: "G1",
    title: "a group waits for all children, also late ones",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const children: Array<Future<unknown>> = [];
      const value = await TaskGroup.run(async (group) => {
        children.push(group.add(executor.submit(t.tasks.sleep, 15, 1)));
        children.push(group.add(executor.submit(t.tasks.nothing)));
        group.start(async () => {
          await delay(5);
          children.push(group.add(executor.submit(t.tasks.sleep, 10, 3)));
        });
        return "body";
      });
      same(value, "body", "the group's value is its body's");
      equals(
        children.map((child) => child.state),
        ["finished", "finished", "finished"],
        "no child outlives its group",
      );
    },
  },
  {
    law: "G1",
    title: "an error cancels siblings and the body, and only errors are grouped",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2, abortGraceMs: 60_000 });
      let running: Future<unknown> | undefined;
      let bodyStopped = false;
      const error = await rejects(
        TaskGroup.run(async (group) => {
          running = group.add(executor.submit(t.tasks.waitForAbort));
          await until(() => running?.running() === true, "a sibling runs");
          group.signal.addEventListener("abort", () => {
            bodyStopped = true;
          });
          group.add(executor.submit(t.tasks.failAfter, 5, "the first error"));
          await until(() => group.signal.aborted, "the body is told to stop");
        }),
        AggregateError,
        /./,
        "a group whose child fails ends with AggregateError",
      );
      equals(
        error.errors.map((each: Error) => each.message),
        ["the first error"],
        "only the errors are grouped, not the cancellations",
      );
      same(running?.cancelled(), true, "the sibling was aborted");
      same(bodyStopped, true, "the body's signal fired");
    },
  },
  {
    law: "G1",
    title: "errors of body and children are combined, and nested groups nest",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const error = await rejects(
        TaskGroup.run(async (outer) => {
          const failing = outer.add(executor.submit(t.tasks.fail, "outer"));
          await failing.exception();
          await TaskGroup.run(async (inner) => {
            const child = inner.add(executor.submit(t.tasks.fail, "inner"));
            await child.exception();
          });
        }),
        AggregateError,
        /./,
        "both errors are there",
      );
      const [first, second] = error.errors as [Error, AggregateError];
      same(first.message, "outer", "the child's error");
      holds(
        second instanceof AggregateError && second.errors[0].message === "inner",
        "the nested group's error is nested",
      );
    },
  },
  {
    law: "G1",
    title: "a child that was cancelled is no error, and a parent's abort wins",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 60_000 });
      await TaskGroup.run(async (group) => {
        const held = group.add(executor.submit(t.tasks.sleep, 15));
        await until(() => held.running(), "the worker is busy");
        group.add(executor.submit(t.tasks.nothing)).cancel();
      });
      const controller = new AbortController();
      const reason = new Error("the parent says so");
      const children: Array<Future<unknown>> = [];
      const ended = rejection(
        TaskGroup.run(
          async (group) => {
            children.push(
              group.add(executor.submit(t.tasks.waitForAbort)),
              group.add(executor.submit(t.tasks.waitForAbort)),
            );
            await until(() => children[0]?.running() === true, "a child runs");
            controller.abort(reason);
          },
          { signal: controller.signal },
        ),
        "a group whose parent aborts ends with it",
      );
      same(await ended, reason, "a parent's abort wins over everything else");
      holds(
        children.every((child) => child.cancelled()),
        "all children were aborted",
      );
    },
  },
  {
    law: "G1",
    title: "a group works with await using",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const group = new TaskGroup();
      const child = group.add(executor.submit(t.tasks.sleep, 10, "child"));
      await group[Symbol.asyncDispose]();
      same(child.state, "finished", "disposing of a group waits for its children");
      const late = await rejection(
        (async () => group.add(executor.submit(t.tasks.nothing)))(),
        "a closed group takes no child",
      );
      holds(/ended/.test((late as Error).message), "and says why");
    },
  },
  {
    law: "G2",
    title: "timeout aborts what was started with its signal",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 60_000 });
      let future: Future<unknown> | undefined;
      const call = timeout(30, ({ signal }) => {
        future = executor.with({ signal }).submit(t.tasks.waitForAbort);
        return future;
      });
      await rejects(call, TimeoutError, /30/, "timeout() ends with TimeoutError");
      await rejects(future as Future<unknown>, AbortError, /./, "its signal aborts the task");
      same(await timeout(5000, () => executor.submit(t.tasks.add, 1, 2)), 3, "a body in time gives its value");
    },
  },
  {
    law: "G2",
    title: "timeouts nest, can be moved, expire at once, and pass foreign errors through",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const inner = timeout(8000, () =>
        timeout(10, ({ signal }) => executor.with({ signal }).submit(t.tasks.sleep, 200)),
      );
      await rejects(inner, TimeoutError, /10 ms/, "the timeout that expires first ends the call");
      const moved = await timeout(15, async (scope) => {
        scope.reschedule(8000);
        await executor.submit(t.tasks.sleep, 40);
        return scope.expired;
      });
      same(moved, false, "a timeout that was moved does not expire at its old time");
      await rejects(
        timeout(0, () => executor.submit(t.tasks.sleep, 500)),
        TimeoutError,
        /./,
        "a timeout of 0 expires at once",
      );
      await rejects(
        timeout(8000, () => executor.submit(t.tasks.fail, "foreign")),
        Error,
        /foreign/,
        "a foreign error passes through",
      );
      const own = new TimeoutError("the body's own");
      same(
        await rejection(
          timeout(8000, () => Promise.reject(own)),
          "it rejects",
        ),
        own,
        "also one that looks like ours",
      );
    },
  },
];
