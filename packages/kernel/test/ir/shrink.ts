// Makes a failing program small: tries to leave out statements, to put a branch in place of its `if`, and an operand or a
// constant in place of an expression, as long as the program is well-formed and still fails. What makes loops end, their conditions
// and updates, is left alone.

import { mapBodies, mapLists, mapOperands, mapOwnExpressions } from "../../src/3-simplify/rewrite.js";
import { constant } from "../../src/ir/builder.js";
import type { Expression, Program, Statement } from "../../src/ir/ir.js";
import { listsOf, operandsOf } from "../../src/ir/structure.js";
import { verifyProgram } from "../../src/ir/verifier.js";

/** The smallest program that was found for which `fails` is true, starting with one for which it is. */
export function shrink(program: Program, fails: (program: Program) => boolean, maxTries = 1500): Program {
  let smallest = program;
  let tries = 0;
  for (let place = 0; tries < maxTries; ) {
    const candidates = candidatesAt(smallest, place);
    if (candidates === undefined) break;
    tries += 1 + candidates.length;
    const smaller = candidates.find((candidate) => isWellFormed(candidate) && fails(candidate));
    if (smaller === undefined) place++;
    else smallest = smaller;
  }
  return smallest;
}

function isWellFormed(program: Program): boolean {
  try {
    verifyProgram(program);
    return true;
  } catch {
    return false;
  }
}

/** The ways to make statement or expression number `place` smaller; `undefined` if there is no such place. */
function candidatesAt(program: Program, place: number): Program[] | undefined {
  const candidates: Program[] = [];
  for (let way = 0; way < 6; way++) {
    const editor = new Editor(place, way);
    const edited = mapBodies(program, (list) => editor.list(list));
    if (!editor.found) return undefined;
    if (editor.changed) candidates.push(edited);
  }
  return candidates;
}

class Editor {
  found = false;
  changed = true;
  readonly #place: number;
  readonly #way: number;
  #visited = 0;

  constructor(place: number, way: number) {
    this.#place = place;
    this.#way = way;
  }

  list(list: readonly Statement[]): readonly Statement[] {
    return list.flatMap((statement) => this.#statement(statement));
  }

  #isHere(): boolean {
    const here = this.#visited++ === this.#place;
    this.found ||= here;
    return here;
  }

  #statement(s: Statement): readonly Statement[] {
    if (this.#isHere()) {
      if (this.#way === 0) return [];
      return listsOf(s)[this.#way - 1] ?? this.#unchanged([s]);
    }
    return [
      mapLists(
        mapOwnExpressions(s, (e) => this.#expression(e)),
        (list) => this.list(list),
      ),
    ];
  }

  #expression(e: Expression): Expression {
    if (!this.#isHere()) return mapOperands(e, (operand) => this.#expression(operand));
    if (e.op === "constant") return this.#unchanged(e);
    if (this.#way < 2) return constant(e.type, this.#way);
    const operand = operandsOf(e)[this.#way - 2];
    return operand?.type === e.type ? operand : this.#unchanged(e);
  }

  #unchanged<T>(node: T): T {
    this.changed = false;
    return node;
  }
}
