// Expressions of the IR as text in GLSL ES 3.00.
//
// Rules
//   1. Every operator has its own parentheses.
//   2. What is nested too deeply, or is needed twice, gets a name before the statement. That is allowed because expressions are pure; it
//      is needed because browsers refuse shaders that are nested too deeply.
//   3. Where NaN may come, comparisons, min and max look at the bits; see operations.ts. Programs with fastMath do without.
//   4. A product that may meet a sum is `kept` from being fused with it, unless fastMath allows that. Functions of Math keep their
//      sums too: they live on the rounding of each operation.

import { type Lines, mayBeNaN } from "@everycore/gpu";
import type { Binary, Compare, Convert, Expression, Select, ThreadIndex, Unary } from "@everycore/kernel/ir";
import type { ArrayAccess } from "./array-access.js";
import type { Shader } from "./operations.js";
import { floatBits, literal, typeName } from "./types.js";
import type { Uniforms } from "./uniforms.js";

/** What the text of expressions depends on. */
export interface ExpressionScope {
  readonly shader: Shader;
  readonly lines: Lines;
  readonly arrays: ArrayAccess;
  readonly uniforms: Uniforms;
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
  and: "&",
  or: "|",
  xor: "^",
};
const logic: Partial<Record<Binary["operator"], string>> = { and: "&&", or: "||", xor: "^^" };
const exactFunctions = {
  sqrt: "square_root",
  floor: "rounded_down",
  ceil: "rounded_up",
  trunc: "truncated",
  round: "round_half_up",
} as const;

interface Text {
  readonly code: string;
  readonly depth: number;
}

/** The text of an expression. `kept`: its value goes into a local, of which nobody knows what becomes. */
export function expressionText(scope: ExpressionScope, value: Expression, kept = false): string {
  return new ExpressionWriter(scope).write(value, kept).code;
}

class ExpressionWriter {
  readonly #scope: ExpressionScope;

  constructor(scope: ExpressionScope) {
    this.#scope = scope;
  }

  /** Rules 2 and 4. */
  write(value: Expression, kept = false): Text {
    const text = this.#any(value, kept);
    const safe = kept && this.#mustBeKept(value) ? call(this.#operation("kept"), [text]) : text;
    return safe.depth > deepest ? atom(this.#scope.lines.named(typeName(value.type), safe.code)) : safe;
  }

  #mustBeKept(value: Expression): boolean {
    const { arithmetic } = this.#scope;
    if (value.type !== "float32" || value.op !== "binary" || arithmetic === "fast") return false;
    if (value.operator === "multiply") return true;
    return arithmetic === "strict" && (value.operator === "add" || value.operator === "subtract");
  }

