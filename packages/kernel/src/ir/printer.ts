// IR as text: what `kernel.inspect("ir")` shows and what failing tests print. For people; nothing reads it back.
//
//  - One statement a line, two spaces a level. The same program always gives the same text.
//  - Locals keep their names; where a name is taken, the local's number is appended (`i`, `i_7`). Arrays and scalars come first.
//  - Literals show their type: `1` int32, `1u` uint32, `1f` float32, `1.0` float64, `true` bool.

import type { ArrayRef, Binding, Constant, Expression, Program, Statement, ValueType } from "./ir.js";

/** The text form of a program. */
export function printProgram(program: Program): string {
  return new Printer(program).program();
}

/** One statement of a program, with what is in it. */
export function printStatement(program: Program, statement: Statement): string {
  return new Printer(program).statement(statement).join("\n");
}

/** One expression of a program. */
export function printExpression(program: Program, expression: Expression): string {
  return new Printer(program).expression(expression);
}

const binaryText: Record<string, string> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  floorDivide: "//",
  remainder: "%",
  and: "&",
  or: "|",
  xor: "^",
  shiftLeft: "<<",
  shiftRight: ">>",
};
const compareText: Record<string, string> = {
  equal: "==",
  notEqual: "!=",
  less: "<",
  lessEqual: "<=",
  greater: ">",
  greaterEqual: ">=",
};
const unaryText: Record<string, string> = { negate: "-", not: "!", complement: "~" };
const axes = ["x", "y", "z"];

class Printer {
  readonly #program: Program;
  readonly #arrays: readonly string[];
  readonly #shared: readonly string[];
  readonly #scalars: readonly string[];
  readonly #locals: readonly string[];

  constructor(program: Program) {
    const taken = new Set<string>();
    this.#program = program;
    this.#arrays = uniqueNames(program.arrays, taken);
    this.#shared = uniqueNames(program.shared, taken);
    this.#scalars = uniqueNames(program.scalars, taken);
    this.#locals = uniqueNames(program.locals, taken);
  }

