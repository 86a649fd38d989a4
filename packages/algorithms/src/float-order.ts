// Floats as whole numbers in the same order, and back: what a radix sort needs. The kernel language cannot look at the bits of a float,
// so these two kernels are written in the IR.
//
// Order: −Infinity … −0, +0 … Infinity, NaN. (IEEE 754's totalOrder, but every NaN comes last.)

import type { AnyKernel, DeviceArray } from "@everycore/core";
import {
  type ArrayParameter,
  type Constant,
  type Expression,
  hashProgram,
  type KernelDefinition,
  type LaunchPlan,
  type Program,
  type Statement,
} from "@everycore/kernel/ir";

const index: Expression = { op: "thread", type: "int32", what: "global", axis: 0 };
const signBit: Constant = { op: "constant", type: "uint32", value: 2 ** 31 };
const last: Constant = { op: "constant", type: "uint32", value: 2 ** 32 - 1 };

function flip(bits: Expression, mask: Constant): Expression {
  return { op: "binary", type: "uint32", operator: "xor", left: bits, right: mask };
}

function hasSignBit(bits: Expression): Expression {
  const sign: Expression = { op: "binary", type: "uint32", operator: "and", left: bits, right: signBit };
  const none: Constant = { op: "constant", type: "uint32", value: 0 };
  return { op: "compare", type: "bool", operator: "notEqual", left: sign, right: none };
}

function select(condition: Expression, then: Expression, otherwise: Expression): Expression {
  return { op: "select", type: then.type, condition, then, otherwise };
}

/** Argument: floats. Result: keys. */
function encoded(): Expression {
  const value: Expression = { op: "local", type: "float32", id: 0 };
  const bits: Expression = { op: "bitcast", type: "uint32", value };
  const isNotANumber: Expression = { op: "compare", type: "bool", operator: "notEqual", left: value, right: value };
  return select(isNotANumber, last, select(hasSignBit(bits), flip(bits, last), flip(bits, signBit)));
}

/** Argument: keys. Result: floats. */
function decoded(): Expression {
  const key: Expression = { op: "local", type: "uint32", id: 0 };
  const bits = select(hasSignBit(key), flip(key, signBit), flip(key, last));
  return { op: "bitcast", type: "float32", value: bits };
}

/** `floatKeys.over(floats, keys)` is a launch that sets the keys (uint32) of floats (float32). */
export const floatKeys: ElementMap = elementMap("keys of floats", "float32", "uint32", encoded());

/** `floatsOfKeys.over(keys, floats)` is the way back. */
export const floatsOfKeys: ElementMap = elementMap("floats of keys", "uint32", "float32", decoded());

/** See above. */
export interface ElementMap {
  over(from: DeviceArray, to: DeviceArray): AnyKernel;
}

function elementMap(name: string, from: "float32" | "uint32", to: "float32" | "uint32", value: Expression): ElementMap {
  const read: Expression = { op: "load", type: from, array: { space: "parameter", index: 0 }, index };
  const body: Statement[] = [
    { kind: "set", local: 0, value: read },
    { kind: "store", array: { space: "parameter", index: 1 }, index, value },
  ];
  const parameter = (number: number, element: typeof from, access: ArrayParameter["access"]): ArrayParameter => {
    return { kind: "array", name: `array${number}`, element, access, binding: { from: "argument", index: number } };
  };
  const program: Program = {
    kind: "grid",
    name,
    arrays: [parameter(0, from, "read"), parameter(1, to, "write")],
    scalars: [],
    locals: [{ name: "value", type: from }],
    shared: [],
    fastMath: false,
    dimensions: 1,
    body,
  };
  const hash = hashProgram(program);
  return { over: (source, target) => launchOf(program, hash, source, target) };
}

function launchOf(program: Program, hash: string, source: DeviceArray, target: DeviceArray): AnyKernel {
  const plan: LaunchPlan = {
    program,
    hash,
    grid: [source.length, 1, 1],
    group: [64, 1, 1],
    seed: 0,
    arrays: [source, target].map((array) => ({ kind: "device", array })),
    scalars: [],
    result: { kind: "none" },
  };
  const definition: KernelDefinition = { version: 1, plan: () => plan };
  return { name: program.name, [Symbol.for("everycore.kernel")]: definition } as unknown as AnyKernel;
}
