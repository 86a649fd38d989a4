// Computes what is computed several times only once, and keeps it in a local.
//
// It goes through the program in order, twice: first it finds what repeats, then it rewrites; both visit the same expressions in
// the same order. Each expression has a number, found by its operator, the numbers of its operands and the versions of what it
// reads. Setting a local, or writing memory, makes a new version, so that equal numbers mean equal values.
//
// Sound because a value is only taken from where it was computed before on every way here: inside of an `if`, a loop or a block
// what is known outside is known, but not the other way round. Before a loop everything that it changes gets a new version. A loop's
// condition is evaluated again and again, so what it computes is not kept, but it may use what is known.

import { declareLocal, local, set } from "../ir/builder.js";
import type { Expression, Local, Program, Statement } from "../ir/ir.js";
import { operandsOf } from "../ir/structure.js";
import { type Effects, effectsOf, memoryKey } from "./effects.js";
import { headOf, isCheap, type Versions } from "./expression-key.js";
import { changed, expandAll, mapBodies, mapOperands, mapOwnExpressions, withBranches } from "./rewrite.js";

/** A value, and how often it is computed. */
interface Entry {
  count: number;
  /** Where it is kept, once it is computed in the second walk. */
  local: number;
}

/** Keeps what is computed several times in locals. */
export function shareCommon(program: Program): Program {
  const finding = new Walk(program.locals, []);
  mapBodies(program, (list) => finding.scope(list));
  if (!finding.visited.some((entry) => entry !== undefined && entry.count > 1)) return program;
  const rewriting = new Walk(program.locals, finding.visited);
  const shared = mapBodies(program, (list) => rewriting.scope(list));
  return { ...shared, locals: rewriting.locals };
}

class Walk {
  readonly locals: Local[];
  /** What the first walk found for each expression it visited, in order. */
  readonly visited: (Entry | undefined)[] = [];
  readonly #found: readonly (Entry | undefined)[];
  readonly #versions = new VersionTable();
  /** What is known where the walk is, by the number of the value. */
  readonly #known = new Map<number, Entry>();
  /** The numbers in {@link #known}, in the order in which they came in. */
  readonly #order: number[] = [];
  /** The number of each value, by what it is computed with. */
  readonly #values = new Map<string, number>();
  /** The numbers of the expressions of the statement in hand. */
  readonly #numbers = new Map<Expression, number>();
  /** Sets of what the statement in hand computes first. */
  #before: Statement[] = [];

  constructor(locals: readonly Local[], found: readonly (Entry | undefined)[]) {
    this.locals = [...locals];
    this.#found = found;
  }

  /** Goes through a list; what becomes known in it is not known behind it. */
  scope(list: readonly Statement[]): readonly Statement[] {
    const outside = this.#order.length;
    const walked = expandAll(list, (statement) => this.#statement(statement));
    while (this.#order.length > outside) this.#known.delete(this.#order.pop() as number);
    return walked;
  }

  #statement(s: Statement): readonly Statement[] {
    if (s.kind === "loop") return [this.#loop(s)];
    this.#before = [];
    this.#numbers.clear();
    const own = mapOwnExpressions(s, (expression) => this.#visit(expression, true));
    const before = this.#before;
    return [...before, this.#inside(own)];
  }

  #inside(s: Statement): Statement {
    switch (s.kind) {
      case "if":
        return withBranches(s, this.scope(s.then), this.scope(s.otherwise));
      case "block":
        return changed(s, { body: this.scope(s.body) });
      default:
        this.#versions.renew(effectsOf(s));
        return s;
    }
  }

  #loop(s: Extract<Statement, { kind: "loop" }>): Statement {
    this.#versions.renew(effectsOf(s));
    this.#numbers.clear();
    const condition = mapOwnExpressions(s, (expression) => this.#visit(expression, false)) as typeof s;
    return changed(condition, { body: this.scope(s.body), update: this.scope(s.update) });
  }

  #visit(expression: Expression, keeps: boolean): Expression {
    if (isCheap(expression)) return expression;
    const place = this.visited.length;
    const number = this.#numberOf(expression);
    const entry = this.#known.get(number);
    if (entry !== undefined) return this.#again(expression, entry);
    const created = keeps ? (this.#found[place] ?? { count: 1, local: -1 }) : undefined;
    this.visited.push(created);
    if (created !== undefined) {
      this.#known.set(number, created);
      this.#order.push(number);
    }
    const inside = mapOperands(expression, (operand) => this.#visit(operand, keeps));
    return created === undefined ? inside : this.#keep(inside, created);
  }

  #numberOf(expression: Expression): number {
    let number = this.#numbers.get(expression);
    if (number !== undefined) return number;
    let key = headOf(expression, this.#versions);
    for (const operand of operandsOf(expression)) key += ` ${this.#numberOf(operand)}`;
    number = this.#values.get(key) ?? this.#values.size;
    this.#values.set(key, number);
    this.#numbers.set(expression, number);
    return number;
  }

  #again(expression: Expression, entry: Entry): Expression {
    this.visited.push(entry);
    if (!this.#isRewriting()) entry.count++;
    return this.#isRewriting() ? local(expression.type, entry.local) : expression;
  }

  /** Computes a value that is used again, before the statement in hand. */
  #keep(expression: Expression, entry: Entry): Expression {
    if (!this.#isRewriting() || entry.count === 1) return expression;
    entry.local = this.locals.length;
    this.locals.push(declareLocal("common", expression.type));
    this.#before.push(set(entry.local, expression));
    return local(expression.type, entry.local);
  }

  #isRewriting(): boolean {
    return this.#found.length > 0;
  }
}

/** Which value each local and each memory has at the moment. */
class VersionTable implements Versions {
  readonly #versions = new Map<string, number>();
  #everywhere = 0;
  #latest = 0;

  local(id: number): string {
    return `${id}.${this.#versions.get(`local ${id}`) ?? 0}`;
  }

  load({ array }: Extract<Expression, { op: "load" }>): string {
    return `${this.#versions.get(memoryKey(array)) ?? 0}.${this.#everywhere}`;
  }

  renew({ sets, writes }: Effects): void {
    this.#latest++;
    for (const id of sets) this.#versions.set(`local ${id}`, this.#latest);
    for (const key of writes) this.#versions.set(key, this.#latest);
    if (writes.has("everywhere")) this.#everywhere = this.#latest;
  }
}
