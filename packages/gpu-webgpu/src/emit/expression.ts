// Expressions of the IR as text in WGSL.
//
// Rules
//   1. Every operator has its own parentheses: WGSL has no order between some of them, and refuses to guess.
//   2. What is nested too deeply, or is needed twice, gets a name in a `let` before the statement. That is allowed because expressions are
//      pure; it is needed because compilers of WGSL give up at 128 levels.
//   3. An operator whose operands are all literals gets one of them through a function: WGSL would compute it itself, and refuses
//      what overflows.
//   4. Where NaN may come, comparisons, min and max look at the bits; see operations.ts. Programs with fastMath do without.
//   5. A product that may meet a sum is `kept` from being fused with it, unless fastMath allows that; and operations with literals, which
//      compilers would merge with others of their kind: (x + 1) + 2 is not x + 3. Functions of Math keep all their sums.
//   6. A zero as operand is hidden: compilers would make x of x + 0, -x of 0 - x and 0 of x * 0, which is wrong for -0, NaN and infinities.

import { type Lines, mayBeNaN } from "@everycore/gpu";
import type { Binary, Compare, Convert, Expression, Select, ThreadIndex, Unary } from "@everycore/kernel/ir";
import type { ArrayAccess } from "./array-access.js";
import type { Shader } from "./operations.js";
import { floatBits, isWritable, literal, typeName } from "./types.js";

/** What the text of expressions depends on. */
export interface ExpressionScope {
  readonly shader: Shader;
  readonly lines: Lines;
  readonly arrays: ArrayAccess;
  /** Whether the values of scalars are needed as bool. */
  local(id: number): string;
  thread(index: ThreadIndex): string;
  /** Locals of type float32 that may be NaN. */
  readonly uncertain: ReadonlySet<number>;
  readonly arithmetic: Arithmetic;
}

/** `fast`: fusing is allowed and there is no NaN. `exact`: neither. `strict`: nor may sums be regrouped. */
export type Arithmetic = "fast" | "exact" | "strict";

const deepest = 24;
const comparisons = {
  equal: "==",
  notEqual: "!=",
  less: "<",
  lessEqual: "<=",
  greater: ">",
  greaterEqual: ">=",
} as const;
const infix: Partial<Record<Binary["operator"], string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  remainder: "%",
  and: "&",
  or: "|",
  xor: "^",
};

/** What a value is an operand of; `local`: nobody knows what becomes of it. */
type Use = "sum" | "product" | "local" | "other";

interface Text {
  readonly code: string;
  readonly depth: number;
  readonly isLiteral: boolean;
}

/** The text of an expression. `toLocal`: its value goes into a local. */
export function expressionText(scope: ExpressionScope, value: Expression, toLocal = false): string {
  return new ExpressionWriter(scope).write(value, toLocal ? "local" : "other").code;
}

class ExpressionWriter {
  readonly #scope: ExpressionScope;

  constructor(scope: ExpressionScope) {
    this.#scope = scope;
  }

  /** Rules 2 and 5. */
  write(value: Expression, use: Use = "other"): Text {
    const text = this.#any(value, use);
    const safe = this.#mustBeKept(value, use) ? call(this.#operation("kept"), [text]) : text;
    return safe.depth > deepest ? atom(this.#scope.lines.named("let", safe.code)) : safe;
  }

  /** Rule 5. */
  #mustBeKept(value: Expression, use: Use): boolean {
    const { arithmetic } = this.#scope;
    if (use === "other" || value.type !== "float32" || value.op !== "binary" || arithmetic === "fast") return false;
    const merges = value.left.op === "constant" || value.right.op === "constant";
    if (value.operator === "multiply") return use !== "product" || merges;
    const isSum = value.operator === "add" || value.operator === "subtract";
    return isSum && use !== "product" && (arithmetic === "strict" || merges);
  }

