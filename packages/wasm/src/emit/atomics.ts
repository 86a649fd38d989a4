// Atomic operations on one element. On memory that is shared they are atomic instructions, or a loop around compare-exchange
// where there is none (min, max, floats). Shared arrays of a group belong to one worker: plain loads and stores do.

import type { Atomic, ValueType } from "@everycore/kernel/ir";
import { type Bindings, wasmType } from "./bindings.js";
import type { FunctionBuilder } from "./function-builder.js";
import type { Opcode } from "./opcodes.js";

/** Locals with the operands; `expected` only for compareExchange. */
export interface AtomicOperands {
  readonly index: number;
  readonly value: number;
  readonly expected: number | undefined;
}

/** How one atomic statement is done. */
export interface AtomicKind {
  readonly operator: Atomic["operator"];
  readonly type: "int32" | "uint32" | "float32";
  /** Whether other workers may come between. */
  readonly contended: boolean;
}

const instructions: Partial<Record<Atomic["operator"], Opcode>> = {
  add: "i32.atomic.rmw.add",
  subtract: "i32.atomic.rmw.sub",
  and: "i32.atomic.rmw.and",
  or: "i32.atomic.rmw.or",
  xor: "i32.atomic.rmw.xor",
  exchange: "i32.atomic.rmw.xchg",
};

const plain: Partial<Record<Atomic["operator"], string>> = {
  add: "add",
  subtract: "sub",
  and: "and",
  or: "or",
  xor: "xor",
};

/** How the statement is done in this module. */
export function atomicKind(bindings: Bindings, { array, operator }: Atomic): AtomicKind {
  const contended = array.space === "parameter" && bindings.features.sharedMemory;
  return { operator, type: bindings.element(array) as AtomicKind["type"], contended };
}

/** Pushes the old value, or 0 if the index is outside. `base` and `length` are locals; without a length there is no test. */
export function emitAtomic(
  fn: FunctionBuilder,
  kind: AtomicKind,
  base: number,
  length: number | undefined,
  operands: AtomicOperands,
): void {
  if (length === undefined) return emitInside(fn, kind, base, operands);
  const wasm = wasmType(kind.type);
  fn.get(operands.index);
  fn.get(length);
  fn.op("i32.lt_u");
  fn.if(wasm);
  emitInside(fn, kind, base, operands);
  fn.else();
  if (wasm === "f32") fn.f32(0);
  else fn.i32(0);
  fn.end();
}

function emitInside(fn: FunctionBuilder, kind: AtomicKind, base: number, operands: AtomicOperands): void {
  fn.get(base);
  fn.get(operands.index);
  fn.i32(2);
  fn.op("i32.shl");
  fn.op("i32.add");
  const address = fn.save("i32");
  if (kind.contended) contended(fn, kind, address, operands);
  else uncontended(fn, kind, address, operands);
}

/** Calls the operation as a function, for one lane: base, length, index, value and, if it has it, expected are on the stack. */
export function callAtomic(bindings: Bindings, kind: AtomicKind): void {
  const wasm = wasmType(kind.type);
  const exchange = kind.operator === "compareExchange";
  const parameters = ["i32", "i32", "i32", wasm, ...(exchange ? [wasm] : [])] as const;
  const name = `atomic:${kind.operator}:${kind.type}${kind.contended ? "" : ":plain"}`;
  const index = bindings.module.helper(name, parameters, [wasm], (fn) => {
    emitAtomic(fn, kind, 0, 1, { index: 2, value: 3, expected: exchange ? 4 : undefined });
  });
  bindings.fn.op("call", index);
}

function contended(fn: FunctionBuilder, kind: AtomicKind, address: number, { value, expected }: AtomicOperands): void {
  const { operator, type } = kind;
  if (operator === "compareExchange") {
    fn.get(address);
    pushBits(fn, type, expected ?? value);
    pushBits(fn, type, value);
    fn.op("i32.atomic.rmw.cmpxchg", 2, 0);
    return fromBits(fn, type);
  }
  const instruction = instructions[operator];
  if (instruction === undefined || (type === "float32" && operator !== "exchange"))
    return retry(fn, kind, address, value);
  fn.get(address);
  pushBits(fn, type, value);
  fn.op(instruction, 2, 0);
  fromBits(fn, type);
}

/** Reads, computes, and writes if nobody came between; else again. */
function retry(fn: FunctionBuilder, kind: AtomicKind, address: number, value: number): void {
  const bits = fn.local("i32");
  const again = fn.loop();
  fn.get(address);
  fn.get(address);
  fn.op("i32.atomic.load", 2, 0);
  fn.tee(bits);
  fn.get(bits);
  fromBits(fn, kind.type);
  const old = fn.save(wasmType(kind.type));
  compute(fn, kind, old, value);
  toBits(fn, kind.type);
  fn.op("i32.atomic.rmw.cmpxchg", 2, 0);
  fn.get(bits);
  fn.op("i32.ne");
  fn.brIf(again);
  fn.end();
  fn.get(old);
}

function uncontended(
  fn: FunctionBuilder,
  kind: AtomicKind,
  address: number,
  { value, expected }: AtomicOperands,
): void {
  const wasm = wasmType(kind.type) === "f32" ? "f32" : "i32";
  fn.get(address);
  fn.op(`${wasm}.load`, 2, 0);
  const old = fn.save(wasm);
  fn.get(address);
  if (kind.operator === "compareExchange") {
    fn.get(value);
    fn.get(old);
    fn.get(old);
    fn.get(expected ?? value);
    fn.op(`${wasm}.eq`);
    fn.op("select");
  } else {
    compute(fn, kind, old, value);
  }
  fn.op(`${wasm}.store`, 2, 0);
  fn.get(old);
}

/** Pushes what is to be written. */
function compute(fn: FunctionBuilder, { operator, type }: AtomicKind, old: number, value: number): void {
  if (operator === "exchange") return fn.get(value);
  fn.get(old);
  fn.get(value);
  if (operator !== "min" && operator !== "max") {
    return fn.op(`${type === "float32" ? "f32" : "i32"}.${plain[operator]}` as Opcode);
  }
  if (type === "float32") return fn.op(`f32.${operator}`);
  fn.get(old);
  fn.get(value);
  fn.op(`i32.${operator === "min" ? "lt" : "gt"}_${type === "int32" ? "s" : "u"}`);
  fn.op("select");
}

function pushBits(fn: FunctionBuilder, type: ValueType, local: number): void {
  fn.get(local);
  toBits(fn, type);
}

function toBits(fn: FunctionBuilder, type: ValueType): void {
  if (type === "float32") fn.op("i32.reinterpret_f32");
}

function fromBits(fn: FunctionBuilder, type: ValueType): void {
  if (type === "float32") fn.op("f32.reinterpret_i32");
}
