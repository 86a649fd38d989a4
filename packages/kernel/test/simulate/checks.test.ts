// The checks of simulate(): what is out of bounds, what races and which barriers diverge, and what is none of these.

import { describe, expect, it } from "vitest";
import {
  add,
  arrayParameter,
  arrayRef,
  atomic,
  barrier,
  end,
  equal,
  gridProgram,
  int,
  load,
  sharedArray,
  store,
  thread,
  when,
} from "../../src/ir/builder.js";
import type { Expression, GridProgram, Size3, Statement } from "../../src/ir/ir.js";
import { runProgram, SimulationError, type SimulationIssue } from "../../src/simulate/index.js";
import { groupSums, saxpy } from "./programs.js";

const data = arrayRef(0);
const tile = arrayRef(0, "shared");
const i = thread("global");
const me = thread("local");
const read = (ref: typeof data, index: Expression, at?: number) => load("int32", ref, index, at);

function program(...body: Statement[]): GridProgram {
  return gridProgram(
    {
      arrays: [arrayParameter("data", "int32", "readwrite"), arrayParameter("other", "int32", "readwrite")],
      shared: [sharedArray("tile", "int32", 8)],
    },
    body,
  );
}

function issuesOf(checked: GridProgram, group: Size3 = [4, 1, 1], grid: Size3 = [8, 1, 1]): SimulationIssue[] {
  const issues: SimulationIssue[] = [];
  const arrays = [new Int32Array(16), new Int32Array(16)];
  runProgram({ program: checked, grid, group, arrays, checks: true, onIssue: (issue) => issues.push(issue) });
  return issues;
}

describe("bounds", () => {
  it("reports the array, the index, the length, the thread and the place", () => {
    const issues: SimulationIssue[] = [];
    const [x, y] = [new Float32Array(3), new Float32Array(4)];
    runProgram({
      program: saxpy(),
      grid: [4, 1, 1],
      arrays: [x, y],
      scalars: [1],
      checks: true,
      onIssue: (issue) => issues.push(issue),
    });
    expect(issues).toEqual([
      {
        reason: "out-of-bounds",
        access: "read",
        array: "x",
        index: 3,
        length: 3,
        at: 10,
        thread: [3, 0, 0],
        message: "Thread 3 read x[3], but x has length 3.",
      },
    ]);
  });

  it("throws the first issue where nobody takes it", () => {
    const run = () =>
      runProgram({
        program: program(store(data, add(i, int(14)), i, 5)),
        grid: [4, 1, 1],
        arrays: [new Int32Array(16), new Int32Array(1)],
        checks: true,
      });
    expect(run).toThrow(SimulationError);
    expect(run).toThrow("Thread 2 wrote data[16], but data has length 16.");
  });

  it("goes on after an issue as without checks", () => {
    expect(issuesOf(program(store(data, int(-1), read(data, int(16)))))).toHaveLength(16);
    expect(issuesOf(program(atomic("add", tile, int(8), int(1))))).toMatchObject([
      { array: "tile", access: "atomic" },
      {},
      {},
      {},
      {},
      {},
      {},
      {},
    ]);
  });
});

