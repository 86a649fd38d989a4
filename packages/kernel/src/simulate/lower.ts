// Lowers a program to basic blocks of closures (code.ts). Statements become blocks and jumps (block-writer.ts); expressions become
// operations from slots to slots (slots.ts).
//
//  - `into(expression, d)` computes into slot d, and writes d only in its last operation, so that d may be a local that the
//    expression reads. `value(expression)` gives a slot that holds it: for locals, scalars and the like no operation is needed.
//  - What JavaScript would not evaluate is not evaluated, as a check would report it: `i < n && x[i] > 0`.

import type { HostArray } from "@everycore/core";
import type { FunctionDefinition } from "../ir/function.js";
import type {
  ArrayRef,
  Atomic,
  ElementType,
  Expression,
  Logical,
  MathCall,
  MathFunction,
  Offset,
  Program,
  Select,
  Statement,
} from "../ir/ir.js";
import { randomNumber } from "../ir/random.js";
import {
  atomicFunction,
  bitcastFunction,
  convertFunction,
  mathFunctionReference,
  unaryFunction,
} from "../ir/semantics.js";
import {
  binaryOperation,
  callOperation,
  compareOperation,
  constantOperation,
  copyOperation,
  unaryOperation,
} from "./arithmetic.js";
import { BlockWriter } from "./block-writer.js";
import { checkedAtomic, checkedLoad, checkedStore } from "./checked-memory.js";
import { type Code, ended, type Machine, type Operation } from "./code.js";
import { drawSlot, type FrameLayout, layoutOf, linearSlot, threadSlot } from "./frame.js";
import { atomicOperation, loadOperation, storeOperation } from "./memory.js";
import { Slots } from "./slots.js";
import { newSharedArray } from "./typed-array.js";

/** Gives the definition of a function of Math, or `undefined` to use JavaScript's own. */
export type MathLibrary = (name: MathFunction, type: "float32" | "float64") => FunctionDefinition | undefined;

/** How a program is lowered. */
export interface LoweringChoices {
  readonly checks: boolean;
  readonly math: MathLibrary | undefined;
  /** Whether operations keep subnormal float32 numbers. */
  readonly subnormals: boolean;
}

/** Makes a program ready to be run, any number of times. */
export function lowerProgram(program: Program, choices: LoweringChoices): Code {
  return new Lowering(program, choices).lower();
}

/** Where `leave` and `next` of a label go. */
interface Target {
  readonly leave: number;
  readonly next: number;
}

class Lowering {
  readonly #program: Program;
  readonly #choices: LoweringChoices;
  readonly #layout: FrameLayout;
  readonly #machine: Machine;
  readonly #slots: Slots;
  readonly #blocks = new BlockWriter();
  readonly #barriers = new Map<number, Offset | undefined>();
  readonly #targets = new Map<number, Target>();
  /** Slot of each local: of the program, or of the math function that is being lowered. */
  #locals: (id: number) => number;

  constructor(program: Program, choices: LoweringChoices) {
    this.#program = program;
    this.#choices = choices;
    const layout = layoutOf(program);
    this.#layout = layout;
    this.#slots = new Slots(layout.end);
    this.#locals = (id) => layout.locals + id;
    const shared = program.shared.map(newSharedArray);
    this.#machine = { arrays: [], shared, seed: 0, monitor: undefined };
  }

