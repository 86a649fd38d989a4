// The content hash of a program: equal for programs that do the same operations, whatever their names and places in the source.
// Backends key their caches with it and compare nothing else, so it has 128 bits: four states with multipliers of their own,
// each finished with the mixer of MurmurHash3 (Appleby).

import type { ArrayParameter, ArrayRef, Binding, Constant, Expression, Program, Statement } from "./ir.js";
import { operandsOf } from "./structure.js";

/** A text of 28 characters that stands for what the program does. Names and source offsets take no part. */
export function hashProgram(program: Program): string {
  const hash = new Hash();
  hash.text(program.kind);
  hash.number(program.dimensions);
  hash.number(program.fastMath ? 1 : 0);
  addDeclarations(hash, program);
  if (program.kind === "grid") addList(hash, program.body);
  else addReduction(hash, program);
  return hash.digest();
}

/** Takes 32-bit words. Each step is a bijection of each state, so that no word is lost on the way. */
class Hash {
  #a = 0x9e3779b9 | 0;
  #b = 0x85ebca6b | 0;
  #c = 0xc2b2ae35 | 0;
  #d = 0x27d4eb2f | 0;

  word(value: number): void {
    this.#a = Math.imul(this.#a ^ value, 0x01000193) ^ (this.#a >>> 15);
    this.#b = Math.imul(this.#b ^ value, 0x5bd1e995) ^ (this.#b >>> 13);
    this.#c = Math.imul(this.#c + value, 0x2c1b3c6d) ^ (this.#c >>> 12);
    this.#d = Math.imul(this.#d + value, 0x297a2d39) ^ (this.#d >>> 17);
  }

  /** A float by its bits, so that −0 differs from 0; NaNs are one. */
  number(value: number): void {
    if (Object.is(value, value | 0)) {
      this.word(value);
      return;
    }
    float[0] = value;
    this.word(0x7fc0_0001);
    this.word(floatWords[0] as number);
    this.word(floatWords[1] as number);
  }

  text(value: string): void {
    this.word(value.length ^ 0x5a5a_0000);
    // Two characters at a time; behind the last odd one comes a 0, as the length has said.
    for (let i = 0; i < value.length; i += 2) this.word(value.charCodeAt(i) | (value.charCodeAt(i + 1) << 16));
  }

  digest(): string {
    return [this.#a, this.#b, this.#c, this.#d].map((state) => finish(state).toString(36).padStart(7, "0")).join("");
  }
}

const float = new Float64Array(1);
const floatWords = new Int32Array(float.buffer);

function finish(state: number): number {
  let h = state ^ (state >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function addDeclarations(hash: Hash, { arrays, scalars, locals, shared }: Program): void {
  hash.number(arrays.length);
  for (const array of arrays) addArray(hash, array);
  hash.number(scalars.length);
  for (const scalar of scalars) {
    hash.text(scalar.type);
    addBinding(hash, scalar.binding);
  }
  hash.number(locals.length);
  for (const local of locals) hash.text(local.type);
  hash.number(shared.length);
  for (const array of shared) {
    hash.text(array.element);
    hash.number(array.length);
  }
}

function addArray(hash: Hash, array: ArrayParameter): void {
  hash.text(array.element);
  hash.text(array.access);
  addBinding(hash, array.binding);
}

/** A captured array is bound by its name, so there the name does take part. */
function addBinding(hash: Hash, binding: Binding): void {
  hash.text(binding.from);
  if (binding.from === "capture") hash.text(binding.name);
  else hash.number(binding.index);
}

function addReduction(hash: Hash, program: Extract<Program, { kind: "reduction" }>): void {
  addList(hash, program.map);
  addList(hash, program.combine);
  for (const id of [program.value, program.left, program.right, program.combined]) hash.number(id);
  addConstant(hash, program.identity);
}

function addConstant(hash: Hash, { type, value }: Constant): void {
  hash.text(type);
  hash.number(value);
}

function addList(hash: Hash, statements: readonly Statement[]): void {
  hash.number(statements.length);
  for (const statement of statements) addStatement(hash, statement);
}

function addStatement(hash: Hash, statement: Statement): void {
  hash.text(statement.kind);
  switch (statement.kind) {
    case "set":
      hash.number(statement.local);
      return addExpression(hash, statement.value);
    case "store":
      addRef(hash, statement.array);
      addExpression(hash, statement.index);
      return addExpression(hash, statement.value);
    case "atomic":
      return addAtomic(hash, statement);
    case "random":
      return hash.number(statement.target);
    default:
      return addControl(hash, statement);
  }
}

function addAtomic(hash: Hash, statement: Extract<Statement, { kind: "atomic" }>): void {
  hash.text(statement.operator);
  addRef(hash, statement.array);
  addExpression(hash, statement.index);
  addExpression(hash, statement.value);
  hash.number(statement.target ?? -1);
  if (statement.expected !== undefined) addExpression(hash, statement.expected);
}

function addControl(hash: Hash, statement: Exclude<Statement, { kind: "set" | "store" | "atomic" | "random" }>): void {
  switch (statement.kind) {
    case "if":
      addExpression(hash, statement.condition);
      addList(hash, statement.then);
      return addList(hash, statement.otherwise);
    case "loop":
      hash.number(statement.label);
      addExpression(hash, statement.condition);
      addList(hash, statement.body);
      return addList(hash, statement.update);
    case "block":
      hash.number(statement.label);
      return addList(hash, statement.body);
    case "leave":
    case "next":
      return hash.number(statement.label);
  }
}

function addRef(hash: Hash, { space, index }: ArrayRef): void {
  hash.text(space);
  hash.number(index);
}

function addExpression(hash: Hash, expression: Expression): void {
  hash.text(expression.op);
  hash.text(expression.type);
  addLeaf(hash, expression);
  const operands = operandsOf(expression);
  hash.number(operands.length);
  for (const operand of operands) addExpression(hash, operand);
}

/** What an expression is beside its type and its operands. */
function addLeaf(hash: Hash, expression: Expression): void {
  switch (expression.op) {
    case "constant":
      return hash.number(expression.value);
    case "local":
      return hash.number(expression.id);
    case "scalar":
      return hash.number(expression.index);
    case "length":
    case "load":
      return addRef(hash, expression.array);
    case "thread":
      hash.text(expression.what);
      return hash.number(expression.axis);
    case "unary":
    case "binary":
    case "compare":
    case "logical":
      return hash.text(expression.operator);
    case "call":
      return hash.text(expression.function);
  }
}
