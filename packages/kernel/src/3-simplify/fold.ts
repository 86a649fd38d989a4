// Folds expressions: constants, and algebra that gives the same bits.
//
// Sound because each rule replaces a pure expression by one that has the same value for all operands (semantics.ts computes the
// constants). Rules on floats keep NaN, infinities and −0, unless the program has fastMath; then they may assume that there
// are no NaN and no infinities, and take −0 for 0.

import type { Expression, Program, Statement } from "../ir/ir.js";
import { isLeaf } from "./expression-key.js";
import { foldBinary } from "./fold-binary.js";
import { foldBool } from "./fold-bool.js";
import { foldConstants } from "./fold-constants.js";
import { foldConversion } from "./fold-conversion.js";
import { mapAll, mapBodies, mapLists, mapOperands, mapOwnExpressions } from "./rewrite.js";

/** Folds every expression of a program. */
export function foldProgram(program: Program): Program {
  const fold = (expression: Expression): Expression => foldExpression(expression, program.fastMath);
  const list = (statements: readonly Statement[]): readonly Statement[] =>
    mapAll(statements, (statement) => mapLists(mapOwnExpressions(statement, fold), list));
  return mapBodies(program, list);
}

/** Folds an expression, from the inside out. */
export function foldExpression(expression: Expression, fastMath: boolean): Expression {
  if (isLeaf(expression)) return expression;
  const inside = mapOperands(expression, (operand) => foldExpression(operand, fastMath));
  return foldNode(inside, fastMath);
}

/** Folds until no rule applies; each rule makes the expression smaller or its operators simpler, so this ends. */
function foldNode(expression: Expression, fastMath: boolean): Expression {
  const folded = foldOnce(expression, fastMath);
  if (folded === undefined || folded === expression) return expression;
  return foldNode(
    mapOperands(folded, (operand) => foldNode(operand, fastMath)),
    fastMath,
  );
}

function foldOnce(e: Expression, fastMath: boolean): Expression | undefined {
  const constant = foldConstants(e);
  if (constant !== undefined) return constant;
  switch (e.op) {
    case "unary":
    case "binary":
    case "call":
      return foldBinary(e, fastMath) ?? foldBool(e, fastMath);
    case "convert":
    case "bitcast":
      return foldConversion(e);
    case "compare":
    case "logical":
    case "select":
      return foldBool(e, fastMath);
    default:
      return undefined;
  }
}
