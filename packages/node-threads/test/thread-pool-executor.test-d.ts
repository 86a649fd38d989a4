// What a pool's own type promises; `Executor`'s is tested in core.
import { vectorize } from "@everycore/kernel";
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { describe, expectTypeOf, it, test } from "vitest";

const pool = new ThreadPoolExecutor();
const square = (x: number): number => x * x;

test("map checks its inputs against the parameters of the task", async () => {
  expectTypeOf(await pool.map(square, [1]).toArray()).toEqualTypeOf<number[]>();
  pool.map(square, new Set([1]), { chunkSize: 2 });
  // @ts-expect-error strings for a number
  pool.map(square, ["a"]);
  // @ts-expect-error one input too many
  pool.map(square, [1], [2]);
  // @ts-expect-error an option of another name
  pool.map(square, [1], { chunksize: 2 });
});

describe("kernels on threads", () => {
  const life = vectorize((cell: number) => cell, undefined, { dtype: "uint8" });

  it("give arrays that can be given back", async () => {
    await using pool = new ThreadPoolExecutor();
    let cells = new Uint8Array(16);
    cells = await pool.submit(life, cells);
    let resident = pool.array("uint8", 16);
    resident = await pool.submit(life, resident);
    resident = pool.run(life, resident);
    expectTypeOf(resident.view).toEqualTypeOf<Uint8Array>();
    expectTypeOf(await pool.with({ timeoutMs: 1 }).submit(life, cells)).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
  });
});
