// Atomic operations of a strip: lane by lane, in order, each by a call.

import { type Atomic, expressionsOf } from "@everycore/kernel/ir";
import { type AtomicKind, atomicKind, callAtomic } from "./atomics.js";
import { wasmType } from "./bindings.js";
import { extractLane, replaceLane } from "./per-lane.js";
import { type Parts, STRIP, type VectorExpressions } from "./vector-expression.js";

/** Emits the statement for the lanes in `mask`, or for all. */
export function emitVectorAtomic(vector: VectorExpressions, statement: Atomic, mask: Parts | undefined): void {
  const { fn, bindings } = vector;
  const { array, target } = statement;
  for (const operand of expressionsOf(statement)) vector.prepareVector(operand);
  const operands = expressionsOf(statement).map((operand) => vector.parts(operand));
  const bits = mask && laneBits(vector, mask);
  const kind = atomicKind(bindings, statement);
  const result = target === undefined ? undefined : vector.local(target);
  const copy = array.space === "parameter" ? bindings.privateArrays.get(array.index) : undefined;
  const base = bindings.base(array);
  for (let lane = 0; lane < STRIP; lane++) {
    if (bits !== undefined) ifLane(vector, bits, lane);
    if (copy !== undefined) {
      fn.get(copy.active);
      fn.if(wasmType(kind.type));
      callLane(vector, statement, { ...kind, contended: false }, copy.base, operands, lane);
      fn.else();
    }
    callLane(vector, statement, kind, base, operands, lane);
    if (copy !== undefined) fn.end();
    if (result === undefined) fn.op("drop");
    else intoLane(vector, result, kind.type, lane);
    if (bits !== undefined) fn.end();
  }
}

/** `operands` are the index, the value and, if there is one, what is expected. */
function callLane(
  vector: VectorExpressions,
  { array }: Atomic,
  kind: AtomicKind,
  base: number,
  operands: readonly Parts[],
  lane: number,
): void {
  const { fn, bindings } = vector;
  fn.get(base);
  fn.get(bindings.length(array));
  for (const [i, operand] of operands.entries()) extractLane(vector, i === 0 ? "int32" : kind.type, operand, lane);
  callAtomic(bindings, kind);
}

/** A local with a bit for each lane that is on. */
function laneBits({ fn }: VectorExpressions, mask: Parts): number {
  fn.get(mask[0] as number);
  fn.op("i32x4.bitmask");
  fn.get(mask[1] as number);
  fn.op("i32x4.bitmask");
  fn.i32(4);
  fn.op("i32.shl");
  fn.op("i32.or");
  return fn.save("i32");
}

function ifLane({ fn }: VectorExpressions, bits: number, lane: number): void {
  fn.get(bits);
  fn.i32(1 << lane);
  fn.op("i32.and");
  fn.if();
}

/** A scalar is on the stack. */
function intoLane(vector: VectorExpressions, parts: Parts, type: AtomicKind["type"], lane: number): void {
  const { fn } = vector;
  const value = fn.save(wasmType(type));
  const part = parts[lane >> 2] as number;
  fn.get(part);
  fn.get(value);
  replaceLane(vector, type, lane);
  fn.set(part);
}
