import { WebGPUExecutor } from "@everycore/gpu-webgpu";
import { expect, test } from "vitest";
import { rememberTile, tileFor } from "../src/matmul-tile.js";

test("a tile is remembered for the adapter, so also for other executors on it, and for views", async () => {
  await using first = await WebGPUExecutor.create();
  await using second = await WebGPUExecutor.create({ name: "second" });
  const usual = tileFor(second);
  rememberTile(first, { group: 8, depth: 8 });
  expect(tileFor(second)).toEqual({ group: 8, depth: 8 });
  expect(tileFor(first.with({ timeoutMs: 1000 }))).toEqual({ group: 8, depth: 8 });
  rememberTile(first, usual);
});

test("where nobody says what an executor runs on, it is remembered for the executor", () => {
  const [first, second] = [{}, {}] as never[];
  rememberTile(first as never, { group: 8, depth: 16 });
  expect(tileFor(first as never)).toEqual({ group: 8, depth: 16 });
  expect(tileFor(second as never)).toEqual({ group: 16, depth: 16 });
});
