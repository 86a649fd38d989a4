// What the compiler infers, without a cast anywhere. A line after `@ts-expect-error` must not compile.

import { assertType, describe, expectTypeOf, it } from "vitest";
import {
  asCompleted,
  type Completed,
  type Executor,
  type Future,
  gather,
  type MapResults,
  move,
  setResult,
  shield,
  TaskGroup,
  type TaskStream,
  timeout,
  wait,
} from "../src/index.js";

declare const pool: Executor;
declare function add(a: number, b: number): number;
declare function load(url: string): Promise<Uint8Array>;
declare function greet(name: string, greeting?: string): string;
declare function first<T>(list: readonly T[]): T;
declare function count(to: number): Generator<number, string, unknown>;
declare function lines(path: string): AsyncGenerator<string>;
declare function sum(...values: number[]): number;
declare function nothing(): void;

describe("submit", () => {
  it("infers the result", () => {
    expectTypeOf(pool.submit(add, 1, 2)).toEqualTypeOf<Future<number>>();
    expectTypeOf(pool.submit(load, "u")).toEqualTypeOf<Future<Uint8Array>>();
    expectTypeOf(pool.submit(nothing)).toEqualTypeOf<Future<void>>();
    expectTypeOf(pool.submit(sum, 1, 2, 3)).toEqualTypeOf<Future<number>>();
    expectTypeOf(pool.submit(() => ({ a: 1 }))).toEqualTypeOf<Future<{ a: number }>>();
    expectTypeOf(pool.submit(async (x: number) => `${x}`, 1)).toEqualTypeOf<Future<string>>();
    expectTypeOf(pool.submit(first<string>, ["a"])).toEqualTypeOf<Future<string>>();
    expectTypeOf(pool.submit(first, ["a"])).not.toBeAny();
    expectTypeOf(pool.submit((a: number, b: string) => [a, b] as const, 1, "x")).toEqualTypeOf<
      Future<readonly [number, string]>
    >();
  });

  it("takes optional parameters or leaves them", () => {
    expectTypeOf(pool.submit(greet, "a")).toEqualTypeOf<Future<string>>();
    expectTypeOf(pool.submit(greet, "a", "hello")).toEqualTypeOf<Future<string>>();
    expectTypeOf(pool.submit((a: number, b: number = 2) => a + b, 1)).toEqualTypeOf<Future<number>>();
  });

  it("gives inline arrows the types of the arguments", () => {
    pool.submit((a: number, b: string) => expectTypeOf([a, b]).not.toBeAny(), 1, "x");
  });

  it("refuses wrong arguments", () => {
    // @ts-expect-error a string is no number
    pool.submit(add, 1, "2");
    // @ts-expect-error one is missing
    pool.submit(add, 1);
    // @ts-expect-error one too many
    pool.submit(add, 1, 2, 3);
    // @ts-expect-error not a function
    pool.submit(5);
    // @ts-expect-error a wrong optional argument
    pool.submit(greet, "a", 5);
    // @ts-expect-error nothing to be given
    pool.submit(nothing, 1);
  });
});

describe("map", () => {
  it("infers the element type of its results", () => {
    expectTypeOf(pool.map(add, [1], [2])).toEqualTypeOf<MapResults<number>>();
    expectTypeOf(pool.map(load, new Set(["u"]))).toEqualTypeOf<MapResults<Uint8Array>>();
    expectTypeOf(pool.map(add, [1], [2], { chunkSize: 5 })).toEqualTypeOf<MapResults<number>>();
    expectTypeOf(pool.map(add, lines2(), [2], { bufferSize: 5, timeoutMs: 10 })).toEqualTypeOf<MapResults<number>>();
    expectTypeOf(pool.map((x: number) => `${x}`, [1]).toArray()).toEqualTypeOf<Promise<string[]>>();
  });

  it("refuses wrong inputs", () => {
    // @ts-expect-error strings for numbers
    pool.map(add, ["1"], [2]);
    // @ts-expect-error an input is missing
    pool.map(add, [1]);
    // @ts-expect-error not iterable
    pool.map(load, 5);
    // @ts-expect-error an unknown option
    pool.map(add, [1], [2], { chunks: 5 });
  });
});
declare function lines2(): AsyncGenerator<number>;

