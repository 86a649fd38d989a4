// Law K8's programs: grown at random from the grammar, the same ones for the same seed, and shrunk when one fails.

import { leaves, type Production, productions, sentences } from "./program-grammar.js";
import { cuts, type TreeLanguage, type TreeNode, type TreeType, writeBlock, writeTree } from "./program-tree.js";
import { type Dice, dice } from "./random-numbers.js";

/** The float that a program reckons with. */
export type ProgramFloat = "float32" | "float64";

/** A program of law K8: two functions inside, and statements. */
export interface RandomProgram {
  readonly seed: number;
  readonly helpers: readonly [int: TreeNode, float: TreeNode];
  readonly statements: readonly TreeNode[];
}

const parameters = "thread, n, u, x, outA, outB, outC, outD, s";

/** What plain JavaScript needs besides, for a program on `float`. */
export function plainScope(float: ProgramFloat): Readonly<Record<string, unknown>> {
  const whole = (a: number, b: number, round: (x: number) => number): number => (b === 0 ? 0 : round(a / b) | 0);
  return {
    f: float === "float32" ? Math.fround : (value: number) => value,
    quotient: (a: number, b: number) => whole(a, b, Math.trunc),
    floorQuotient: (a: number, b: number) => whole(a, b, Math.floor),
  };
}

/** The program as the text of a function. */
export function writeProgram({ helpers, statements }: RandomProgram, language: TreeLanguage): string {
  const [int, float] = helpers.map((helper) => writeTree(helper, language));
  const text = [
    "let a0 = n[thread.x], a1 = n[thread.x] >> 3, b0 = u[thread.x];",
    "let c0 = x[thread.x], c1 = x[n.length - 1 - thread.x], d0 = n[thread.x] > 5;",
    `const h0 = (a0, a1) => ${int};`,
    `const h1 = (c0, c1) => ${float};`,
    writeBlock(statements, language).replace(/^ {2}/gm, "").trim(),
    "outA[thread.x] = a0 ^ a1;",
    "outB[thread.x] = b0;",
    "outC[thread.x] = c0;",
    "outD[thread.x] = d0 ? c1 : -c1;",
  ].join("\n");
  return `(${parameters}) => {\n${text.replace(/^/gm, "  ")}\n}`;
}

/** Grows the program of a seed. */
export function growProgram(seed: number): RandomProgram {
  const grower = new Grower(dice(seed));
  const helpers = [grower.helper("int"), grower.helper("float")] as const;
  return { seed, helpers, statements: grower.block(3 + (seed % 7), 0, []) };
}

/** The smallest program, in steps of {@link cuts}, of which `fails` is still true. */
export async function shrink(
  program: RandomProgram,
  fails: (candidate: RandomProgram) => Promise<boolean>,
): Promise<RandomProgram> {
  let best = program;
  let attempts = 400;
  search: while (attempts > 0) {
    for (const statements of cuts(best.statements)) {
      if (--attempts < 0) break;
      const candidate = { ...best, statements };
      if (await fails(candidate)) {
        best = candidate;
        continue search;
      }
    }
    break;
  }
  return best;
}

const calls = /^h\d/;

class Grower {
  readonly #dice: Dice;
  #labels = 0;
  /** Helpers do not call each other. */
  #isHelper = false;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  helper(type: TreeType): TreeNode {
    this.#isHelper = true;
    const node = this.#grow(type, 2, []);
    this.#isHelper = false;
    return node;
  }

  block(length: number, depth: number, loops: readonly string[]): TreeNode[] {
    return Array.from({ length }, () => this.#statement(depth, loops));
  }

  #statement(depth: number, loops: readonly string[]): TreeNode {
    const choices = sentences.filter(
      ({ kernel, inLoop }) => !(inLoop && loops.length === 0) && !(depth >= 3 && kernel.includes("@")),
    );
    const { takes, kernel, plain = kernel, isLoop } = this.#dice.pick(choices);
    const label = `k${this.#labels++}`;
    const fill = this.#filler(label);
    const inner = isLoop ? [...loops, label] : loops;
    const blocks = [0, 1, 2].filter((index) => kernel.includes(`@${index}`));
    return {
      kernel: fill(kernel),
      plain: fill(plain),
      parts: takes.map((type) => this.#grow(type, 2, loops)),
      blocks: blocks.map(() => this.block(1 + this.#dice.below(3), depth + 1, inner)),
    };
  }

  #grow(type: TreeType, depth: number, loops: readonly string[]): TreeNode {
    if (depth === 0 || this.#dice.below(6) === 0) return this.#leaf(type, loops);
    const choices = productions.filter(
      ({ gives, kernel }) => gives === type && !(this.#isHelper && calls.test(kernel)),
    );
    const { takes, kernel, plain = kernel } = this.#dice.pick<Production>(choices);
    const fill = this.#filler("");
    const parts = takes.map((taken) => this.#grow(taken, depth - 1, loops));
    return { type, kernel: fill(kernel), plain: fill(plain), parts, blocks: [] };
  }

  #leaf(type: TreeType, loops: readonly string[]): TreeNode {
    const choices = type === "int" ? [...leaves.int, ...loops] : leaves[type];
    const text = this.#filler("")(this.#dice.pick(choices));
    return { type, kernel: text, plain: text, parts: [], blocks: [] };
  }

  /** The same constant and label in both languages. */
  #filler(label: string): (template: string) => string {
    const constant = String(1 + this.#dice.below(6));
    return (template) => template.replaceAll("#", constant).replaceAll("LOOP", label);
  }
}
