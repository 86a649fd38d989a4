// First step of compilation, IR to IR: calls of the math library become its statements, random numbers become the cipher's,
// and in programs without groups `local` and `group` are computed from `global`. What is left needs no knowledge of these.
//
// All statements are made anew, so that later analyses may keep facts by statement. Expressions may be shared.

import {
  type Expression,
  type FunctionDefinition,
  type GridProgram,
  type Local,
  type MathCall,
  mathFunction,
  type Program,
  type Random,
  type Statement,
  type ThreadIndex,
  threefryDefinition,
  type ValueType,
} from "@everycore/kernel/ir";
import { mapExpression } from "./expression-tree.js";

/** A program that is ready for the emitter. */
export interface LoweredProgram {
  readonly source: Program;
  readonly locals: readonly Local[];
  /** The body of a grid program, or the map of a reduction. */
  readonly body: readonly Statement[];
  /** A reduction's combine. */
  readonly combine: readonly Statement[];
  /** Statements of the math library: their operations are never fused. */
  readonly exact: ReadonlySet<Statement>;
  /** Whether threads run group by group. */
  readonly grouped: boolean;
}

/** The seed is read as a scalar parameter behind the program's own. */
export function seedScalar(program: Program): number {
  return program.scalars.length;
}

/** Lowers a whole program. */
export function lowerProgram(program: Program): LoweredProgram {
  const grouped = program.kind === "grid" && needsGroups(program);
  const lowering = new Lowering(program, grouped);
  const body = lowering.list(program.kind === "grid" ? program.body : program.map);
  const combine = program.kind === "grid" ? [] : lowering.list(program.combine);
  return {
    source: program,
    locals: lowering.locals,
    body: lowering.opening(body),
    combine,
    exact: lowering.exact,
    grouped,
  };
}

function needsGroups(program: GridProgram): boolean {
  return program.shared.length > 0 || hasBarrier(program.body);
}

/** Whether a barrier is among the statements, at any depth. */
function hasBarrier(list: readonly Statement[]): boolean {
  return list.some((statement) => {
    switch (statement.kind) {
      case "barrier":
        return true;
      case "if":
        return hasBarrier(statement.then) || hasBarrier(statement.otherwise);
      case "loop":
        return hasBarrier(statement.body) || hasBarrier(statement.update);
      case "block":
        return hasBarrier(statement.body);
      default:
        return false;
    }
  });
}

class Lowering {
  readonly locals: Local[];
  readonly exact: Set<Statement> = new Set<Statement>();
  private readonly program: Program;
  private readonly grouped: boolean;
  /** Statements that must run before the one that is being lowered. */
  private before: Statement[] = [];
  /** The local that counts how many random numbers the thread has drawn. */
  private draws: number | undefined;

  constructor(program: Program, grouped: boolean) {
    this.program = program;
    this.grouped = grouped;
    this.locals = [...program.locals];
  }

  /** The body, with what must be set first. */
  opening(body: readonly Statement[]): readonly Statement[] {
    if (this.draws === undefined) return body;
    return [{ kind: "set", local: this.draws, value: { op: "constant", type: "uint32", value: 0 } }, ...body];
  }

  list(statements: readonly Statement[]): Statement[] {
    const out: Statement[] = [];
    for (const statement of statements) {
      const outer = this.before;
      this.before = [];
      const lowered = this.statement(statement);
      out.push(...this.before);
      if (lowered !== undefined) out.push(lowered);
      this.before = outer;
    }
    return out;
  }

  private statement(statement: Statement): Statement | undefined {
    switch (statement.kind) {
      case "set":
        return { ...statement, value: this.expression(statement.value) };
      case "store":
        return { ...statement, index: this.expression(statement.index), value: this.expression(statement.value) };
      case "atomic": {
        const { expected } = statement;
        const operands = { index: this.expression(statement.index), value: this.expression(statement.value) };
        return { ...statement, ...operands, ...(expected && { expected: this.expression(expected) }) };
      }
      case "random":
        return this.random(statement);
      case "if": {
        const condition = this.expression(statement.condition);
        return { ...statement, condition, then: this.list(statement.then), otherwise: this.list(statement.otherwise) };
      }
      case "loop":
        return this.loop(statement);
      case "block":
        return { ...statement, body: this.list(statement.body) };
      default:
        return { ...statement };
    }
  }

  /** A condition that needs statements of its own moves into the body: `if (!condition) leave`. */
  private loop(loop: Extract<Statement, { kind: "loop" }>): Statement {
    const outer = this.before;
    this.before = [];
    const condition = this.expression(loop.condition);
    const before = this.before;
    this.before = outer;
    const body = this.list(loop.body);
    const update = this.list(loop.update);
    if (before.length === 0) return { ...loop, condition, body, update };
    const exit: Statement = { kind: "if", condition, then: [], otherwise: [{ kind: "leave", label: loop.label }] };
    const always: Expression = { op: "constant", type: "bool", value: 1 };
    return { ...loop, condition: always, body: [...before, exit, ...body], update };
  }