describe("stream, broadcast and with", () => {
  it("infer as well", () => {
    expectTypeOf(pool.stream(count, 5)).toEqualTypeOf<TaskStream<number>>();
    expectTypeOf(pool.stream(lines, "p")).toEqualTypeOf<TaskStream<string>>();
    expectTypeOf(
      pool.stream(function* (to: number) {
        yield `${to}`;
      }, 5),
    ).toEqualTypeOf<TaskStream<string>>();
    expectTypeOf(pool.broadcast(load, "u")).toEqualTypeOf<Promise<Uint8Array[]>>();
    expectTypeOf(pool.with({ priority: 1 })).toEqualTypeOf<Executor>();
    expectTypeOf(pool.with({ timeoutMs: 5, transfer: "move", streamBuffer: 2 }).submit(add, 1, 2)).toEqualTypeOf<
      Future<number>
    >();
    expectTypeOf(pool.submit(first<Uint8Array>, move([new Uint8Array()]))).toEqualTypeOf<Future<Uint8Array>>();
  });

  it("refuse what does not fit", () => {
    // @ts-expect-error a number is no iterable
    pool.stream(add, 1, 2);
    // @ts-expect-error a wrong argument
    pool.stream(count, "5");
    // @ts-expect-error a wrong argument
    pool.broadcast(load, 5);
    // @ts-expect-error an unknown mode
    pool.with({ transfer: "teleport" });
    // @ts-expect-error an unknown option
    pool.with({ prio: 1 });
  });
});

describe("futures and waiting", () => {
  const numbers = {} as Future<number>;
  const texts = {} as Future<string>;

  it("await to their values", async () => {
    expectTypeOf(await numbers).toBeNumber();
    expectTypeOf(numbers.result()).toEqualTypeOf<Promise<number>>();
    expectTypeOf(numbers.exception()).toEqualTypeOf<Promise<unknown>>();
    expectTypeOf(numbers.resultNow()).toBeNumber();
    expectTypeOf(numbers.then((value) => `${value}`)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(numbers.catch(String)).toEqualTypeOf<Promise<number | string>>();
    expectTypeOf(await Promise.all([numbers, texts, true as const])).toEqualTypeOf<[number, string, true]>();
    numbers.addDoneCallback((future) => expectTypeOf(future).toEqualTypeOf<Future<number>>());
  });

  it("are covariant, and keep their type in a set", async () => {
    assertType<Future<unknown>>(numbers);
    assertType<Future<number | string>>(numbers);
    // @ts-expect-error not the other way round
    assertType<Future<number>>({} as Future<unknown>);
    expectTypeOf((await wait([numbers])).done).toEqualTypeOf<Set<Future<number>>>();
    expectTypeOf((await wait([numbers, texts])).notDone).toEqualTypeOf<Set<Future<number> | Future<string>>>();
    for await (const future of asCompleted([numbers])) {
      expectTypeOf(future).toEqualTypeOf<Completed<Future<number>>>();
      expectTypeOf(future.resultNow()).toEqualTypeOf<number>();
    }
    // @ts-expect-error promises are no futures
    wait([Promise.resolve(1)]);
    // @ts-expect-error an unknown condition
    wait([numbers], { returnWhen: "SOON" });
    // @ts-expect-error a value of another type
    setResult(numbers, "x");
  });

  it("gather to a tuple or an array", async () => {
    expectTypeOf(await gather([numbers, texts, Promise.resolve(true), 5 as number])).toEqualTypeOf<
      [number, string, boolean, number]
    >();
    expectTypeOf(await gather([] as Array<Future<number>>)).toEqualTypeOf<number[]>();
    expectTypeOf(await gather([numbers], { returnExceptions: true })).toEqualTypeOf<unknown[]>();
    expectTypeOf(await gather([numbers], { signal: AbortSignal.abort() })).toEqualTypeOf<[number]>();
    expectTypeOf(shield(numbers)).toEqualTypeOf<Future<number>>();
  });

  it("belong to groups and scopes", () => {
    expectTypeOf(TaskGroup.run(async () => "x")).toEqualTypeOf<Promise<string>>();
    TaskGroup.run((group) => {
      expectTypeOf(group.add(numbers)).toEqualTypeOf<Future<number>>();
      expectTypeOf(group.start(async (signal) => Number(signal.aborted))).toEqualTypeOf<Future<number>>();
    });
    expectTypeOf(timeout(5, async ({ signal }) => signal.aborted)).toEqualTypeOf<Promise<boolean>>();
  });
});