  #any(value: Expression, kept: boolean): Text {
    switch (value.op) {
      case "constant":
        return this.#constant(value.type, value.value);
      case "local":
        return atom(this.#scope.local(value.id));
      case "scalar":
        return atom(scalarText(value.type, this.#scope.uniforms.number(`scalar${value.index}`)));
      case "length":
        return atom(this.#scope.arrays.length(value.array));
      case "thread":
        return atom(this.#scope.thread(value));
      case "load":
        return call(this.#scope.arrays.load(value.array), [this.write(value.index)]);
      case "unary":
        return this.#unary(value, kept);
      case "binary":
        return this.#binary(value);
      case "compare":
        return this.#compare(value);
      case "logical":
        return between(this.write(value.left), value.operator === "and" ? "&&" : "||", this.write(value.right));
      case "select":
        return this.#select(value, kept);
      case "convert":
        return this.#convert(value);
      case "bitcast":
        return this.#bitcast(value.type, value.value);
      case "call":
        return call(
          this.#scope.shader.mathFunction(value.function),
          value.arguments.map((argument) => this.write(argument)),
        );
    }
  }

  #constant(type: Expression["type"], value: number): Text {
    if (type === "float32" && !Number.isFinite(value))
      return call(this.#operation("special"), [atom(floatBits(value))]);
    return atom(literal(type, value));
  }

  #unary(value: Unary, kept: boolean): Text {
    const { operator, type } = value;
    const inner = this.write(value.value, kept && operator === "negate");
    switch (operator) {
      case "negate":
        return before(type === "uint32" ? "0u - " : type === "int32" ? "0 - " : "-", inner);
      case "not":
        return before("!", inner);
      case "complement":
        return before("~", inner);
      case "abs":
        return type === "int32" ? call(this.#operation("absolute"), [inner]) : call("abs", [inner]);
      case "countLeadingZeros":
        return call(this.#operation("leading_zeros"), [value.value.type === "uint32" ? inner : call("uint", [inner])]);
      default:
        if (operator === "sqrt" && this.#scope.arithmetic === "fast") return call("sqrt", [inner]);
        return call(this.#operation(exactFunctions[operator]), [inner]);
    }
  }

  #binary(value: Binary): Text {
    const { operator, type } = value;
    const meets = type === "float32" && (operator === "add" || operator === "subtract");
    const left = this.write(value.left, meets);
    const right = this.write(value.right, meets);
    if (type === "bool") return between(left, logic[operator] as string, right);
    if (type === "float32") return this.#floats(value, left, right);
    return this.#integers(value, left, right);
  }

  #floats({ operator }: Binary, left: Text, right: Text): Text {
    const isFast = this.#scope.arithmetic === "fast";
    switch (operator) {
      case "remainder":
        return call(this.#operation("remainder"), [left, right]);
      case "divide":
        return isFast ? between(left, "/", right) : call(this.#operation("divide"), [left, right]);
      case "min":
      case "max":
        return isFast
          ? call(operator, [left, right])
          : call(this.#operation(operator === "min" ? "least" : "greatest"), [left, right]);
      default:
        return between(left, infix[operator] as string, right);
    }
  }

  #integers({ operator, type, right: b }: Binary, left: Text, right: Text): Text {
    const suffix = type === "int32" ? "int" : "uint";
    switch (operator) {
      case "min":
      case "max":
        return call(operator, [left, right]);
      case "floorDivide":
        return call(this.#operation("floor_divide"), [left, right]);
      case "divide":
        return call(this.#operation(`divide_${suffix}`), [left, right]);
      case "remainder":
        return call(this.#operation(`remainder_${suffix}`), [left, right]);
      case "shiftLeft":
      case "shiftRight":
        return between(left, operator === "shiftLeft" ? "<<" : ">>", distance(b, right));
      default:
        return between(left, infix[operator] as string, right);
    }
  }

  /** Rule 3. */
  #compare(value: Compare): Text {
    const { operator } = value;
    const checked = [value.left, value.right].map((side) => this.#isChecked(side));
    const [left, right] = [value.left, value.right].map((side, index) => {
      const text = this.write(side);
      return checked[index] && text.depth > 0 ? atom(this.#scope.lines.named(typeName(side.type), text.code)) : text;
    }) as [Text, Text];
    if (value.left.type !== "float32" || this.#scope.arithmetic === "fast") {
      return between(left, comparisons[operator], right);
    }
    const tests = [left, right]
      .filter((_, index) => checked[index])
      .map((text) => call(this.#operation("is_number"), [text]));
    const order = between(left, comparisons[operator === "notEqual" ? "equal" : operator], right);
    const whole = tests.reduce((all, test) => between(all, "&&", test), order);
    return operator === "notEqual" ? before("!", whole) : whole;
  }

  #isChecked(side: Expression): boolean {
    return this.#scope.arithmetic !== "fast" && mayBeNaN(side, this.#scope.uncertain);
  }

  #select({ condition, then, otherwise }: Select, kept: boolean): Text {
    const parts = [this.write(condition), this.write(then, kept), this.write(otherwise, kept)] as const;
    const [test, yes, no] = parts;
    return { code: `(${test.code} ? ${yes.code} : ${no.code})`, depth: depthOf(parts) };
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
    if (type === "float32" && from !== "bool") {
      return call(this.#operation(from === "int32" ? "from_int" : "from_uint"), [text]);
    }
    if (from !== "float32") return call(typeName(type), [text]);
    const whole = call(this.#operation("to_int"), [text]);
    return type === "int32" ? whole : call("uint", [whole]);
  }

  #bitcast(type: Expression["type"], value: Expression): Text {
    const text = this.write(value);
    if (value.type === type) return text;
    if (type === "float32") return call(value.type === "int32" ? "intBitsToFloat" : "uintBitsToFloat", [text]);
    if (value.type === "float32") return call(type === "int32" ? "floatBitsToInt" : "floatBitsToUint", [text]);
    return call(typeName(type), [text]);
  }

  #operation(name: Parameters<Shader["operation"]>[0]): string {
    return this.#scope.shader.operation(name);
  }
}

/** Every scalar arrives as an integer, with the bits of its value: gpu.js takes −0 for the 0 that it passed before. */
function scalarText(type: Expression["type"], name: string): string {
  switch (type) {
    case "bool":
      return `(${name} != 0)`;
    case "uint32":
      return `uint(${name})`;
    case "float32":
      return `intBitsToFloat(${name})`;
    default:
      return name;
  }
}

/** GLSL ES leaves shifts by 32 and more undefined. */
function distance(count: Expression, text: Text): Text {
  if (count.op === "constant") return atom(`${count.value & 31}`);
  return between(text, "&", atom(count.type === "uint32" ? "31u" : "31"));
}

function atom(code: string): Text {
  return { code, depth: 0 };
}

function depthOf(texts: readonly Text[]): number {
  return 1 + texts.reduce((most, { depth }) => Math.max(most, depth), 0);
}

function call(name: string, operands: readonly Text[]): Text {
  return { code: `${name}(${operands.map(({ code }) => code).join(", ")})`, depth: depthOf(operands) };
}

function before(operator: string, operand: Text): Text {
  return { code: `(${operator}${operand.code})`, depth: depthOf([operand]) };
}

function between(left: Text, operator: string, right: Text): Text {
  return { code: `(${left.code} ${operator} ${right.code})`, depth: depthOf([left, right]) };
}