  program(): string {
    const program = this.#program;
    const options = `${program.dimensions}d${program.fastMath ? ", fast math" : ""}`;
    const lines = [`${program.kind} ${program.name} (${options}) {`, ...indented(this.#declarations())];
    if (program.kind === "grid") lines.push(...indented(this.#list(program.body)));
    else lines.push(...indented(this.#reduction(program)));
    return `${[...lines, "}"].join("\n")}\n`;
  }

  #declarations(): string[] {
    const { arrays, scalars, shared, locals } = this.#program;
    return [
      ...arrays.map((a, i) => `array ${this.#arrays[i]}: ${a.element} ${a.access} from ${bindingText(a.binding)}`),
      ...scalars.map((s, i) => `scalar ${this.#scalars[i]}: ${s.type} from ${bindingText(s.binding)}`),
      ...shared.map((s, i) => `shared ${this.#shared[i]}: ${s.element}[${s.length}]`),
      ...locals.map((l, i) => `local ${this.#locals[i]}: ${l.type}`),
    ];
  }

  #reduction(program: Extract<Program, { kind: "reduction" }>): string[] {
    const name = (id: number) => this.#locals[id] ?? `?${id}`;
    return [
      `identity ${constantText(program.identity)}`,
      `map -> ${name(program.value)} {`,
      ...indented(this.#list(program.map)),
      "}",
      `combine ${name(program.left)}, ${name(program.right)} -> ${name(program.combined)} {`,
      ...indented(this.#list(program.combine)),
      "}",
    ];
  }

  #list(statements: readonly Statement[]): string[] {
    return statements.flatMap((statement) => this.statement(statement));
  }

  statement(statement: Statement): string[] {
    switch (statement.kind) {
      case "set":
        return [`${this.#local(statement.local)} = ${this.expression(statement.value)}`];
      case "store":
        return [`${this.#element(statement.array, statement.index)} = ${this.expression(statement.value)}`];
      case "atomic":
        return [this.#atomic(statement)];
      case "random":
        return [`${this.#local(statement.target)} = random()`];
      case "if":
        return this.#if(statement);
      case "loop":
        return this.#loop(statement);
      case "block":
        return [`block #${statement.label} {`, ...indented(this.#list(statement.body)), "}"];
      case "leave":
      case "next":
        return [`${statement.kind} #${statement.label}`];
      case "return":
      case "barrier":
        return [statement.kind];
    }
  }

  #atomic(statement: Extract<Statement, { kind: "atomic" }>): string {
    const target = statement.target === undefined ? "" : `${this.#local(statement.target)} = `;
    const expected = statement.expected === undefined ? "" : `${this.expression(statement.expected)}, `;
    const element = this.#element(statement.array, statement.index);
    return `${target}atomic ${statement.operator}(${element}, ${expected}${this.expression(statement.value)})`;
  }

  #if(statement: Extract<Statement, { kind: "if" }>): string[] {
    const head = `if (${this.expression(statement.condition)}) {`;
    const then = indented(this.#list(statement.then));
    if (statement.otherwise.length === 0) return [head, ...then, "}"];
    return [head, ...then, "} else {", ...indented(this.#list(statement.otherwise)), "}"];
  }

  #loop(statement: Extract<Statement, { kind: "loop" }>): string[] {
    const head = `loop #${statement.label} while (${this.expression(statement.condition)}) {`;
    const body = indented(this.#list(statement.body));
    if (statement.update.length === 0) return [head, ...body, "}"];
    return [head, ...body, "} update {", ...indented(this.#list(statement.update)), "}"];
  }

  expression(expression: Expression): string {
    switch (expression.op) {
      case "constant":
        return constantText(expression);
      case "local":
        return this.#local(expression.id);
      case "scalar":
        return this.#scalars[expression.index] ?? `?scalar${expression.index}`;
      case "length":
        return `${this.#array(expression.array)}.length`;
      case "thread":
        return `${threadText[expression.what]}.${axes[expression.axis]}`;
      case "load":
        return this.#element(expression.array, expression.index);
      default:
        return this.#operation(expression);
    }
  }

  #operation(e: Exclude<Expression, { op: "constant" | "local" | "scalar" | "length" | "thread" | "load" }>): string {
    switch (e.op) {
      case "unary":
        return this.#unary(e.operator, e.value);
      case "binary":
        return this.#binary(e.operator, e.left, e.right);
      case "compare":
        return `${this.#inner(e.left)} ${compareText[e.operator]} ${this.#inner(e.right)}`;
      case "logical":
        return `${this.#inner(e.left)} ${e.operator === "and" ? "&&" : "||"} ${this.#inner(e.right)}`;
      case "select":
        return `${this.#inner(e.condition)} ? ${this.#inner(e.then)} : ${this.#inner(e.otherwise)}`;
      case "convert":
        return `${e.type}(${this.expression(e.value)})`;
      case "bitcast":
        return `bits<${e.type}>(${this.expression(e.value)})`;
      case "call":
        return `${e.function}(${e.arguments.map((value) => this.expression(value)).join(", ")})`;
    }
  }

  #unary(operator: string, value: Expression): string {
    const text = unaryText[operator];
    return text === undefined ? `${operator}(${this.expression(value)})` : `${text}${this.#inner(value)}`;
  }

  #binary(operator: string, left: Expression, right: Expression): string {
    const text = binaryText[operator];
    if (text === undefined) return `${operator}(${this.expression(left)}, ${this.expression(right)})`;
    return `${this.#inner(left)} ${text} ${this.#inner(right)}`;
  }

  /** An operand: in parentheses if it has an operator of its own. */
  #inner(expression: Expression): string {
    const text = this.expression(expression);
    return needsParentheses(expression) ? `(${text})` : text;
  }

  #local(id: number): string {
    return this.#locals[id] ?? `?local${id}`;
  }

  #array(ref: ArrayRef): string {
    return (ref.space === "shared" ? this.#shared : this.#arrays)[ref.index] ?? `?${ref.space}${ref.index}`;
  }

  #element(ref: ArrayRef, index: Expression): string {
    return `${this.#array(ref)}[${this.expression(index)}]`;
  }
}

const threadText = {
  global: "thread",
  local: "local",
  group: "group",
  gridSize: "size",
  groupSize: "groupSize",
} as const;

function needsParentheses(expression: Expression): boolean {
  if (expression.op === "constant") return expression.value < 0;
  if (expression.op === "unary") return unaryText[expression.operator] !== undefined;
  if (expression.op === "binary") return binaryText[expression.operator] !== undefined;
  return expression.op === "compare" || expression.op === "logical" || expression.op === "select";
}

function uniqueNames(things: readonly { readonly name: string }[], taken: Set<string>): string[] {
  return things.map(({ name }, index) => {
    let unique = name;
    for (let suffix = `_${index}`; taken.has(unique); suffix += "_") unique = name + suffix;
    taken.add(unique);
    return unique;
  });
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function bindingText(binding: Binding): string {
  return binding.from === "capture" ? `capture ${binding.name}` : `${binding.from} ${binding.index}`;
}

function constantText({ type, value }: Constant): string {
  if (type === "bool") return value === 0 ? "false" : "true";
  return numberText(type, value) + (type === "uint32" ? "u" : type === "float32" ? "f" : "");
}

function numberText(type: ValueType, value: number): string {
  const text = Object.is(value, -0) ? "-0" : type === "float32" ? shortestFloat32(value) : String(value);
  return type === "float64" && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The shortest decimal that rounds to this float32: `0.1`, not `0.10000000149011612`. */
function shortestFloat32(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits <= 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}
