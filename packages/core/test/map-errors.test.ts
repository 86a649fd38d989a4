import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type MapOptions,
  MapResults,
  type MapSubmit,
  setUnobservedErrorHandler,
  type UnobservedErrorHandler,
} from "../src/index.js";
import { HandPool, later, Source } from "./map-support.js";
import { collectUntil, outcomeOf } from "./support.js";

type Inputs = ConstructorParameters<typeof MapResults>[0];

/** What a map yields, and what it ends with. */
async function run(
  pool: MapSubmit<unknown>,
  inputs: Inputs,
  options: MapOptions = {},
): Promise<{ values: unknown[]; thrown?: unknown }> {
  const values: unknown[] = [];
  try {
    for await (const value of new MapResults<unknown>(inputs, options, 4, pool)) values.push(value);
  } catch (thrown) {
    return { values, thrown };
  }
  return { values };
}

const reported: unknown[] = [];
let before: UnobservedErrorHandler;

beforeEach(() => {
  reported.length = 0;
  before = setUnobservedErrorHandler((error) => reported.push(error));
});
afterEach(() => {
  setUnobservedErrorHandler(before);
});

const failAt3 = (value: unknown): unknown => {
  if (value === 3) throw new RangeError("three");
  return value;
};

describe("errors in a map", () => {
  it.each([1, 2, 3, 10])("E3 of a task surface at their position (chunks of %i)", async (chunkSize) => {
    for (const bufferSize of [undefined, 1, 4]) {
      const pool = new HandPool(failAt3).automatic();
      const { values, thrown } = await run(pool, [[0, 1, 2, 3, 4, 5]], { chunkSize, bufferSize });
      expect(values).toEqual([0, 1, 2]);
      expect(thrown).toBeInstanceOf(RangeError);
    }
  });

  it("E3 end the map: the rest is cancelled", async () => {
    const pool = new HandPool(failAt3);
    const results = new MapResults<unknown>([[3, 1, 2]], {}, 4, pool);
    pool.run();
    await expect(results.next()).rejects.toThrow("three");
    expect(pool.cancelled).toEqual([[1], [2]]);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it("E3 of later tasks are not reported as unobserved once the map was left", async () => {
    const pool = new HandPool(() => {
      throw new Error("each fails");
    });
    await (async () => {
      const results = new MapResults<unknown>([[1, 2, 3]], {}, 4, pool);
      pool.runAll();
      await outcomeOf(results.next());
    })();
    await collectUntil(() => reported.length > 0);
    expect(reported).toEqual([]);
  });

  it("E3 of a synchronous input surface at their position, also when everything is submitted at the call", async () => {
    const pool = new HandPool((value) => value).automatic();
    const { values, thrown } = await run(pool, [new Source(10, 2)], {});
    expect(values).toEqual([0, 1]);
    expect(String(thrown)).toBe("Error: input 2 failed");
  });

  it.each([1, 2, 3])("E3 of a synchronous input surface at their position (buffer of %i)", async (bufferSize) => {
    const pool = new HandPool((value) => value).automatic();
    const { values, thrown } = await run(pool, [new Source(10, 5)], { bufferSize });
    expect(values).toEqual([0, 1, 2, 3, 4]);
    expect(String(thrown)).toBe("Error: input 5 failed");
  });

  it("E3 of an input surface at their position, in chunks that the input did not fill", async () => {
    const pool = new HandPool((value) => value).automatic();
    const { values, thrown } = await run(pool, [later(new Source(10, 5))], { bufferSize: 4, chunkSize: 2 });
    expect(values).toEqual([0, 1, 2, 3, 4]);
    expect(String(thrown)).toBe("Error: input 5 failed");
  });

  it.each([1, 2, 3])("E3 of an asynchronous input surface at their position (buffer of %i)", async (bufferSize) => {
    const pool = new HandPool((value) => value).automatic();
    const { values, thrown } = await run(pool, [later(new Source(10, 5))], { bufferSize });
    expect(values).toEqual([0, 1, 2, 3, 4]);
    expect(String(thrown)).toBe("Error: input 5 failed");
  });

  it("close the other inputs when one fails", async () => {
    const [good, bad] = [new Source(), new Source(9, 1)];
    const pool = new HandPool((value) => value).automatic();
    const { thrown } = await run(pool, [good, bad], {});
    expect(String(thrown)).toBe("Error: input 1 failed");
    expect(good.closed).toBe(1);
  });

  it.each(["sync", "async"])("of a submit surface after the results before them (%s input)", async (kind) => {
    const pool = new HandPool((value) => value).automatic();
    const source = new Source();
    const limited: MapSubmit<unknown> = {
      one: (args) => {
        if (pool.submitted.length === 3) throw new Error("no more");
        return pool.one(args);
      },
      chunk: (tuples) => pool.chunk(tuples),
    };
    const input = kind === "sync" ? source : later(source);
    const { values, thrown } = await run(limited, [input], { bufferSize: 2 });
    expect(values).toEqual([0, 1, 2]);
    expect(String(thrown)).toBe("Error: no more");
    expect(source.closed).toBe(1);
  });
});
