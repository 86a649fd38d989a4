// What is said about wrong arguments, exactly.

import { describe, expect, it } from "vitest";
import { helper, kernel, reduction, stencil, vectorize } from "../../src/index.js";
import { definitionOf } from "../../src/ir.js";
import { thrown } from "./support.js";

const step = kernel(function step(thread, dt: number, position: Float32Array, velocity: Float32Array) {
  position[thread.x]! += velocity[thread.x]! * dt;
});
const host = new Float32Array(4);

function planned(...args: unknown[]) {
  return () => definitionOf(step.over(4)).plan(args);
}

describe("the arguments of a grid kernel", () => {
  it.each([
    ["fast", 'a string ("fast").'],
    [undefined, "undefined."],
    [null, "null."],
    [{ length: 4 }, "an object (Object)."],
    [[1, 2], "an object (Array). Make a typed array of it: Float32Array.from(array)."],
    [3n, "a bigint (3). Kernels have no 64-bit integers; pass a number."],
    [
      new BigInt64Array(4),
      "an object (BigInt64Array). Kernels have no 64-bit integers; use an Int32Array, or a Float64Array (exact up to 2^53).",
    ],
    [
      new Uint8ClampedArray(4),
      "an object (Uint8ClampedArray). Kernels store without clamping; look at the same bytes as new Uint8Array(array.buffer, array.byteOffset, array.length).",
    ],
    [
      new DataView(new ArrayBuffer(8)),
      "an object (DataView). Kernels take Float32Array, Float64Array, and Int or Uint arrays of 8, 16 and 32 bits.",
    ],
    [new ArrayBuffer(8), "an object (ArrayBuffer). Make a view of it: new Float32Array(buffer)."],
    [
      { dtype: "float16", shape: [4], strides: [1], length: 4 },
      "an object (Object). Kernels do not take arrays of float16.",
    ],
  ])("names the parameter, what it must be and what came: %o", (value, was) => {
    expect(planned(1, host, value)).toThrow(
      thrown(TypeError, `Argument 3 ("velocity") of kernel "step" must be a typed array or a DeviceArray, not ${was}`),
    );
  });

  it("says what all could be where the function leaves it open", () => {
    expect(planned("1", host, host)).toThrow(
      thrown(
        TypeError,
        'Argument 1 ("dt") of kernel "step" must be a number, a boolean, a typed array or a DeviceArray, not a string ("1").',
      ),
    );
  });

  it("are counted", () => {
    expect(planned(1, host)).toThrow(
      thrown(TypeError, 'Kernel "step" takes 3 arguments (dt, position, velocity), not 2.'),
    );
    expect(planned(1, host, host, host)).toThrow(
      thrown(TypeError, 'Kernel "step" takes 3 arguments (dt, position, velocity), not 4.'),
    );
  });

  it("have a permanent code", () => {
    expect(planned()).toThrow(expect.objectContaining({ code: "EVERYCORE_INVALID_TYPE" }));
  });

  it("are refused when their buffer was transferred away", () => {
    const gone = new Float32Array(4);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(planned(1, host, gone)).toThrow(
      thrown(
        TypeError,
        '"velocity" must be an array with memory (its buffer was transferred or detached), not an object (Float32Array).',
      ),
    );
    expect(planned(1, new Float32Array(0), new Float32Array(0))).not.toThrow();
  });

  it("may be a Buffer, a subclass, an array over shared memory", () => {
    class Own extends Float32Array {}
    const copy = kernel((thread, bytes: Uint8Array, own: Float32Array, shared: Float32Array) => {
      shared[thread.x] = bytes[thread.x]! + own[thread.x]!;
    });
    const args = [Buffer.from("abcd"), new Own(4), new Float32Array(new SharedArrayBuffer(16))];
    const { arrays } = definitionOf(copy.over(4)).plan(args);
    expect(arrays).toEqual(args.map((array) => ({ kind: "host", array })));
  });
});

describe("a grid kernel without a grid", () => {
  it("says how to give it one", () => {
    expect(() => definitionOf(step as never).plan([1, host, host])).toThrow(
      thrown(
        TypeError,
        'Kernel "step" has no grid. Say how many threads run it: submit(step.over(n), …), or step.over([width, height]).',
      ),
    );
  });
});