  lower(): Code {
    const program = this.#program;
    const isGrid = program.kind === "grid";
    const blocks = this.#blocks;
    const entry = blocks.begin();
    this.#list(isGrid ? program.body : program.map);
    blocks.jump(ended);
    const combineEntry = blocks.begin();
    if (!isGrid) this.#list(program.combine);
    blocks.jump(ended);
    return {
      ...{ program, entry, combineEntry, layout: this.#layout, frameSize: this.#slots.end },
      ...{ blocks: blocks.blocks, barriers: this.#barriers, machine: this.#machine },
      constants: this.#slots.constants,
    };
  }

  // --------------------------------------------------------------------------------------------------- statements

  #list(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(statement: Statement): void {
    this.#slots.freeTemporaries();
    switch (statement.kind) {
      case "set":
        return this.#into(statement.value, this.#locals(statement.local));
      case "store":
        return this.#store(statement);
      case "atomic":
        return this.#atomic(statement);
      case "random":
        return this.#random(statement.target);
      default:
        return this.#control(statement);
    }
  }

  #control(statement: Exclude<Statement, { kind: "set" | "store" | "atomic" | "random" }>): void {
    switch (statement.kind) {
      case "if":
        return this.#blocks.branch(
          this.#value(statement.condition),
          () => this.#list(statement.then),
          () => this.#list(statement.otherwise),
        );
      case "loop":
        return this.#loop(statement);
      case "block":
        return this.#block(statement);
      case "barrier":
        this.#barriers.set(this.#blocks.wait(), statement.at);
        return;
      case "return":
        return this.#blocks.leaveTo(ended);
      default:
        return this.#blocks.leaveTo(this.#targetOf(statement.label)[statement.kind]);
    }
  }

  #targetOf(label: number): Target {
    const target = this.#targets.get(label);
    if (target === undefined) throw new TypeError(`The program leaves label #${label}, which does not enclose it.`);
    return target;
  }

  #block(statement: Extract<Statement, { kind: "block" }>): void {
    const exit = this.#blocks.reserve();
    this.#within(statement.label, { leave: exit, next: exit }, () => this.#list(statement.body));
    this.#continueAt(exit);
  }

  #loop({ label, condition, body, update }: Extract<Statement, { kind: "loop" }>): void {
    const blocks = this.#blocks;
    const exit = blocks.reserve();
    const updating = blocks.reserve();
    const head = blocks.beginNext();
    this.#slots.freeTemporaries();
    blocks.jumpUnless(this.#value(condition), exit);
    this.#within(label, { leave: exit, next: updating }, () => {
      this.#list(body);
      this.#continueAt(updating);
      this.#list(update);
    });
    blocks.jump(head);
    blocks.open(exit);
  }

  #continueAt(place: number): void {
    this.#blocks.jump(place);
    this.#blocks.open(place);
  }

  #within(label: number, target: Target, lower: () => void): void {
    const outer = this.#targets.get(label);
    this.#targets.set(label, target);
    lower();
    if (outer === undefined) this.#targets.delete(label);
    else this.#targets.set(label, outer);
  }

  // ------------------------------------------------------------------------------------------------------- memory

  #store({ array, index, value, at }: Extract<Statement, { kind: "store" }>): void {
    const i = this.#value(index);
    const v = this.#value(value);
    const { arrays, element } = this.#memory(array);
    if (this.#choices.checks) this.#blocks.emit(checkedStore(this.#machine, arrays, { ref: array, at }, i, v));
    else this.#blocks.emit(storeOperation(element, arrays, array.index, i, v));
  }

  #load(expression: Extract<Expression, { op: "load" }>, d: number): void {
    const { array, index, at } = expression;
    const i = this.#value(index);
    const { arrays, element } = this.#memory(array);
    if (!this.#choices.checks) return this.#blocks.emit(loadOperation(element, arrays, array.index, i, d));
    this.#blocks.emit(checkedLoad(this.#machine, arrays, { ref: array, at }, i, d, element === "bool"));
  }

  #atomic(statement: Atomic): void {
    const { array, value, at, target } = statement;
    const compute = atomicFunction(statement.operator, value.type);
    if (compute === undefined) throw new TypeError(`The IR has no atomic "${statement.operator}" on ${value.type}.`);
    const slots = {
      index: this.#value(statement.index),
      value: this.#value(value),
      expected: statement.expected === undefined ? this.#slots.constant(0) : this.#value(statement.expected),
      target: target === undefined ? -1 : this.#locals(target),
    };
    const { arrays } = this.#memory(array);
    if (this.#choices.checks)
      this.#blocks.emit(checkedAtomic(this.#machine, compute, arrays, { ref: array, at }, slots));
    else this.#blocks.emit(atomicOperation(compute, arrays, array.index, slots));
  }

  #memory({ space, index }: ArrayRef): { arrays: readonly HostArray[]; element: ElementType } {
    const isShared = space === "shared";
    const declared = (isShared ? this.#program.shared : this.#program.arrays)[index];
    if (declared === undefined) throw new TypeError(`The program has no ${space} array ${index}.`);
    return { arrays: isShared ? this.#machine.shared : this.#machine.arrays, element: declared.element };
  }

  #random(target: number): void {
    const d = this.#locals(target);
    const type = this.#program.locals[target]?.type === "float64" ? "float64" : "float32";
    const machine = this.#machine;
    this.#blocks.emit((f) => {
      f[d] = randomNumber(type, machine.seed, f[linearSlot] as number, f[drawSlot] as number);
      f[drawSlot] = (f[drawSlot] as number) + 1;
    });
  }

  // -------------------------------------------------------------------------------------------------- expressions

  /** A slot that holds the value; never a place that may be written. */
  #value(expression: Expression): number {
    const slot = this.#slotOf(expression);
    if (slot !== undefined) return slot;
    const temporary = this.#slots.temporary();
    this.#into(expression, temporary);
    return temporary;
  }

  /** The slot in which a value already is. */
  #slotOf(expression: Expression): number | undefined {
    switch (expression.op) {
      case "constant":
        return this.#slots.constant(expression.value);
      case "local":
        return this.#locals(expression.id);
      case "scalar":
        return this.#layout.scalars + expression.index;
      case "thread":
        return threadSlot(expression.what, expression.axis);
      case "length":
        return this.#lengthSlot(expression.array);
      default:
        return undefined;
    }
  }

  #lengthSlot({ space, index }: ArrayRef): number {
    if (space === "shared") return this.#slots.constant(this.#program.shared[index]?.length ?? 0);
    return this.#layout.lengths + index;
  }

  #into(expression: Expression, d: number): void {
    switch (expression.op) {
      case "constant":
        return this.#blocks.emit(constantOperation(d, expression.value));
      case "load":
        return this.#load(expression, d);
      case "logical":
        return this.#logical(expression, d);
      case "select":
        return this.#select(expression, d);
      case "call":
        this.#call(expression, d);
        break;
      default:
        this.#blocks.emit(this.#operation(expression, d));
    }
    if (this.#flushes(expression)) this.#blocks.emit(unaryOperation(flushSubnormal, d, d));
  }

  #operation(expression: Expression, d: number): Operation {
    switch (expression.op) {
      case "unary":
        return unaryOperation(requireUnary(expression), d, this.#operand(expression, expression.value));
      case "binary": {
        const [a, b] = [this.#operand(expression, expression.left), this.#operand(expression, expression.right)];
        return binaryOperation(expression.operator, expression.type, d, a, b);
      }
      case "compare":
        return compareOperation(
          expression.operator,
          d,
          this.#operand(expression, expression.left),
          this.#operand(expression, expression.right),
        );
      case "convert":
        return unaryOperation(convertFunction(expression.type), d, this.#value(expression.value));
      case "bitcast":
        return unaryOperation(
          bitcastFunction(expression.value.type, expression.type),
          d,
          this.#value(expression.value),
        );
      default:
        return copyOperation(d, this.#value(expression));
    }
  }

  /** Whether an operation takes subnormals for zeros, and gives zeros for them. */
  #flushes(expression: Expression): boolean {
    return !this.#choices.subnormals && computesFloat32(expression);
  }

  /** A slot that holds an operand, as the operation takes it. */
  #operand(operation: Expression, value: Expression): number {
    const slot = this.#value(value);
    if (!this.#flushes(operation)) return slot;
    const flushed = this.#slots.temporary();
    this.#blocks.emit(unaryOperation(flushSubnormal, flushed, slot));
    return flushed;
  }

  #logical({ operator, left, right }: Logical, d: number): void {
    const slot = this.#value(left);
    const evaluate = () => this.#into(right, d);
    const keep = () => this.#blocks.emit(constantOperation(d, operator === "or" ? 1 : 0));
    if (operator === "and") this.#blocks.branch(slot, evaluate, keep);
    else this.#blocks.branch(slot, keep, evaluate);
  }

  #select({ condition, then, otherwise }: Select, d: number): void {
    this.#blocks.branch(
      this.#value(condition),
      () => this.#into(then, d),
      () => this.#into(otherwise, d),
    );
  }

  #call(expression: MathCall, d: number): void {
    const definition = this.#choices.math?.(expression.function, expression.type);
    const operands = expression.arguments.map((operand) => this.#operand(expression, operand));
    if (definition !== undefined) return this.#inline(definition, operands, d);
    this.#blocks.emit(callOperation(mathFunctionReference(expression.function, expression.type), d, operands));
  }

  /** Lowers a function of the math library in place, with locals of its own that begin as 0. */
  #inline(definition: FunctionDefinition, operands: readonly number[], d: number): void {
    const outerLocals = this.#locals;
    const first = this.#slots.reserve(definition.locals.length);
    this.#blocks.emit((f) => {
      f.fill(0, first, first + definition.locals.length);
    });
    operands.forEach((slot, i) => this.#blocks.emit(copyOperation(first + (definition.parameters[i] ?? 0), slot)));
    this.#locals = (id) => first + id;
    this.#slots.nested(() => {
      this.#list(definition.body);
      this.#into(definition.result, d);
    });
    this.#locals = outerLocals;
  }
}

/** Those that move, choose or look at bits leave subnormals as they are, on every device. */
function computesFloat32(expression: Expression): boolean {
  switch (expression.op) {
    case "compare":
      return expression.left.type === "float32";
    case "call":
    case "unary":
      return expression.type === "float32";
    case "binary":
      return expression.type === "float32" && !["min", "max", "remainder"].includes(expression.operator);
    default:
      return false;
  }
}

function flushSubnormal(value: number): number {
  return Math.abs(value) < 2 ** -126 ? 0 * Math.sign(value) : value;
}

function requireUnary({ operator, value }: Extract<Expression, { op: "unary" }>): (value: number) => number {
  const compute = unaryFunction(operator, value.type);
  if (compute === undefined) throw new TypeError(`The IR has no operation "${operator}" on ${value.type}.`);
  return compute;
}
