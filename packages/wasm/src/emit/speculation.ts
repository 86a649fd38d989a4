// What a strip may assume as long as it can still give up: it has written nothing, so its threads may be done one by one.
//
// Coherent are comparisons between a value that goes up steadily along x and one that is the same for the strip and does not
// change from round to round of a loop. Away from the border that it draws, all lanes agree. The same holds for min, max,
// division and remainder. The emitter (guards.ts) tests for it; here it is only decided.

import {
  type Binary,
  type Compare,
  type Expression,
  type If,
  operandsOf,
  type Select,
  type Statement,
  targetOf,
} from "@everycore/kernel/ir";
import { eachStatement, someStatement, writesMemory } from "./expression-tree.js";
import { type Shape, type ShapeRules, VARYING } from "./shape-rules.js";

/** Below this, a divisor that is known makes too many borders. */
const SMALLEST_DIVISOR = 64;

export class Speculation {
  private readonly bailable = new Set<Statement>();
  private readonly coherent = new Set<Statement>();
  private readonly changing = new Set<number>();
  /** Of which the first way writes and the second may give up: wrong if a strip takes both. */
  private readonly exclusive = new Set<If>();
  private readonly divided: ReadonlySet<Statement>;
  private now: Statement | undefined;

  /** `allowed` is false where threads cannot be done one by one. Strips take both ways of the statements in `divided`. */
  constructor(body: readonly Statement[], allowed: boolean, divided: ReadonlySet<Statement> = new Set()) {
    this.divided = divided;
    if (allowed) this.mark(body, false);
    eachStatement(body, (statement, loops) => {
      const target = targetOf(statement);
      if (target !== undefined && loops > 0) this.changing.add(target);
      if (this.bailable.has(statement) && !endsRounds(statement, loops)) this.coherent.add(statement);
    });
  }

  enter(statement: Statement): void {
    this.now = statement;
  }

  /** Whether the strip may give up at the statement. */
  mayGiveUp(): boolean {
    return this.now !== undefined && this.bailable.has(this.now);
  }

  /** Statements of which a strip must not take both ways, as was assumed here, but does if it takes those of `divergent`. */
  conflicts(divergent: ReadonlySet<Statement>): Statement[] {
    return [...this.exclusive].filter((statement) => divergent.has(statement));
  }

  /** Marks what runs before any write; the result is whether there has been a write after the list. */
  private mark(list: readonly Statement[], written: boolean): boolean {
    let after = written;
    for (const statement of list) {
      if (statement.kind === "loop") after ||= someStatement([statement], writesMemory);
      if (!after) this.bailable.add(statement);
      after = this.markInside(statement, after);
    }
    return after;
  }

  private markInside(statement: Statement, written: boolean): boolean {
    if (writesMemory(statement)) return true;
    if (statement.kind === "if") {
      const then = this.mark(statement.then, written);
      const divided = this.divided.has(statement);
      if (then && !written && !divided && statement.otherwise.length > 0) this.exclusive.add(statement);
      return this.mark(statement.otherwise, divided ? then : written) || then;
    }
    if (statement.kind === "block") return this.mark(statement.body, written);
    if (statement.kind === "loop") return this.mark(statement.update, this.mark(statement.body, written));
    return written;
  }

  private speculates(): boolean {
    return this.now !== undefined && this.coherent.has(this.now);
  }

  /** The same in all lanes and in all rounds of loops. */
  private isStable(expression: Expression, rules: ShapeRules): boolean {
    if (expression.op === "load" || rules.shapeOf(expression) !== 0) return false;
    if (expression.op === "local") return !this.changing.has(expression.id);
    return operandsOf(expression).every((operand) => this.isStable(operand, rules));
  }

  isCoherent({ left, right }: Compare, rules: ShapeRules): boolean {
    if (!this.speculates()) return false;
    return (
      (isRising(left, rules) && this.isStable(right, rules)) || (isRising(right, rules) && this.isStable(left, rules))
    );
  }

  /** The shape of an integer operation on values with constant steps, not both 0, that is none of the exact ones. */
  binaryShape({ operator, left, right, type }: Binary, rules: ShapeRules): Shape {
    if (!this.speculates() || type !== "int32") return VARYING;
    const [a, b] = [rules.shapeOf(left), rules.shapeOf(right)];
    switch (operator) {
      case "min":
      case "max":
        if (b === 0) return this.isStable(right, rules) ? a : VARYING;
        return a === 0 && this.isStable(left, rules) ? b : VARYING;
      case "divide":
      case "floorDivide":
      case "remainder":
        if (a <= 0 || b !== 0 || !this.isStable(right, rules)) return VARYING;
        if (right.op === "constant" && right.value < SMALLEST_DIVISOR) return VARYING;
        return operator === "remainder" ? a : 0;
      default:
        return VARYING;
    }
  }

  /** A choice between a value that rises and one that does not: away from the border it is the rising one. */
  selectShape({ condition }: Select, then: Shape, otherwise: Shape): Shape {
    if (!this.speculates() || condition.op !== "compare") return VARYING;
    if (then === 0 && otherwise !== VARYING) return otherwise;
    return otherwise === 0 ? then : VARYING;
  }
}

function isRising(expression: Expression, rules: ShapeRules): boolean {
  const integer = expression.type === "int32" || expression.type === "uint32";
  const shape = integer ? rules.shapeOf(expression) : 0;
  return shape !== 0 && shape !== VARYING;
}

/** Whether the statement's condition decides how often a loop runs: lanes differ in that more often than at a border. */
function endsRounds(statement: Statement, loops: number): boolean {
  if (statement.kind === "loop") return true;
  if (statement.kind !== "if" || loops === 0) return false;
  const jumps = (inner: Statement): boolean => inner.kind === "leave" || inner.kind === "next";
  return someStatement(statement.then, jumps) || someStatement(statement.otherwise, jumps);
}