describe("the arguments of other kernels", () => {
  it("must be of one length, or of length 1 where that is meant", () => {
    const add = vectorize(function add(x: number, y: number) {
      return x + y;
    });
    expect(() => definitionOf(add).plan([host, new Float32Array(5)])).toThrow(
      thrown(
        RangeError,
        'The arrays of kernel "add" must have the same length, or length 1: "x" has 4 elements, "y" has 5.',
      ),
    );
    const dot = reduction({ name: "dot", map: (x, y) => x * y, combine: (a, b) => a + b, identity: 0 });
    expect(() => definitionOf(dot).plan([host, new Float32Array(1)])).toThrow(
      thrown(RangeError, 'The arrays of kernel "dot" must have the same length: "x" has 4 elements, "y" has 1.'),
    );
  });

  it("must have an array where there is something to reduce or to look around in", () => {
    const sum = reduction({ combine: (a, b) => a + b, identity: 0 });
    expect(() => definitionOf(sum).plan([1])).toThrow(
      thrown(TypeError, "The kernel needs an array: it was called with numbers only."),
    );
    const blur = stencil(function blur(a, k: number) {
      return a(0) * k;
    });
    expect(() => definitionOf(blur).plan([1, 2])).toThrow(
      thrown(TypeError, 'Kernel "blur" needs an array: it was called with numbers only.'),
    );
    expect(() => definitionOf(blur).plan([1, host])).toThrow(
      thrown(TypeError, 'Argument 1 ("a") of kernel "blur" must be a typed array or a DeviceArray, not a number (1).'),
    );
  });

  it("must fit the grid of a stencil", () => {
    const blur = stencil((a) => a(0), undefined, { name: "blur" });
    expect(() => definitionOf(blur.over([2, 3])).plan([host])).toThrow(
      thrown(RangeError, 'Kernel "blur" runs over [2, 3], that is 6 elements, but its arrays have 4.'),
    );
    const deep = { dtype: "float32", shape: [1, 1, 2, 2], strides: [4, 4, 2, 1], length: 4 };
    expect(() => definitionOf(blur).plan([deep])).toThrow(
      thrown(RangeError, 'Kernel "blur" takes arrays of at most three dimensions, not [1, 1, 2, 2].'),
    );
  });

  it("must have one shape, and lie one element after the other", () => {
    const add = vectorize((x: number, y: number) => x + y, undefined, { name: "add" });
    const wide = { dtype: "float32", shape: [2, 3], strides: [3, 1], length: 6 };
    const tall = { dtype: "float32", shape: [3, 2], strides: [2, 1], length: 6 };
    expect(() => definitionOf(add).plan([wide, tall])).toThrow(
      thrown(RangeError, 'The arrays of kernel "add" must have the same shape: "x" has [2, 3], "y" has [3, 2].'),
    );
    expect(() => definitionOf(add).plan([wide, { ...tall, strides: [1, 3] }])).toThrow(
      thrown(RangeError, 'The strides of "y" must be those of a contiguous array, the last axis fastest, not 1,3.'),
    );
  });
});

describe("what kernels are made of", () => {
  it.each([
    ["kernel", () => kernel("x" as never), 'The function of kernel() must be a function, not a string ("x").'],
    ["vectorize", () => vectorize(null as never), "The function of vectorize() must be a function, not null."],
    ["stencil", () => stencil(1 as never), "The function of stencil() must be a function, not a number (1)."],
    ["helper", () => helper({} as never), "The function of helper() must be a function, not an object (Object)."],
    [
      "captures",
      () => kernel(() => {}, { G: 1 } as never),
      "The captures of kernel() must be a function, not an object (Object).",
    ],
    [
      "an unknown option",
      () => vectorize((x: number) => x, undefined, { type: "int32" } as never),
      'The options of vectorize() has no option "type". There are name, fastMath, dtype.',
    ],
    [
      "fastMath",
      () => kernel(() => {}, undefined, { fastMath: 1 } as never),
      "fastMath must be a boolean, not a number (1).",
    ],
    ["name", () => kernel(() => {}, undefined, { name: 1 } as never), "name must be a string, not a number (1)."],
    [
      "combine",
      () => reduction({ map: (x: number) => x, identity: 0 } as never),
      "combine must be a function, not undefined.",
    ],
    [
      "identity",
      () => reduction({ combine: (a, b) => a + b, identity: "0" as never }),
      'identity must be a number, not a string ("0").',
    ],
  ])("is checked: %s", (_, make, message) => {
    expect(make).toThrow(thrown(TypeError, message));
  });

  it("is checked: values out of range", () => {
    expect(() => vectorize((x: number) => x, undefined, { dtype: "float16" as never })).toThrow(
      'dtype must be one of "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "bool", not float16.',
    );
    expect(() => stencil((a) => a(0), undefined, { border: "mirror" as never })).toThrow(
      'border must be one of "clamp", "wrap", "reflect", "constant", not mirror.',
    );
  });
});
