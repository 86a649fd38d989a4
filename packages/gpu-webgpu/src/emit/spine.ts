// Programs with barriers. WGSL wants a proof that all threads of a group come to a barrier together, also those beyond the end of
// the grid and those that have ended. So every thread goes along the spine, the statements that contain barriers, and what else there is
// runs in regions: `if (jump == 0u) { … }`.
//
// Rules
//   1. `jump` is 0 while a thread runs; the number of a target while it is on its way there (jumps.ts); `ended` when it has returned,
//      or was never in the grid.
//   2. Conditions on the spine that are uniform (uniformity.ts) are written as they are. Others are voted on: those that run and for
//      whom it holds say so in shared memory, and all go where one goes. As all that run agree, that is where each of them goes.
//   3. Where control is uniform, jumps are real jumps, and locals that are uniform are set by all threads. Elsewhere both are part of a
//      region.
//   4. A target on the spine sets `jump` to 0 again for those who wanted to go there.

import { escapesOf, isJump, type Target } from "@everycore/gpu";
import type { Block, If, Loop, Statement } from "@everycore/kernel/ir";
import { Body, type BodyScope } from "./body.js";
import { ended } from "./jumps.js";
import type { Uniformity } from "./uniformity.js";

const vote = `var<workgroup> ballot: u32;
fn vote(yes: bool, place: u32) -> bool {
  if (place == 0u) { ballot = 0u; }
  workgroupBarrier();
  if (yes) { ballot = 1u; }
  return workgroupUniformLoad(&ballot) != 0u;
}`;

/** See above. */
export class Spine {
  readonly #body: Body;
  readonly #scope: BodyScope;
  readonly #uniformity: Uniformity;
  readonly #barrier: readonly string[];

  /** `barrier`: the lines of a barrier. */
  constructor(scope: BodyScope, uniformity: Uniformity, barrier: readonly string[]) {
    this.#scope = scope;
    this.#body = new Body({ ...scope, end: () => this.#end() });
    this.#uniformity = uniformity;
    this.#barrier = barrier;
  }

  /** Writes a list of the spine; gives the jumps out of it that only some threads take. */
  list(list: readonly Statement[], varying: boolean): Set<Target> {
    const escapes = new Set<Target>();
    let region: Statement[] = [];
    const flush = (): void => {
      if (region.length > 0) this.#region(region);
      region = [];
    };
    for (const statement of list) {
      const mixed = varying || escapes.size > 0;
      let found: Set<Target>;
      if (this.#uniformity.isOnSpine(statement, mixed)) {
        flush();
        found = this.#statement(statement, mixed);
        if (!mixed && isJump(statement)) break;
      } else {
        region.push(statement);
        found = escapesOf([statement]);
      }
      for (const target of found) escapes.add(target);
    }
    flush();
    return escapes;
  }

  #statement(statement: Statement, varying: boolean): Set<Target> {
    const { lines } = this.#scope;
    switch (statement.kind) {
      case "barrier":
        for (const line of this.#barrier) lines.add(line);
        return new Set();
      case "if":
        return this.#if(statement, varying);
      case "loop":
        return this.#loop(statement, varying);
      case "block":
        return this.#block(statement, varying);
      case "return":
        lines.add("return;");
        return new Set();
      default:
        this.#body.statement(statement);
        return new Set();
    }
  }

  /** Rule 1. */
  #region(statements: readonly Statement[]): void {
    const { lines, jumps } = this.#scope;
    const escapes = escapesOf(statements).size > 0;
    lines.block("if (jump == 0u)", () => {
      jumps.enter("region");
      if (escapes) lines.block("switch 0u { default:", () => this.#body.list(statements), "} }");
      else this.#body.list(statements);
      jumps.exit();
    });
  }

  /** In a region. */
  #end(): void {
    for (const line of this.#scope.jumps.to("return")) this.#scope.lines.add(line);
  }

  #if(statement: If, varying: boolean): Set<Target> {
    const { condition, then, otherwise } = statement;
    const { lines } = this.#scope;
    if (!varying && this.#uniformity.isUniform(condition)) return this.#plainIf(statement);
    const escapes = new Set<Target>();
    const yes = lines.named("let", this.#body.text(condition));
    for (const [holds, list] of [
      [yes, then],
      [`!${yes}`, otherwise],
    ] as const) {
      if (list.length === 0) continue;
      const goes = lines.named("let", this.#vote(`jump == 0u && ${holds}`));
      lines.block(`if (${goes})`, () => {
        for (const target of this.list(list, true)) escapes.add(target);
      });
    }
    return escapes;
  }

  #plainIf({ condition, then, otherwise }: If): Set<Target> {
    const escapes = new Set<Target>();
    this.#body.conditional(this.#body.text(condition), { then, otherwise }, (list) => {
      for (const target of this.list(list, false)) escapes.add(target);
    });
    return escapes;
  }

  #block({ label, body }: Block, varying: boolean): Set<Target> {
    const target = `leave ${label}`;
    return without(
      this.#labelled(target, () => this.list(body, varying)),
      target,
    );
  }

  /** Statements of the spine that real jumps may leave, and the target of those that come from regions. */
  #labelled(target: Target, write: () => Set<Target>): Set<Target> {
    const { lines, jumps } = this.#scope;
    let escapes = new Set<Target>();
    jumps.enter("switch", target);
    lines.block(
      "switch 0u { default:",
      () => {
        escapes = write();
      },
      "} }",
    );
    for (const line of jumps.exit()) lines.add(line);
    this.#arrive(target);
    return escapes;
  }

  #loop(loop: Loop, outside: boolean): Set<Target> {
    const { lines, jumps } = this.#scope;
    const varying = outside || this.#uniformity.isVarying(loop);
    const [leave, next] = [`leave ${loop.label}`, `next ${loop.label}`];
    const escapes = new Set<Target>();
    jumps.enter("loop", leave);
    lines.block("loop", () => {
      if (varying) this.#votedCheck(loop, leave);
      else this.#body.check(loop.condition);
      const afterBody = without(
        this.#labelled(next, () => this.list(loop.body, varying)),
        next,
      );
      for (const target of this.list(loop.update, varying || afterBody.size > 0)) escapes.add(target);
      for (const target of afterBody) escapes.add(target);
    });
    for (const line of jumps.exit()) lines.add(line);
    this.#arrive(leave);
    return without(escapes, leave);
  }

  #votedCheck(loop: Loop, leave: Target): void {
    const { lines, jumps } = this.#scope;
    const condition = this.#body.text(loop.condition);
    jumps.leftRegion.add(leave);
    lines.add(`if (jump == 0u && !${condition}) { jump = ${jumps.number(leave)}; }`);
    lines.add(`if (!${this.#vote("jump == 0u")}) { break; }`);
  }

  /** Rule 4. */
  #arrive(target: Target): void {
    const { lines, jumps } = this.#scope;
    if (jumps.leftRegion.has(target)) lines.add(`if (jump == ${jumps.number(target)}) { jump = 0u; }`);
  }

  #vote(yes: string): string {
    const { shader } = this.#scope;
    return `${shader.once("vote", () => shader.add(vote))}(${yes}, place_in_group)`;
  }
}

/** The variable of rule 1, and its first value for a thread. */
export function jumpVariable(isInGrid: string): string {
  return `var jump = select(${ended}, 0u, ${isInGrid});`;
}

function without(targets: Set<Target>, target: Target): Set<Target> {
  targets.delete(target);
  return targets;
}
