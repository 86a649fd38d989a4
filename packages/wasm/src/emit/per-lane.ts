// What vectors cannot do: each lane is taken out, done alone, and put back.

import type { Binary, Expression, Unary, ValueType } from "@everycore/kernel/ir";
import { callMath, type MathImportName } from "./math-import.js";
import { type Parts, partNumbers, type VectorExpressions } from "./vector-expression.js";

/** Takes lane `lane` of part `p` of a value in locals. */
export function extractLane(vector: VectorExpressions, type: ValueType, parts: Parts, lane: number): void {
  const { fn } = vector;
  const perPart = type === "float64" ? 2 : 4;
  fn.get(parts[Math.floor(lane / perPart)] as number);
  if (type === "float64") fn.op("f64x2.extract_lane", lane % 2);
  else if (type === "float32") fn.op("f32x4.extract_lane", lane % 4);
  else fn.op("i32x4.extract_lane", lane % 4);
}

/** Puts the scalar that `push` pushes into a lane of a part, which is on the stack. */
export function replaceLane(vector: VectorExpressions, type: ValueType, lane: number): void {
  const { fn } = vector;
  if (type === "float64") fn.op("f64x2.replace_lane", lane % 2);
  else if (type === "float32") fn.op("f32x4.replace_lane", lane % 4);
  else fn.op("i32x4.replace_lane", lane % 4);
}

/** New parts, of which `push` pushes each lane. */
function buildLanes(vector: VectorExpressions, type: ValueType, push: (lane: number) => void): Parts {
  const perPart = type === "float64" ? 2 : 4;
  return partNumbers(type).map((p) => {
    vector.fn.ints(0);
    for (let lane = p * perPart; lane < (p + 1) * perPart; lane++) {
      push(lane);
      replaceLane(vector, type, lane);
    }
    return vector.fn.save("v128");
  });
}

/** Calls an imported function of float64s. */
export function callPerLane(
  vector: VectorExpressions,
  name: MathImportName,
  values: readonly Expression[],
  type: ValueType,
): Parts {
  const { fn } = vector;
  const operands = values.map((value) => vector.parts(value));
  return buildLanes(vector, type, (lane) => {
    for (const operand of operands) {
      extractLane(vector, type, operand, lane);
      if (type === "float32") fn.op("f64.promote_f32");
    }
    callMath(vector.bindings.module, fn, name);
    if (type === "float32") fn.op("f32.demote_f64");
  });
}

/** Shifts by counts that differ, and leading zeros. */
export function shiftPerLane(vector: VectorExpressions, expression: Binary | Unary): Parts {
  const { fn } = vector;
  const values = expression.op === "unary" ? [expression.value] : [expression.left, expression.right];
  const operands = values.map((value) => vector.parts(value));
  const signed = expression.type === "int32";
  return buildLanes(vector, expression.type, (lane) => {
    for (const operand of operands) extractLane(vector, "int32", operand, lane);
    if (expression.op === "unary") fn.op("i32.clz");
    else if (expression.operator === "shiftLeft") fn.op("i32.shl");
    else fn.op(signed ? "i32.shr_s" : "i32.shr_u");
  });
}
