// Checks that a program is what ir.ts says: types of operands, ids in range, labels that enclose, access flags, the rules of
// reductions. The compiler runs it after every pass in tests; a mistake here is a bug in the compiler, never one of the user.
//
// It stops at the first mistake, with the path to it: `body[2].then[0].value.left: …`.

import {
  type ArrayRef,
  type Atomic,
  type Expression,
  type Local,
  type MathCall,
  type Program,
  type Statement,
  type ValueType,
  valueTypeOf,
} from "./ir.js";
import { atomicFunction, binaryFunction, isFloat, isValueOf, unaryFunction } from "./semantics.js";

/** A program is not well-formed: a bug in the compiler. */
export class VerifierError extends Error {
  /** Where in the program. */
  readonly path: string;
  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
    this.name = "VerifierError";
    this.path = path;
  }
}

/** @throws VerifierError if the program is not well-formed */
export function verifyProgram(program: Program): void {
  new Verifier(program).program();
}

const elements = ["float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "bool"];
const types: readonly string[] = ["bool", "int32", "uint32", "float32", "float64"];
const words: readonly ValueType[] = ["int32", "uint32", "float32"];
const twoArguments: readonly string[] = ["pow", "atan2", "hypot"];

/** A label that encloses the statement in hand. */
interface Scope {
  readonly label: number;
  readonly isLoop: boolean;
  /** Whether the statement is in the update of this loop. */
  inUpdate: boolean;
}

class Verifier {
  readonly #program: Program;
  readonly #path: string[] = [];
  readonly #scopes: Scope[] = [];
  #inCombine = false;

  constructor(program: Program) {
    this.#program = program;
  }

  program(): void {
    const program = this.#program;
    this.#declarations();
    if (program.kind === "grid") return this.#list("body", program.body);
    this.#reduction(program);
    this.#list("map", program.map);
    this.#inCombine = true;
    this.#list("combine", program.combine);
  }

  #fail(message: string): never {
    throw new VerifierError(this.#path.join("").replace(/^\./, "") || "program", message);
  }

  #require(condition: boolean, message: string): asserts condition {
    if (!condition) this.#fail(message);
  }

  /** Does something one step down the path. */
  #in(step: string, check: () => void): void {
    this.#path.push(step);
    check();
    this.#path.pop();
  }

  // -------------------------------------------------------------------------------------------------- declarations

  #declarations(): void {
    const { arrays, scalars, locals, shared, dimensions } = this.#program;
    this.#require([1, 2, 3].includes(dimensions), `dimensions is ${dimensions}`);
    this.#each("arrays", arrays, ({ element, access }) => {
      this.#require(elements.includes(element), `element type ${element}`);
      this.#require(["read", "write", "readwrite"].includes(access), `access ${access}`);
    });
    this.#each("scalars", scalars, ({ type }) => this.#require(types.includes(type), `type ${type}`));
    this.#each("locals", locals, ({ type }) => this.#require(types.includes(type), `type ${type}`));
    this.#each("shared", shared, ({ element, length }) => {
      this.#require(elements.includes(element), `element type ${element}`);
      this.#require(Number.isInteger(length) && length > 0, `length ${length}`);
    });
  }

  #each<T>(name: string, list: readonly T[], check: (item: T) => void): void {
    list.forEach((item, i) => this.#in(`.${name}[${i}]`, () => check(item)));
  }

  #reduction(program: Extract<Program, { kind: "reduction" }>): void {
    const { type } = program.identity;
    this.#require(program.shared.length === 0, "a reduction has shared arrays");
    for (const name of ["value", "left", "right", "combined"] as const) {
      this.#in(`.${name}`, () => this.#requireType(type, this.#localType(program[name])));
    }
    this.#require(program.left !== program.right, "left and right are one local");
    this.#expression(".identity", program.identity);
  }

  // --------------------------------------------------------------------------------------------------- statements

  #list(name: string, statements: readonly Statement[]): void {
    this.#require(Array.isArray(statements), `${name} is not a list`);
    for (const [i, statement] of statements.entries()) this.#in(`.${name}[${i}]`, () => this.#statement(statement));
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "set":
        return this.#expression(".value", statement.value, this.#localType(statement.local));
      case "store":
        return this.#store(statement);
      case "atomic":
        return this.#atomic(statement);
      case "random":
        return this.#random(statement.target);
      case "barrier":
      case "return":
        return this.#require(this.#isGrid(), `${statement.kind} in a reduction`);
      default:
        return this.#control(statement);
    }
  }

  #control(
    statement: Exclude<Statement, { kind: "set" | "store" | "atomic" | "random" | "barrier" | "return" }>,
  ): void {
    switch (statement.kind) {
      case "if":
        this.#expression(".condition", statement.condition, "bool");
        this.#list("then", statement.then);
        return this.#list("otherwise", statement.otherwise);
      case "loop":
        return this.#loop(statement);
      case "block":
        return this.#within(statement.label, false, () => this.#list("body", statement.body));
      case "leave":
      case "next":
        return this.#jump(statement);
      default:
        return this.#fail(`no such statement: ${(statement as Statement).kind}`);
    }
  }

  #loop({ label, condition, body, update }: Extract<Statement, { kind: "loop" }>): void {
    this.#within(label, true, (scope) => {
      this.#expression(".condition", condition, "bool");
      this.#list("body", body);
      scope.inUpdate = true;
      this.#list("update", update);
    });
  }

  #within(label: number, isLoop: boolean, check: (scope: Scope) => void): void {
    this.#require(Number.isInteger(label), `label ${label}`);
    this.#require(!this.#scopes.some((scope) => scope.label === label), `label #${label} is inside of #${label}`);
    const scope: Scope = { label, isLoop, inUpdate: false };
    this.#scopes.push(scope);
    check(scope);
    this.#scopes.pop();
  }

  #jump({ kind, label }: Extract<Statement, { kind: "leave" | "next" }>): void {
    const place = this.#scopes.findIndex((scope) => scope.label === label);
    const scope = this.#scopes[place];
    this.#require(scope !== undefined, `${kind} #${label}, which does not enclose it`);
    if (kind === "leave") return;
    this.#require(scope.isLoop, `next #${label}, which is a block`);
    this.#require(
      !this.#scopes.slice(place).some(({ inUpdate }) => inUpdate),
      `next #${label} from inside of an update`,
    );
  }

  #random(target: number): void {
    const type = this.#localType(target);
    this.#require(isFloat(type), `random into ${type}`);
    this.#require(!this.#inCombine, "random in combine");
  }

  // ------------------------------------------------------------------------------------------------------- memory

  #store({ array, index, value }: Extract<Statement, { kind: "store" }>): void {
    this.#require(this.#isGrid(), "a store in a reduction");
    const type = this.#elementType(array, "write");
    this.#expression(".index", index, "int32");
    this.#expression(".value", value, type);
  }

  #atomic(statement: Atomic): void {
    const { array, operator, value, expected, target } = statement;
    this.#require(this.#isGrid(), "an atomic in a reduction");
    const type = this.#elementType(array, "readwrite");
    const isWord = this.#element(array) === type;
    this.#require(isWord && atomicFunction(operator, type) !== undefined, `atomic ${operator} on ${type}`);
    this.#expression(".index", statement.index, "int32");
    this.#expression(".value", value, type);
    this.#require((expected !== undefined) === (operator === "compareExchange"), `"expected" of atomic ${operator}`);
    if (expected !== undefined) this.#expression(".expected", expected, type);
    if (target !== undefined) this.#in(".target", () => this.#requireType(type, this.#localType(target)));
  }

  #element({ space, index }: ArrayRef): string {
    const array = (space === "shared" ? this.#program.shared : this.#program.arrays)[index];
    this.#require(array !== undefined, `no ${space} array ${index}`);
    return array.element;
  }

  /** Type of an array's values, if it may be used in this way. */
  #elementType(ref: ArrayRef, use: "read" | "write" | "readwrite"): ValueType {
    const element = this.#element(ref) as Parameters<typeof valueTypeOf>[0];
    const access = ref.space === "shared" ? "readwrite" : this.#program.arrays[ref.index]?.access;
    this.#require(access === "readwrite" || access === use, `a ${use} of an array with access "${access}"`);
    return valueTypeOf(element);
  }

  // -------------------------------------------------------------------------------------------------- expressions

  #expression(step: string, expression: Expression, type?: ValueType): void {
    this.#in(step, () => {
      if (type !== undefined) this.#requireType(type, expression.type);
      this.#require(types.includes(expression.type), `type ${expression.type}`);
      this.#leaf(expression);
    });
  }

  #leaf(expression: Expression): void {
    switch (expression.op) {
      case "constant":
        return this.#require(
          isValueOf(expression.type, expression.value),
          `${expression.value} is no ${expression.type}`,
        );
      case "local":
        return this.#requireType(this.#localType(expression.id), expression.type);
      case "scalar":
        return this.#scalar(expression);
      case "length":
        this.#element(expression.array);
        return this.#requireType("int32", expression.type);
      case "thread":
        return this.#thread(expression);
      case "load":
        this.#requireType(this.#elementType(expression.array, "read"), expression.type);
        return this.#expression(".index", expression.index, "int32");
      default:
        return this.#operation(expression);
    }
  }

  #scalar({ index, type }: Extract<Expression, { op: "scalar" }>): void {
    const declared = this.#program.scalars[index];
    this.#require(declared !== undefined, `no scalar ${index}`);
    this.#requireType(declared.type, type);
  }

  #thread({ axis, type }: Extract<Expression, { op: "thread" }>): void {
    this.#requireType("int32", type);
    this.#require(axis >= 0 && axis < this.#program.dimensions, `axis ${axis} of ${this.#program.dimensions}`);
    this.#require(!this.#inCombine, "a thread's place in combine");
  }

  #operation(e: Exclude<Expression, { op: "constant" | "local" | "scalar" | "length" | "thread" | "load" }>): void {
    switch (e.op) {
      case "unary":
        return this.#unary(e);
      case "binary":
        this.#require(binaryFunction(e.operator, e.type) !== undefined, `${e.operator} on ${e.type}`);
        return this.#operands(e.type, { left: e.left, right: e.right });
      case "compare":
        return this.#compare(e);
      case "logical":
        this.#requireType("bool", e.type);
        return this.#operands("bool", { left: e.left, right: e.right });
      case "select":
        this.#expression(".condition", e.condition, "bool");
        this.#expression(".then", e.then, e.type);
        return this.#expression(".otherwise", e.otherwise, e.type);
      case "convert":
        return this.#expression(".value", e.value);
      case "bitcast":
        this.#require(words.includes(e.type) && words.includes(e.value.type), `bits of ${e.value.type} as ${e.type}`);
        return this.#expression(".value", e.value);
      case "call":
        return this.#call(e);
      default:
        return this.#fail(`no such expression: ${(e as Expression).op}`);
    }
  }

  #operands(type: ValueType, operands: Record<string, Expression>): void {
    for (const name in operands) this.#expression(`.${name}`, operands[name] as Expression, type);
  }

  #unary({ operator, type, value }: Extract<Expression, { op: "unary" }>): void {
    this.#require(unaryFunction(operator, value.type) !== undefined, `${operator} on ${value.type}`);
    this.#requireType(operator === "countLeadingZeros" ? "int32" : value.type, type);
    this.#expression(".value", value);
  }

  #compare({ operator, type, left, right }: Extract<Expression, { op: "compare" }>): void {
    this.#requireType("bool", type);
    const isOrder = operator !== "equal" && operator !== "notEqual";
    this.#require(!(isOrder && left.type === "bool"), `${operator} on bool`);
    this.#operands(left.type, { left, right });
  }

  #call({ type, function: name, arguments: values }: MathCall): void {
    this.#require(isFloat(type), `${name} on ${type}`);
    this.#require(values.length === (twoArguments.includes(name) ? 2 : 1), `${values.length} arguments of ${name}`);
    for (const [i, value] of values.entries()) this.#expression(`.arguments[${i}]`, value, type);
  }

  // --------------------------------------------------------------------------------------------------------- small

  #isGrid(): boolean {
    return this.#program.kind === "grid";
  }

  #localType(id: number): ValueType {
    const declared: Local | undefined = this.#program.locals[id];
    this.#require(declared !== undefined, `no local ${id}`);
    return declared.type;
  }

  #requireType(expected: ValueType, found: ValueType): void {
    this.#require(expected === found, `${found} where ${expected} is needed`);
  }
}
