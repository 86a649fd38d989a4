// Masks in locals: which lanes of a strip are on. A mask has two parts, all bits of a lane alike.

import type { FunctionBuilder, Label } from "./function-builder.js";
import type { Parts, VectorExpressions } from "./vector-expression.js";

export class LaneMasks {
  private readonly expressions: VectorExpressions;
  private readonly fn: FunctionBuilder;

  constructor(expressions: VectorExpressions) {
    this.expressions = expressions;
    this.fn = expressions.fn;
  }

  /** A new mask like another, or with all lanes on. */
  copy(mask: Parts | undefined): Parts {
    return this.expressions.saved("bool", (p) => {
      if (mask === undefined) this.fn.ints(-1);
      else this.fn.get(mask[p] as number);
    });
  }

  /** A new mask with no lane on. */
  empty(): Parts {
    return this.expressions.saved("bool", () => this.fn.ints(0));
  }

  assign(target: Parts, source: Parts): void {
    for (const [p, local] of target.entries()) {
      this.fn.get(source[p] as number);
      this.fn.set(local);
    }
  }

  /** A new mask: the lanes of `outer` (or all) in which the condition is true (and) or false (andnot). */
  combined(outer: Parts | undefined, condition: Parts, operator: "v128.and" | "v128.andnot"): Parts {
    const { fn } = this;
    return this.expressions.saved("bool", (p) => {
      if (outer !== undefined) fn.get(outer[p] as number);
      fn.get(condition[p] as number);
      if (outer !== undefined) fn.op(operator);
      else if (operator === "v128.andnot") fn.op("v128.not");
    });
  }

  /** target = target op other */
  update(target: Parts, operator: "v128.and" | "v128.or", other: Parts): void {
    for (const [p, local] of target.entries()) {
      this.fn.get(local);
      this.fn.get(other[p] as number);
      this.fn.op(operator);
      this.fn.set(local);
    }
  }

  /** Adds lanes to those that have left, where these are collected. */
  collect(left: Parts | undefined, lanes: Parts): void {
    if (left !== undefined) this.update(left, "v128.or", lanes);
  }

  /** Turns all lanes off. */
  clear(mask: Parts): void {
    for (const local of mask) {
      this.fn.ints(0);
      this.fn.set(local);
    }
  }

  /** target = a | b */
  unite(target: Parts, a: Parts, b: Parts): void {
    for (const [p, local] of target.entries()) {
      this.fn.get(a[p] as number);
      this.fn.get(b[p] as number);
      this.fn.op("v128.or");
      this.fn.set(local);
    }
  }

  /** Goes to `label` if no lane is on. */
  brIfEmpty(mask: Parts, label: Label): void {
    this.fn.get(mask[0] as number);
    this.fn.get(mask[1] as number);
    this.fn.op("v128.or");
    this.fn.op("v128.any_true");
    this.fn.op("i32.eqz");
    this.fn.brIf(label);
  }
}
