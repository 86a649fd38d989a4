// Computes what is computed several times only once, and keeps it in a local.
//
// It goes through the program in order, twice: first it finds what repeats, then it rewrites; both visit the same expressions in
// the same order. Each expression has a key with the versions of what it reads. Setting a local, or writing memory, makes a
// new version, so that equal keys mean equal values.
//
// Sound because a value is only taken from where it was computed before on every way here: inside of an `if`, a loop or a block
// what is known outside is known, but not the other way round. Before a loop everything that it changes gets a new version. A loop's
// condition is evaluated again and again, so what it computes is not kept, but it may use what is known.

import { declareLocal, local, set } from "../ir/builder.js";
import type { Expression, Local, Program, Statement } from "../ir/ir.js";
import { type Effects, effectsOf, memoryKey } from "./effects.js";
import { isCheap, keyOf, type Versions } from "./expression-key.js";
import { changed, expandAll, mapBodies, mapOperands, mapOwnExpressions, withBranches } from "./rewrite.js";

/** A value, and how often it is computed. */
interface Entry {
  count: number;
  /** Where it is kept, once it is computed in the second walk. */
  local: number;
}

type Known = Map<string, Entry>;

/** Keeps what is computed several times in locals. */
export function shareCommon(program: Program): Program {
  const finding = new Walk(program.locals, []);
  mapBodies(program, (list) => finding.list(list, new Map()));
  if (!finding.visited.some((entry) => entry !== undefined && entry.count > 1)) return program;
  const rewriting = new Walk(program.locals, finding.visited);
  const shared = mapBodies(program, (list) => rewriting.list(list, new Map()));
  return { ...shared, locals: rewriting.locals };
}

class Walk {
  readonly locals: Local[];
  /** What the first walk found for each expression it visited, in order. */
  readonly visited: (Entry | undefined)[] = [];
  readonly #found: readonly (Entry | undefined)[];
  readonly #versions = new VersionTable();
  /** Sets of what the statement in hand computes first. */
  #before: Statement[] = [];

  constructor(locals: readonly Local[], found: readonly (Entry | undefined)[]) {
    this.locals = [...locals];
    this.#found = found;
  }

  list(list: readonly Statement[], known: Known): readonly Statement[] {
    return expandAll(list, (statement) => this.#statement(statement, known));
  }

  #statement(s: Statement, known: Known): readonly Statement[] {
    if (s.kind === "loop") return [this.#loop(s, known)];
    this.#before = [];
    const own = mapOwnExpressions(s, (expression) => this.#visit(expression, known, true));
    const before = this.#before;
    return [...before, this.#inside(own, known)];
  }

  #inside(s: Statement, known: Known): Statement {
    switch (s.kind) {
      case "if":
        return withBranches(s, this.list(s.then, new Map(known)), this.list(s.otherwise, new Map(known)));
      case "block":
        return changed(s, { body: this.list(s.body, new Map(known)) });
      default:
        this.#versions.renew(effectsOf(s));
        return s;
    }
  }

  #loop(s: Extract<Statement, { kind: "loop" }>, known: Known): Statement {
    this.#versions.renew(effectsOf(s));
    const condition = mapOwnExpressions(s, (expression) => this.#visit(expression, known, false)) as typeof s;
    const body = this.list(s.body, new Map(known));
    return changed(condition, { body, update: this.list(s.update, new Map(known)) });
  }

  #visit(expression: Expression, known: Known, keeps: boolean): Expression {
    if (isCheap(expression)) return expression;
    const place = this.visited.length;
    const key = keyOf(expression, this.#versions);
    const entry = known.get(key);
    if (entry !== undefined) return this.#again(expression, entry);
    const created = keeps ? (this.#found[place] ?? { count: 1, local: -1 }) : undefined;
    this.visited.push(created);
    if (created !== undefined) known.set(key, created);
    const inside = mapOperands(expression, (operand) => this.#visit(operand, known, keeps));
    return created === undefined ? inside : this.#keep(inside, created);
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
