// Small programs that several tests of the simulator run.

import {
  add,
  arrayParameter,
  arrayRef,
  barrier,
  binary,
  constant,
  gridProgram,
  int,
  LocalList,
  less,
  load,
  loop,
  multiply,
  reductionProgram,
  scalar,
  scalarParameter,
  set,
  sharedArray,
  store,
  thread,
  when,
} from "../../src/ir/builder.js";
import type { GridProgram, ReductionProgram } from "../../src/ir/ir.js";

const x = arrayRef(0);
const y = arrayRef(1);
const i = thread("global");

/** y[i] = a * x[i] + y[i] */
export function saxpy(): GridProgram {
  const scaled = multiply(scalar("float32", 0), load("float32", x, i, 10));
  return gridProgram(
    {
      name: "saxpy",
      arrays: [arrayParameter("x", "float32", "read"), arrayParameter("y", "float32", "readwrite")],
      scalars: [scalarParameter("a", "float32")],
    },
    [store(y, i, add(scaled, load("float32", y, i, 20)), 30)],
  );
}

/** The sum of each group of eight, by halving: result[group] = sum of x in the group. `barriers: false` leaves them out. */
export function groupSums(barriers = true): GridProgram {
  const locals = new LocalList();
  const half = locals.add("half", "int32");
  const tile = arrayRef(0, "shared");
  const me = thread("local");
  const wait = barriers ? [barrier(77)] : [];
  const sum = add(load("float32", tile, me), load("float32", tile, add(me, half), 55));
  return gridProgram(
    {
      name: "groupSums",
      arrays: [arrayParameter("x", "float32", "read"), arrayParameter("result", "float32", "write")],
      shared: [sharedArray("tile", "float32", 8)],
      locals: locals.list,
    },
    [
      store(tile, me, load("float32", x, i)),
      ...wait,
      set(half, int(4)),
      loop(
        1,
        less(int(0), half),
        [when(less(me, half), [store(tile, me, sum, 56)]), ...wait],
        [set(half, binary("shiftRight", half, int(1)))],
      ),
      when(less(me, int(1)), [store(y, thread("group"), load("float32", tile, int(0)))]),
    ],
  );
}

/** The sum of x, in float64 or float32. */
export function sum(type: "float32" | "float64"): ReductionProgram {
  const locals = new LocalList();
  const value = locals.add("value", type);
  const left = locals.add("left", type);
  const right = locals.add("right", type);
  const combined = locals.add("combined", type);
  return reductionProgram(
    { name: "sum", arrays: [arrayParameter("x", type, "read")], locals: locals.list },
    {
      map: [set(value, load(type, x, i))],
      combine: [set(combined, add(left, right))],
      value: value.id,
      left: left.id,
      right: right.id,
      combined: combined.id,
      identity: constant(type, 0),
    },
  );
}