  #any(value: Expression, use: Use): Text {
    switch (value.op) {
      case "constant":
        return this.#constant(value.type, value.value);
      case "local":
        return atom(this.#scope.local(value.id));
      case "scalar":
        return atom(value.type === "bool" ? `(frame.scalar_${value.index} != 0u)` : `frame.scalar_${value.index}`);
      case "length":
        return atom(this.#scope.arrays.length(value.array));
      case "thread":
        return atom(this.#scope.thread(value));
      case "load":
        return call(this.#scope.arrays.load(value.array), [this.write(value.index)]);
      case "unary":
        return this.#unary(value, use);
      case "binary":
        return this.#binary(value);
      case "compare":
        return this.#compare(value);
      case "logical":
        return between(this.write(value.left), value.operator === "and" ? "&&" : "||", this.write(value.right));
      case "select":
        return this.#select(value, use);
      case "convert":
        return this.#convert(value);
      case "bitcast":
        return call(`bitcast<${typeName(value.type)}>`, [this.#opaque(value.value, this.write(value.value))]);
      case "call":
        return call(
          this.#scope.shader.mathFunction(value.function),
          value.arguments.map((argument) => this.write(argument)),
        );
    }
  }

  #constant(type: Expression["type"], value: number): Text {
    if (type === "float32" && !isWritable(value)) return call(this.#operation("special"), [atom(floatBits(value))]);
    return { code: literal(type, value), depth: 0, isLiteral: true };
  }

  #unary(value: Unary, use: Use): Text {
    const inner = this.#opaque(
      value.value,
      this.write(value.value, value.operator !== "negate" ? "other" : use === "other" ? "sum" : use),
    );
    switch (value.operator) {
      case "negate":
        return value.type === "uint32" ? before("0u - ", inner) : before("-", inner);
      case "not":
        return before("!", inner);
      case "complement":
        return before("~", inner);
      case "sqrt":
        return call(this.#scope.arithmetic === "fast" ? "sqrt" : this.#operation("square_root"), [inner]);
      case "round":
        return call(this.#operation("round_half_up"), [inner]);
      case "countLeadingZeros":
        return call("i32", [call("countLeadingZeros", [inner])]);
      default:
        return call(value.operator, [inner]);
    }
  }

  #binary(value: Binary): Text {
    const { operator, type } = value;
    const use = useIn(operator);
    let left = this.#operand(value.left, use);
    const right = this.#operand(value.right, use);
    if (right.isLiteral) left = this.#opaque(value.left, left);
    if (type === "bool" && operator === "xor") return between(left, "!=", right);
    if (type === "float32") return this.#floats(value, left, right);
    return this.#integers(value, left, right);
  }

  /** Rule 6. */
  #operand(value: Expression, use: Use): Text {
    const isZero = value.op === "constant" && value.type === "float32" && value.value === 0;
    if (!isZero || use === "other" || this.#scope.arithmetic === "fast") return this.write(value, use);
    return call(this.#operation("special"), [atom(floatBits(value.value))]);
  }

  #floats({ operator, left: a, right: b }: Binary, left: Text, right: Text): Text {
    const { arithmetic, uncertain } = this.#scope;
    if (operator === "divide" && arithmetic !== "fast") return this.#quotient(b, left, right);
    if (operator === "remainder") return call(this.#operation("remainder"), [left, right]);
    if (operator !== "min" && operator !== "max") return between(left, infix[operator] as string, right);
    if (arithmetic === "fast") return call(operator, [left, right]);
    const name = operator === "min" ? "least" : "greatest";
    const certain = !mayBeNaN(a, uncertain) && !mayBeNaN(b, uncertain);
    return call(this.#operation(certain ? `${name}_number` : name), [left, right]);
  }

  /** By a power of two, with its inverse, which is as exact; otherwise see operations.ts. */
  #quotient(divisor: Expression, left: Text, right: Text): Text {
    const inverse = divisor.op === "constant" ? 1 / divisor.value : 0;
    const isPower = Number.isInteger(Math.log2(Math.abs(inverse))) && Math.abs(Math.log2(Math.abs(inverse))) < 126;
    if (isPower) return between(left, "*", { code: literal("float32", inverse), depth: 0, isLiteral: true });
    return call(this.#operation("divide"), [left, right]);
  }

  #integers({ operator, type, right: b }: Binary, left: Text, right: Text): Text {
    switch (operator) {
      case "min":
      case "max":
        return call(operator, [left, right]);
      case "floorDivide":
        return call(this.#operation("floor_divide"), [left, right]);
      case "divide":
        if (b.op === "constant" && b.value !== 0) return between(left, "/", right);
        return call(this.#operation(type === "int32" ? "divide_i32" : "divide_u32"), [left, right]);
      case "remainder":
        return between(left, "%", b.op === "constant" && b.value === 0 ? this.#opaque(b, right) : right);
      case "shiftLeft":
      case "shiftRight":
        return between(left, operator === "shiftLeft" ? "<<" : ">>", this.#distance(b, right));
      default:
        return between(left, infix[operator] as string, right);
    }
  }

  /** WGSL takes counts modulo 32 as well, but for literals, which have to be less. */
  #distance(count: Expression, text: Text): Text {
    if (count.op === "constant") return { code: `${count.value & 31}u`, depth: 0, isLiteral: true };
    return count.type === "uint32" ? text : call("bitcast<u32>", [text]);
  }

  /** Rule 4. */
  #compare(value: Compare): Text {
    const { operator } = value;
    const checked = [value.left, value.right].map((side) => this.#isChecked(side));
    const [left, right] = [value.left, value.right].map((side, index) => {
      const text = this.write(side);
      return checked[index] && text.depth > 0 ? atom(this.#scope.lines.named("let", text.code)) : text;
    }) as [Text, Text];
    const first = right.isLiteral ? this.#opaque(value.left, left) : left;
    if (value.left.type !== "float32" || this.#scope.arithmetic === "fast")
      return between(first, comparisons[operator], right);
    const tests = [first, right]
      .filter((_, index) => checked[index])
      .map((text) => call(this.#operation("is_number"), [text]));
    const order = between(first, comparisons[operator === "notEqual" ? "equal" : operator], right);
    const whole = tests.reduce((all, test) => between(all, "&&", test), order);
    return operator === "notEqual" ? before("!", whole) : whole;
  }

  #isChecked(side: Expression): boolean {
    return this.#scope.arithmetic !== "fast" && mayBeNaN(side, this.#scope.uncertain);
  }

  #select({ condition, then, otherwise }: Select, use: Use): Text {
    return call("select", [this.write(otherwise, use), this.write(then, use), this.write(condition)]);
  }

  #convert({ type, value }: Convert): Text {
    const text = this.write(value);
    const from = value.type;
    if (from === type) return text;
    if (type === "bool") {
      return from === "float32"
        ? call(this.#operation("is_true"), [text])
        : between(text, "!=", atom(literal(from, 0)));
    }
    if (from !== "float32" || type === "float32") return call(typeName(type), [text]);
    const whole = call(this.#operation("to_i32"), [text]);
    return type === "int32" ? whole : call("bitcast<u32>", [whole]);
  }

  /** Rule 3. */
  #opaque(value: Expression, text: Text): Text {
    if (!text.isLiteral || value.type === "bool") return text;
    return call(this.#operation(`opaque_${typeName(value.type) as "i32"}`), [text]);
  }

  #operation(name: Parameters<Shader["operation"]>[0]): string {
    return this.#scope.shader.operation(name);
  }
}

function useIn(operator: Binary["operator"]): Use {
  return operator === "add" || operator === "subtract" ? "sum" : operator === "multiply" ? "product" : "other";
}

function atom(code: string): Text {
  return { code, depth: 0, isLiteral: false };
}

function depthOf(texts: readonly Text[]): number {
  return 1 + texts.reduce((most, { depth }) => Math.max(most, depth), 0);
}

function call(name: string, operands: readonly Text[]): Text {
  return {
    code: `${name}(${operands.map(({ code }) => code).join(", ")})`,
    depth: depthOf(operands),
    isLiteral: false,
  };
}

function before(operator: string, operand: Text): Text {
  return { code: `(${operator}${operand.code})`, depth: depthOf([operand]), isLiteral: false };
}

function between(left: Text, operator: string, right: Text): Text {
  return { code: `(${left.code} ${operator} ${right.code})`, depth: depthOf([left, right]), isLiteral: false };
}
