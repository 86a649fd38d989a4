import { describe, expect, it } from "vitest";
import { PageExpress, WorkerExpress } from "../src/express.js";

const run = (id: number, fn: unknown, args: readonly unknown[]) =>
  ({ type: "run", define: [], tasks: [id, -1, fn, 64, args] }) as const;

/** Both ends, with what is between them. */
function ends() {
  const results: unknown[] = [];
  const tasks: unknown[] = [];
  const posted: Array<readonly unknown[]> = [];
  const page = new PageExpress((...result) => results.push(result));
  const worker = new WorkerExpress(
    (result) => posted.push(result),
    (...task) => tasks.push(task),
  );
  return { page, worker, results, tasks, posted };
}

describe("a lone task without shared memory", () => {
  it("arrives as it was sent, and so does its result", () => {
    const { page, worker, results, tasks, posted } = ends();
    expect(worker.receive(page.write(run(7, 2, [3, "four", { five: 6 }])))).toBe(true);
    expect(tasks).toEqual([[7, -1, 2, 64, [3, "four", { five: 6 }]]]);
    expect(worker.send(7, "eight", 0.5)).toBe(true);
    expect(page.receive(posted[0])).toBe(true);
    expect(results).toEqual([[7, "eight", 0.5]]);
  });

  it("goes another way if it is not alone, its function is not known, or it is another kind of message", () => {
    const { page } = ends();
    const two = [...run(1, 0, [1]).tasks, ...run(2, 0, [1]).tasks];
    expect(page.write({ type: "run", define: [], tasks: two })).toBeUndefined();
    expect(page.write({ ...run(1, 0, [1]), define: [0, "a reference"] })).toBeUndefined();
    expect(page.write(run(1, { kind: "local" }, [1]))).toBeUndefined();
    expect(page.write({ ...run(1, 0, [null]), holes: [{ task: 1, index: 0, input: 0 }] })).toBeUndefined();
    expect(page.write(run(1, 0, Array(17).fill(0)))).toBeUndefined();
    expect(page.write({ type: "stop" })).toBeUndefined();
  });

  it("takes nothing of the program's for its own", () => {
    const { page, worker } = ends();
    for (const data of [undefined, null, 1, "everycore task", [], ["task"], { 0: "everycore task" }]) {
      expect(worker.receive(data)).toBe(false);
      expect(page.receive(data)).toBe(false);
    }
  });

  it("is answered this way only, and once, if it came this way", () => {
    const { page, worker } = ends();
    expect(worker.send(-1, 0, 0)).toBe(false);
    expect(worker.send(0, 0, 0)).toBe(false);
    worker.receive(page.write(run(5, 0, [])));
    expect(worker.send(4, 0, 0)).toBe(false);
    expect(worker.send(5, 0, 0)).toBe(true);
    expect(worker.send(5, 0, 0)).toBe(false);
  });

  it("has one result under way at most, and the worker knows which", () => {
    const { page, worker, posted } = ends();
    const [first, second] = [page.write(run(1, 0, [])), page.write(run(2, 0, []))];
    worker.receive(first);
    expect(worker.unconfirmed).toBeUndefined();
    expect(worker.send(1, "one", 0)).toBe(true);
    expect(worker.unconfirmed).toEqual({ type: "done", results: [1, 0, "one", 0] });
    // Written before the page had the result.
    worker.receive(second);
    expect(worker.send(2, "two", 0)).toBe(false);
    expect(worker.unconfirmed).toEqual({ type: "done", results: [1, 0, "one", 0] });
    page.receive(posted[0]);
    worker.receive(page.write(run(3, 0, [])));
    expect(worker.unconfirmed).toBeUndefined();
    expect(worker.send(3, "three", 0)).toBe(true);
  });
});
