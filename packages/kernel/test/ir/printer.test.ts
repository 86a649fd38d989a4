import { describe, expect, it } from "vitest";
import {
  add,
  arrayParameter,
  arrayRef,
  atomic,
  barrier,
  bool,
  call,
  constant,
  convert,
  end,
  gridProgram,
  int,
  LocalList,
  leave,
  length,
  less,
  load,
  loop,
  multiply,
  negate,
  next,
  reductionProgram,
  scalar,
  scalarParameter,
  select,
  set,
  sharedArray,
  store,
  subtract,
  thread,
  when,
} from "../../src/ir/builder.js";
import { printProgram } from "../../src/ir/printer.js";

describe("printProgram", () => {
  it("shows declarations, statements and types of literals", () => {
    const locals = new LocalList();
    const i = locals.add("i", "int32");
    const again = locals.add("i", "int32");
    const x = locals.add("x", "float32");
    const data = arrayRef(0);
    const tile = arrayRef(0, "shared");
    const program = gridProgram(
      {
        name: "all",
        arrays: [arrayParameter("data", "float32", "readwrite"), arrayParameter("x", "int32", "readwrite")],
        scalars: [scalarParameter("a", "float32", { from: "argument", index: 1 })],
        shared: [sharedArray("tile", "float32", 16)],
        locals: locals.list,
      },
      [
        set(i, thread("global")),
        when(
          less(i, length(data)),
          [set(x, add(multiply(scalar("float32", 0), load("float32", data, i)), constant("float32", 0.1)))],
          [end()],
        ),
        store(tile, thread("local"), negate(x)),
        barrier(),
        loop(
          3,
          bool(true),
          [set(again, int(-1)), when(less(again, i), [leave(3)], [next(3)])],
          [set(again, subtract(again, int(-2)))],
        ),
        atomic("compareExchange", arrayRef(1), i, int(2), { expected: int(1), target: again.id }),
        store(data, i, select(bool(false), call("pow", x, constant("float32", -0)), convert("float32", i))),
      ],
    );
    expect(printProgram(program)).toMatchInlineSnapshot(`
      "grid all (1d) {
        array data: float32 readwrite from argument 0
        array x: int32 readwrite from argument 0
        scalar a: float32 from argument 1
        shared tile: float32[16]
        local i: int32
        local i_1: int32
        local x_2: float32
        i = thread.x
        if (i < data.length) {
          x_2 = (a * data[i]) + 0.1f
        } else {
          return
        }
        tile[local.x] = -x_2
        barrier
        loop #3 while (true) {
          i_1 = -1
          if (i_1 < i) {
            leave #3
          } else {
            next #3
          }
        } update {
          i_1 = i_1 - (-2)
        }
        i_1 = atomic compareExchange(x[i], 1, 2)
        data[i] = false ? pow(x_2, -0f) : float32(i)
      }
      "
    `);
  });

  it("shows both halves of a reduction", () => {
    const locals = new LocalList();
    const [value, left, right, combined] = ["value", "left", "right", "combined"].map((name) =>
      locals.add(name, "float64"),
    );
    const program = reductionProgram(
      { name: "sum", arrays: [arrayParameter("x", "float64", "read")], locals: locals.list },
      {
        map: [set(value!, load("float64", arrayRef(0), thread("global")))],
        value: value!.id,
        combine: [set(combined!, add(left!, right!))],
        left: left!.id,
        right: right!.id,
        combined: combined!.id,
        identity: constant("float64", 0),
      },
    );
    expect(printProgram(program)).toMatchInlineSnapshot(`
      "reduction sum (1d) {
        array x: float64 read from argument 0
        local value: float64
        local left: float64
        local right: float64
        local combined: float64
        identity 0.0
        map -> value {
          value = x[thread.x]
        }
        combine left, right -> combined {
          combined = left + right
        }
      }
      "
    `);
  });
});
