// X1–X6: errors on their way out of a worker.

import {
  AbortError,
  CancelledError,
  type EverycoreError,
  type Executor,
  errorCodes,
  isEverycoreError,
  TimeoutError,
} from "@everycore/core";
import { equals, holds, rejection, same } from "../assertions.js";
import { until } from "../conditions.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";
import { OrderError } from "../task-bodies.js";

async function thrown(t: LawContext, kind: string): Promise<Error & Record<string, unknown>> {
  const executor = await t.executor();
  const error = await rejection(executor.submit(t.tasks.throwKind, kind), "a task that throws fails its future");
  holds(error instanceof Error, `an error arrives as an Error (got ${error})`);
  return error as Error & Record<string, unknown>;
}

/** One of each error of ours that an executor raises. */
async function provokeAll(t: LawContext): Promise<unknown[]> {
  const executor = await t.executor({ maxWorkers: 1, maxQueue: 4 });
  const errors: unknown[] = [];
  const catchError = async (run: () => unknown): Promise<void> => {
    errors.push(await rejection((async () => run())(), "an error is raised"));
  };
  const { gate, held } = await t.occupy(executor);
  const cancelled = executor.submit(t.tasks.nothing);
  cancelled.cancel();
  await catchError(() => cancelled);
  await catchError(() => held[0]?.result({ timeoutMs: 0 }));
  await catchError(() => held[0]?.resultNow());
  await catchError(() => Array.from({ length: 9 }, () => executor.submit(t.tasks.nothing)));
  gate.open();
  await Promise.all(held);
  await until(() => executor.stats().pending + executor.stats().running === 0, "the queue is empty");
  await catchError(() => executor.submit(t.tasks.identity, () => 1));
  await catchError(() => executor.submit(t.tasks.unsendable));
  await catchError(() => executor.submit(5 as unknown as () => void));
  await catchError(() => t.backend.create({ maxWorkers: 0 }));
  const running = executor.submit(t.tasks.waitForAbort);
  await until(() => running.running(), "a task runs");
  running.abort("why");
  await catchError(() => running);
  if (t.capabilities.isolated) await catchError(() => executor.submit(t.tasks.exitWorker, 1));
  await executor.shutdown();
  await catchError(() => executor.submit(t.tasks.nothing));
  const broken = await t.executor({ initializer: t.tasks.failInitializer, initializerArgs: ["x"] });
  await catchError(() => broken.submit(t.tasks.nothing));
  return errors;
}

/** Named, so that its name can be looked for in stacks. */
async function theSubmitSite(t: LawContext, executor: Executor): Promise<Error> {
  return (await executor.submit(t.tasks.fail, "remote").exception()) as Error;
}

/** As {@link theSubmitSite}, for a map. */
function theMapSite(t: LawContext, executor: Executor): Promise<unknown> {
  return executor.map(t.tasks.failAt, [1], [1]).next();
}