  private expression(expression: Expression): Expression {
    const mapped = mapExpression(expression, (child) => this.expression(child));
    if (mapped.op === "call") return this.call(mapped);
    if (mapped.op === "thread") return this.thread(mapped);
    return mapped;
  }

  private thread(index: ThreadIndex): Expression {
    if (this.grouped || (index.what !== "local" && index.what !== "group")) return index;
    const global: Expression = { ...index, what: "global" };
    const size: Expression = { ...index, what: "groupSize" };
    return {
      op: "binary",
      type: "int32",
      operator: index.what === "local" ? "remainder" : "divide",
      left: global,
      right: size,
    };
  }

  private call(call: MathCall): Expression {
    const definition = mathFunction(call.function, call.type);
    if (definition === undefined) return call;
    return this.inline(definition, call.arguments);
  }

  private inline(definition: FunctionDefinition, values: readonly Expression[]): Expression {
    const first = this.locals.length;
    this.locals.push(...definition.locals);
    const renamed = new Renaming(first, this.exact);
    for (const [i, value] of values.entries()) this.set(first + (definition.parameters[i] ?? 0), value);
    this.before.push(...renamed.list(definition.body));
    return this.named(renamed.expression(definition.result), true);
  }

  /** A local that is set once, just now. */
  private named(value: Expression, exact: boolean): Expression {
    this.locals.push({ name: "value", type: value.type });
    const id = this.locals.length - 1;
    this.set(id, value, exact);
    return { op: "local", type: value.type, id };
  }

  private set(local: number, value: Expression, exact = false): void {
    const statement: Statement = { kind: "set", local, value };
    if (exact) this.exact.add(statement);
    this.before.push(statement);
  }

  private random({ target }: Random): Statement {
    if (this.draws === undefined) {
      this.locals.push({ name: "draws", type: "uint32" });
      this.draws = this.locals.length - 1;
    }
    const definition = threefryDefinition();
    const first = this.locals.length;
    this.locals.push(...definition.locals);
    const renamed = new Renaming(first, this.exact);
    const [seed, thread, draw] = definition.parameters;
    const draws: Expression = { op: "local", type: "uint32", id: this.draws };
    this.set(first + seed, { op: "scalar", type: "uint32", index: seedScalar(this.program) });
    this.set(first + thread, linearThread(this.program.dimensions));
    this.set(first + draw, draws);
    this.before.push(...renamed.list(definition.body));
    const type = this.locals[target]?.type === "float64" ? "float64" : "float32";
    this.set(target, renamed.expression(definition.results[type]));
    return {
      kind: "set",
      local: this.draws,
      value: sum("uint32", draws, { op: "constant", type: "uint32", value: 1 }),
    };
  }
}

/** Copies a definition's statements with its locals moved to where they are now. */
class Renaming {
  private readonly first: number;
  private readonly exact: Set<Statement>;

  constructor(first: number, exact: Set<Statement>) {
    this.first = first;
    this.exact = exact;
  }

  list(statements: readonly Statement[]): Statement[] {
    return statements.map((statement) => {
      const copy = this.statement(statement);
      this.exact.add(copy);
      return copy;
    });
  }

  private statement(statement: Statement): Statement {
    switch (statement.kind) {
      case "set":
        return { kind: "set", local: this.first + statement.local, value: this.expression(statement.value) };
      case "if": {
        const condition = this.expression(statement.condition);
        return { kind: "if", condition, then: this.list(statement.then), otherwise: this.list(statement.otherwise) };
      }
      default:
        throw new Error(
          `A function of the math library has a "${statement.kind}" statement: report this, it is a bug.`,
        );
    }
  }

  expression(expression: Expression): Expression {
    if (expression.op === "local") return { ...expression, id: this.first + expression.id };
    return mapExpression(expression, (child) => this.expression(child));
  }
}

/** x + gridX * (y + gridY * z), as uint32. */
function linearThread(dimensions: 1 | 2 | 3): Expression {
  const x = threadIndex("global", 0);
  const y = threadIndex("global", 1);
  const z = threadIndex("global", 2);
  const plane = dimensions < 3 ? y : sum("int32", y, product(threadIndex("gridSize", 1), z));
  const linear = dimensions < 2 ? x : sum("int32", x, product(threadIndex("gridSize", 0), plane));
  return { op: "convert", type: "uint32", value: linear };
}

function threadIndex(what: ThreadIndex["what"], axis: 0 | 1 | 2): Expression {
  return { op: "thread", type: "int32", what, axis };
}

function sum(type: ValueType, left: Expression, right: Expression): Expression {
  return { op: "binary", type, operator: "add", left, right };
}

function product(left: Expression, right: Expression): Expression {
  return { op: "binary", type: "int32", operator: "multiply", left, right };
}
