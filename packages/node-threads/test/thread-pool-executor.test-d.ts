// What a pool's own type promises; `Executor`'s is tested in core.
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { expectTypeOf, test } from "vitest";

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