/** See the specification. */
export const errorLaws: readonly LawTest[] = [
  {
    law: "X1",
    title: "name, message, own properties and class of built-in errors are kept",
    async run(t) {
      const executor = await t.executor();
      for (const type of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
        const error = (await rejection(executor.submit(t.tasks.throwValue, new type("what")), "it fails")) as Error;
        equals([error.name, error.message], [type.name, "what"], `a ${type.name} keeps name and message`);
        holds(error instanceof type, `a ${type.name} keeps its class`);
      }
      const error = await thrown(t, "properties");
      equals([error.code, error.status], ["E_MINE", 404], "an error keeps its own properties");
      holds("onRetry" in error, "a property that cannot be sent is described");
    },
  },
  {
    law: "X1",
    title: "an error of an unknown class keeps its name, properties and nearest built-in class",
    async run(t) {
      const error = await thrown(t, "unknown");
      equals([error.name, error.message], ["UnknownError", "of a class of my own"], "name and message are kept");
      equals(error.details, { table: 7, seats: ["a", "b"] }, "own properties are kept");
      holds(error instanceof TypeError, "the nearest built-in class is kept");
    },
  },
  {
    law: "X1",
    title: "the cause chain is kept, also when it is a cycle",
    async run(t) {
      const error = await thrown(t, "cause");
      const middle = error.cause as Error;
      const inner = middle.cause as Error;
      holds(middle instanceof TypeError && inner instanceof RangeError, "causes keep their class");
      equals([error.message, middle.message, inner.message], ["outer", "middle", "inner"], "causes keep their message");
      same(inner.cause, 42, "a cause that is no error is kept");
      same(Object.keys(error).includes("cause"), false, "cause is as hidden as it was");
      const round = await thrown(t, "cycle");
      same(round.cause, round, "a cause that is the error itself is kept");
    },
  },
  {
    law: "X1",
    title: "AggregateError keeps its errors, DOMException its name",
    async run(t) {
      const aggregate = await thrown(t, "aggregate");
      holds(aggregate instanceof AggregateError, "an AggregateError keeps its class");
      const { errors } = aggregate as AggregateError;
      same(errors?.length, 3, "an AggregateError keeps its errors");
      holds(errors[0] instanceof TypeError && errors[1] instanceof OrderError, "each with its class");
      equals([errors[0].message, errors[1].order, errors[2]], ["first", 2, "third"], "each with what it says");
      const dom = await thrown(t, "dom");
      equals([dom.name, dom.message], ["NotFoundError", "no such thing"], "a DOMException keeps name and message");
      holds(dom instanceof DOMException, "a DOMException keeps its class");
    },
  },
  {
    law: "X2",
    title: "the remote stack is there, and so is the submit site",
    async run(t) {
      const executor = await t.executor();
      const { stack = "" } = await theSubmitSite(t, executor);
      holds(/task-bodies|\bfail\b/.test(stack), `the stack has the line in the worker: ${stack}`);
      holds(/theSubmitSite/.test(stack), `the stack has the line of the submit: ${stack}`);
      holds(stack.startsWith("Error: remote"), "the stack begins with the error");
      const error = (await rejection(theMapSite(t, executor), "a map fails")) as Error;
      holds(/theMapSite/.test(error.stack ?? ""), `an error of a map has the line of the map: ${error.stack}`);
    },
  },
  {
    law: "X3",
    title: "a registered error class keeps instanceof",
    async run(t) {
      const error = await thrown(t, "registered");
      holds(error instanceof OrderError, "a registered class keeps instanceof");
      holds(error instanceof RangeError, "and its base class");
      equals([error.name, error.order], ["OrderError", 5], "and what it carries");
    },
  },
  {
    law: "X4",
    title: "a thrown non-error arrives as thrown",
    async run(t) {
      const executor = await t.executor();
      for (const value of ["text", 5, { code: 1, list: [1] }, [1, 2], new Map([[1, 2]]), 10n]) {
        const error = await rejection(executor.submit(t.tasks.throwValue, value), "a thrown value fails the task");
        equals(error, value, "a thrown value arrives as thrown");
      }
      same(await rejection(executor.submit(t.tasks.throwKind, "undefined"), "it fails"), undefined, "undefined too");
      const odd = await rejection(executor.submit(t.tasks.throwKind, "function"), "a thrown function fails the task");
      same(typeof odd, "string", "what cannot be sent arrives as its text");
      const error = await executor
        .map(t.tasks.throwValue, [null], { chunkSize: 2 })
        .toArray()
        .catch((e) => [e]);
      equals(error, [null], "also in chunks");
    },
  },
  {
    law: "X5",
    title: "an abort is an AbortError with the reason",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 60_000 });
      for (const reason of [new TypeError("because"), "words", { code: 7 }, undefined]) {
        const running = executor.submit(t.tasks.waitForAbort);
        const waiting = executor.submit(t.tasks.nothing);
        await until(() => running.running(), "a task runs");
        waiting.abort(reason);
        running.abort(reason);
        for (const future of [running, waiting]) {
          const error = await rejection(future, "an aborted task fails");
          holds(
            error instanceof AbortError && error instanceof CancelledError,
            `an abort is an AbortError (got ${error})`,
          );
          same(error.reason, reason, "with the very reason that was given");
          same(error.name, "AbortError", "and the name that the web knows");
        }
      }
    },
  },
  {
    law: "X6",
    title: "every error of ours has a permanent code and says what to do",
    async run(t) {
      const codes = new Set<string>();
      for (const error of await provokeAll(t)) {
        const { code, name, message } = error as EverycoreError;
        holds(code in errorCodes, `${name} has a documented code (it has ${code})`);
        holds(/^[\p{Lu}\p{Ll}].{10,}/u.test(message), `${name} says what happened: ${message}`);
        holds(
          isEverycoreError(error) || error instanceof TypeError || error instanceof RangeError,
          `${name} is one of ours`,
        );
        if (isEverycoreError(error)) holds(isEverycoreError(error, error.code), "isEverycoreError knows the code");
        codes.add(code);
      }
      holds(codes.size >= 10, `many different errors were raised (${[...codes].join(", ")})`);
    },
  },
  {
    law: "X6",
    title: "errors are recognised across duplicate copies of the core",
    needs: ["secondCore"],
    async run(t) {
      const second = await t.need("secondCore")();
      holds(second.TimeoutError !== TimeoutError, "the second core is another copy");
      for (const error of await provokeAll(t)) {
        if (!isEverycoreError(error)) continue;
        holds(second.isEverycoreError(error, error.code), `${error.name} is recognised by another copy`);
        const type = (second as unknown as Record<string, unknown>)[error.name] as { new (): unknown } | undefined;
        holds(type && error instanceof type, `${error.name} is an instance of the other copy's class`);
      }
      holds(new second.TimeoutError("theirs") instanceof TimeoutError, "another copy's error is recognised here");
      holds(!(new second.TimeoutError("theirs") instanceof CancelledError), "as what it is");
    },
  },
];
