// F3–F9, F11: what a future tells, and to whom.

import {
  CancelledError,
  type Future,
  InvalidStateError,
  setCancelled,
  setException,
  setResult,
  TimeoutError,
} from "@everycore/core";
import { equals, holds, rejection, rejects, same, throws } from "../assertions.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

/** A future in each state. The gate that holds the running one opens at the end of the test. */
async function inEachState(
  t: LawContext,
): Promise<Record<"pending" | "running" | "cancelled" | "succeeded" | "failed", Future<unknown>>> {
  const executor = await t.executor({ maxWorkers: 1 });
  const succeeded = executor.submit(t.tasks.add, 1, 2);
  const failed = executor.submit(t.tasks.fail, "the stored error");
  await rejection(failed, "a task that throws fails its future");
  await succeeded;
  const { held } = await t.occupy(executor);
  const pending = executor.submit(t.tasks.add, 3, 4);
  const cancelled = executor.submit(t.tasks.add, 5, 6);
  cancelled.cancel();
  return { pending, running: held[0] as Future<unknown>, cancelled, succeeded, failed };
}

/** See the specification. */
export const futureLaws: readonly LawTest[] = [
  {
    law: "F3",
    title: "cancelled, running, done and state agree in every state",
    async run(t) {
      const futures = await inEachState(t);
      const expected = {
        pending: ["pending", false, false, false],
        running: ["running", false, true, false],
        cancelled: ["cancelled", true, false, true],
        succeeded: ["finished", false, false, true],
        failed: ["finished", false, false, true],
      };
      for (const [name, future] of Object.entries(futures)) {
        const actual = [future.state, future.cancelled(), future.running(), future.done()];
        equals(
          actual,
          expected[name as keyof typeof expected],
          `state, cancelled, running and done of a ${name} future`,
        );
      }
    },
  },
  {
    law: "F3",
    title: "cancel is true while pending and once cancelled, false otherwise",
    async run(t) {
      const futures = await inEachState(t);
      const expected = { pending: true, running: false, cancelled: true, succeeded: false, failed: false };
      for (const [name, future] of Object.entries(futures)) {
        same(future.cancel(), expected[name as keyof typeof expected], `cancel() of a ${name} future`);
      }
      same(futures.pending.state, "cancelled", "a future is cancelled as soon as cancel() has said so");
      same(futures.running.state, "running", "cancel() leaves a running future alone");
      same(futures.pending.cancel(), true, "cancel() of a cancelled future is true again");
    },
  },
  {
    law: "F4",
    title: "result with timeoutMs 0 only looks",
    async run(t) {
      const { pending, running, cancelled, succeeded, failed } = await inEachState(t);
      const look = (future: Future<unknown>): Promise<unknown> => future.result({ timeoutMs: 0 });
      await rejects(look(pending), TimeoutError, /./, "result({ timeoutMs: 0 }) of a pending future times out");
      await rejects(look(running), TimeoutError, /./, "result({ timeoutMs: 0 }) of a running future times out");
      await rejects(look(cancelled), CancelledError, /./, "result() of a cancelled future is a CancelledError");
      await rejects(look(failed), Error, /the stored error/, "result() of a failed future is its error");
      same(await look(succeeded), 3, "result() of a finished future is its value");
      throws(() => pending.resultNow(), InvalidStateError, /pending/, "resultNow() of a pending future says its state");
      same(succeeded.resultNow(), 3, "resultNow() of a finished future is its value");
    },
  },
  {
    law: "F5",
    title: "exception is the error, or null on success",
    async run(t) {
      const { pending, cancelled, succeeded, failed } = await inEachState(t);
      same(await succeeded.exception(), null, "exception() of a finished future is null");
      same(((await failed.exception()) as Error).message, "the stored error", "exception() is the error");
      await rejects(cancelled.exception(), CancelledError, /./, "exception() of a cancelled future rejects");
      await rejects(pending.exception({ timeoutMs: 0 }), TimeoutError, /./, "exception() has a timeout");
    },
  },
  ...[undefined, null, 0, "", false, Number.NaN].map(
    (thrown): LawTest => ({
      law: "F5",
      title: `a thrown ${JSON.stringify(thrown) ?? "undefined"}${Number.isNaN(thrown) ? " (NaN)" : ""} is an error`,
      async run(t) {
        const executor = await t.executor();
        const future = executor.submit(t.tasks.throwValue, thrown);
        same(await rejection(future, "a falsy value that is thrown is still an error"), thrown, "it arrives as thrown");
        same(future.failed(), true, "the future says that it failed");
        same(await future.exception(), thrown, "exception() is the thrown value");
      },
    }),
  ),
  {
    law: "F6",
    title: "waiting wakes on settlement and on cancellation from anywhere",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const controller = new AbortController();
      const { gate } = await t.occupy(executor);
      const byCall = executor.submit(t.tasks.nothing);
      const bySignal = executor.with({ signal: controller.signal }).submit(t.tasks.nothing);
      const settled = executor.submit(t.tasks.identity, 7);
      const waits = [byCall, bySignal].map((future) => rejection(future.result(), "a cancelled wait rejects"));
      setTimeout(() => byCall.cancel(), 1);
      holds((await waits[0]) instanceof CancelledError, "a wait wakes when other code cancels");
      controller.abort();
      holds((await waits[1]) instanceof CancelledError, "a wait wakes when a signal cancels");
      const result = settled.result({ timeoutMs: 8000 });
      gate.open();
      same(await result, 7, "a wait wakes when the task ends");
      const again = await t.occupy(executor);
      const last = rejection(executor.submit(t.tasks.nothing).result(), "the wait ends");
      const ended = executor.shutdown({ cancelFutures: true });
      holds((await last) instanceof CancelledError, "a wait wakes when a shutdown cancels");
      again.gate.open();
      await ended;
    },
  },
  {
    law: "F7",
    title: "a second settlement is an InvalidStateError that names the state",
    async run(t) {
      const { cancelled, succeeded, failed } = await inEachState(t);
      const settlements: Array<(future: Future<unknown>) => void> = [
        (future) => setResult(future, "second"),
        (future) => setException(future, new Error("second")),
        (future) => setCancelled(future),
      ];
      for (const settle of settlements) {
        throws(() => settle(succeeded), InvalidStateError, /finished/, "a finished future cannot be settled again");
        throws(() => settle(failed), InvalidStateError, /finished/, "a failed future cannot be settled again");
        throws(() => settle(cancelled), InvalidStateError, /cancelled/, "a cancelled future cannot be settled again");
      }
      same(await succeeded, 3, "the first value stands");
      await rejects(failed, Error, /the stored error/, "the first error stands");
      same(cancelled.cancelled(), true, "the cancellation stands");
    },
  },
  {
    law: "F8",
    title: "String(future) and inspect show state and type",
    async run(t) {
      const { pending, running, cancelled, succeeded, failed } = await inEachState(t);
      const expected: Array<[Future<unknown>, RegExp]> = [
        [pending, /pending/],
        [running, /running/],
        [cancelled, /cancelled/],
        [succeeded, /finished.*number/],
        [failed, /finished.*Error/],
      ];
      for (const [future, pattern] of expected) {
        holds(pattern.test(String(future)), `String(future) is ${String(future)}, which lacks ${pattern}`);
        const inspect = (future as unknown as Record<symbol, () => string>)[Symbol.for("nodejs.util.inspect.custom")];
        holds(inspect && pattern.test(inspect.call(future)), `util.inspect(future) shows ${pattern}`);
      }
    },
  },
  {
    law: "F9",
    title: "await, then, catch and finally behave as on a Promise",
    async run(t) {
      const executor = await t.executor();
      same(await executor.submit(t.tasks.add, 1, 2), 3, "await gives the value");
      same(await executor.submit(t.tasks.add, 1, 2).then((sum) => sum + 1), 4, "then chains");
      same(await executor.submit(t.tasks.fail, "no").catch((error) => (error as Error).message), "no", "catch catches");
      let ran = 0;
      same(await executor.submit(t.tasks.add, 1, 2).finally(() => ran++), 3, "finally passes the value on");
      await rejects(
        executor.submit(t.tasks.fail, "no").finally(() => ran++),
        Error,
        /no/,
        "finally passes errors on",
      );
      same(ran, 2, "finally runs on success and on failure");
      const future = executor.submit(t.tasks.identity, "x");
      let synchronous = true;
      const later = future.then(() => synchronous);
      synchronous = false;
      same(await later, false, "then never calls back synchronously");
      equals(await Promise.all([future, future]), ["x", "x"], "a future can be awaited more than once");
    },
  },
  {
    law: "F9",
    title: "a timeout or an aborted wait leaves the work running",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const gate = t.gate();
      const future = executor.submit(t.tasks.hold, gate.token, "done");
      await rejects(future.result({ timeoutMs: 5 }), TimeoutError, /./, "a wait with a timeout ends");
      const controller = new AbortController();
      const wait = rejection(future.result({ signal: controller.signal }), "an aborted wait rejects");
      const reason = new Error("enough");
      controller.abort(reason);
      same(await wait, reason, "an aborted wait rejects with the signal's reason");
      same(future.done(), false, "the task goes on after waits have ended");
      gate.open();
      same(await future, "done", "the task is not touched by waits that end early");
    },
  },
  {
    law: "F11",
    title: "an unobserved failure is reported once, an observed one never",
    needs: ["gc"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const seen = executor.submit(t.tasks.fail, "looked at");
      await seen.exception();
      (() => void executor.submit(t.tasks.fail, "nobody looks"))();
      await executor.submit(t.tasks.nothing);
      const reports = (message: string): unknown[] =>
        t.reported.filter(({ error }) => (error as Error | undefined)?.message === message);
      await t.collectUntil(() => reports("nobody looks").length > 0, "an error that nobody looked at is reported");
      for (let round = 0; round < 5; round++) await t.need("gc")();
      same(reports("nobody looks").length, 1, "an unobserved error is reported exactly once");
      same(reports("looked at").length, 0, "an error that was looked at is not reported");
    },
  },
  {
    law: "F11",
    title: "an unobserved failure never ends the process",
    needs: ["runProgram"],
    async run(t) {
      const { exitCode, stdout, stderr } = await t.need("runProgram")("unobserved");
      same(exitCode, 0, `a program with an unobserved failure ends normally (it printed: ${stderr})`);
      holds(stdout.includes("still here"), "the program goes on after an unobserved failure");
      same(stderr.split("nobody looked at this").length - 1 > 0, true, "the failure is on the error output");
    },
  },
];