describe("races", () => {
  it("are two writes to one element", () => {
    const [issue, ...rest] = issuesOf(program(store(data, int(3), i, 9)), [8, 1, 1], [2, 1, 1]);
    expect(issue).toEqual({
      reason: "race",
      array: "data",
      index: 3,
      access: "write",
      otherAccess: "write",
      thread: [1, 0, 0],
      other: [0, 0, 0],
      at: 9,
      message: "Threads 0 and 1 race on data[3]: the one wrote it, the other wrote it, and nothing orders them.",
    });
    expect(rest).toEqual([]);
  });

  it("are a read and a write by different threads, whichever comes first", () => {
    const before = program(store(arrayRef(1), i, read(data, add(i, int(1)))), store(data, i, i));
    expect(issuesOf(before)[0]).toMatchObject({
      reason: "race",
      access: "write",
      otherAccess: "read",
      index: 1,
      thread: [1, 0, 0],
    });
    const after = program(store(data, i, i), store(arrayRef(1), i, read(data, add(i, int(-1)))));
    expect(issuesOf(after).filter(({ reason }) => reason === "race")[0]).toMatchObject({
      access: "read",
      otherAccess: "write",
    });
  });

  it("are an atomic and a plain access, but not two atomics", () => {
    expect(issuesOf(program(atomic("add", data, int(0), int(1))))).toEqual([]);
    expect(
      issuesOf(program(when(equal(i, int(5)), [store(data, int(0), i)], [atomic("add", data, int(0), int(1))])))[0],
    ).toMatchObject({ access: "write", otherAccess: "atomic" });
    expect(issuesOf(program(atomic("add", data, i, read(data, int(2)))))[0]).toMatchObject({
      access: "atomic",
      otherAccess: "read",
    });
  });

  it("are not accesses of one thread, nor reads of many", () => {
    expect(
      issuesOf(
        program(
          store(data, i, add(read(data, i), int(1))),
          store(data, i, read(data, i)),
          store(arrayRef(1), i, read(data, i)),
        ),
      ),
    ).toEqual([]);
  });

  it("on shared memory are ordered by barriers within the group, and groups have their own", () => {
    const exchange = (...between: Statement[]) =>
      program(
        store(tile, me, i),
        ...between,
        store(data, i, read(tile, add(me, int(0)))),
        store(data, i, read(tile, int(1))),
      );
    expect(issuesOf(exchange(barrier()))).toEqual([]);
    expect(issuesOf(exchange())[0]).toMatchObject({ reason: "race", array: "tile" });
  });

  it("on global memory are ordered by barriers within a group, never between groups", () => {
    const rotate = program(store(data, i, i), barrier(), store(arrayRef(1), i, read(data, binaryXor(i, 1))));
    expect(issuesOf(rotate)).toEqual([]);
    const across = program(
      store(data, i, i),
      barrier(),
      when(equal(i, int(6)), [store(arrayRef(1), i, read(data, int(0)))]),
    );
    expect(issuesOf(across)).toMatchObject([{ reason: "race", thread: [6, 0, 0], other: [0, 0, 0], access: "read" }]);
  });

  it("are found although many threads read in between", () => {
    const late = program(
      store(arrayRef(1), i, read(data, int(0))),
      barrier(),
      when(equal(i, int(7)), [store(data, int(0), i)]),
    );
    // Threads 4 … 7 are ordered with 7 by the barrier, 0 … 3 are not.
    expect(issuesOf(late)).toMatchObject([{ reason: "race", thread: [7, 0, 0], other: [3, 0, 0] }]);
    expect(issuesOf(late, [8, 1, 1])).toEqual([]);
  });

  it("are found through two parameters that are bound to the same memory", () => {
    const both = program(store(data, i, read(arrayRef(1), add(i, int(1)))));
    const memory = new Int32Array(16);
    const issues: SimulationIssue[] = [];
    runProgram({
      program: both,
      grid: [4, 1, 1],
      arrays: [memory, memory],
      checks: true,
      onIssue: (issue) => issues.push(issue),
    });
    expect(issues).toHaveLength(3);
    issues.length = 0;
    runProgram({
      program: both,
      grid: [4, 1, 1],
      arrays: [memory.subarray(0, 8), memory.subarray(8)],
      checks: true,
      onIssue: (issue) => issues.push(issue),
    });
    expect(issues).toEqual([]);
  });

  it("are in the tree sum without its barriers, and not with them", () => {
    const arrays = () => [new Float32Array(16), new Float32Array(2)];
    const run = (barriers: boolean) =>
      runProgram({ program: groupSums(barriers), grid: [16, 1, 1], group: [8, 1, 1], arrays: arrays(), checks: true });
    expect(() => run(true)).not.toThrow();
    expect(() => run(false)).toThrow(/race on tile\[/);
  });
});

describe("barriers", () => {
  it("diverge when threads of one group wait at different ones", () => {
    const divergent = program(when(equal(me, int(2)), [barrier(11)], [barrier(22)]));
    expect(issuesOf(divergent, [8, 1, 1])).toMatchObject([
      { reason: "divergent-barrier", thread: [2, 0, 0], other: [0, 0, 0], at: 11 },
    ]);
  });

  it("do not wait for threads that have ended", () => {
    expect(issuesOf(program(when(equal(me, int(2)), [end()]), barrier(), store(data, i, i)))).toEqual([]);
  });
});

function binaryXor(value: Expression, mask: number): Expression {
  return { op: "binary", type: "int32", operator: "xor", left: value, right: int(mask) };
}
