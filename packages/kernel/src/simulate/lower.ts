// Lowers a program to basic blocks of closures (code.ts). Statements become blocks and jumps; expressions become operations
// from slots to slots.
//
//  - `into(expression, d)` computes into slot d, and writes d only in its last operation, so that d may be a local that the
//    expression reads. `value(expression)` gives a slot that holds it: for locals, scalars and the like no operation is needed.
//  - What JavaScript would not evaluate is not evaluated, as a check would report it: `i < n && x[i] > 0`.
//  - Temporaries are used anew for each statement.

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
import { checkedAtomic, checkedLoad, checkedStore } from "./checked-memory.js";
import { type BasicBlock, type Code, ended, type Machine, type Operation, waiting } from "./code.js";
import { drawSlot, type FrameLayout, layoutOf, linearSlot, threadSlot } from "./frame.js";
import { atomicOperation, loadOperation, storeOperation } from "./memory.js";
import { newSharedArray } from "./typed-array.js";

/** Gives the definition of a function of Math, or `undefined` to use JavaScript's own. */
export type MathLibrary = (name: MathFunction, type: "float32" | "float64") => FunctionDefinition | undefined;

/** How a program is lowered. */
export interface LoweringChoices {
  readonly checks: boolean;
  readonly math: MathLibrary | undefined;
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
  readonly #blocks: BasicBlock[] = [];
  readonly #barriers = new Map<number, Offset | undefined>();
  readonly #targets = new Map<number, Target>();
  readonly #constants = new Map<string, readonly [number, number]>();
  /** Slot of each local: of the program, or of the math function that is being lowered. */
  #locals: (id: number) => number;
  #temporaries: number[] = [];
  #usedTemporaries = 0;
  #frameSize: number;
  #current: BasicBlock;

  constructor(program: Program, choices: LoweringChoices) {
    this.#program = program;
    this.#choices = choices;
    const layout = layoutOf(program);
    this.#layout = layout;
    this.#frameSize = layout.end;
    this.#locals = (id) => layout.locals + id;
    const shared = program.shared.map(newSharedArray);
    this.#machine = { arrays: [], shared, seed: 0, monitor: undefined };
    this.#current = this.#newBlock();
  }

  lower(): Code {
    const program = this.#program;
    const isGrid = program.kind === "grid";
    const entry = this.#begin();
    this.#list(isGrid ? program.body : program.map);
    this.#jump(ended);
    const combineEntry = this.#begin();
    if (!isGrid) this.#list(program.combine);
    this.#jump(ended);
    return {
      ...{ program, entry, combineEntry, layout: this.#layout, frameSize: this.#frameSize },
      ...{ blocks: this.#blocks, barriers: this.#barriers, machine: this.#machine },
      constants: [...this.#constants.values()],
    };
  }

  // ------------------------------------------------------------------------------------------------------- blocks

  #newBlock(): BasicBlock {
    const block: BasicBlock = { operations: [], condition: -1, next: ended, alternative: ended };
    this.#blocks.push(block);
    return block;
  }

  /** Goes on in a new block, and gives its number. */
  #begin(): number {
    this.#current = this.#newBlock();
    return this.#blocks.length - 1;
  }

  #jump(place: number): void {
    this.#current.next = place;
  }

  #emit(operation: Operation): void {
    this.#current.operations.push(operation);
  }

  /**
   * Lowers two ways that meet again, and goes on where they do. Each way is lowered when the number of its block is known; the
   * meeting place is only known after them.
   */
  #branch(condition: number, then: () => void, otherwise: () => void): void {
    const fork = this.#current;
    fork.condition = condition;
    fork.next = this.#begin();
    then();
    const thenEnd = this.#current;
    fork.alternative = this.#begin();
    otherwise();
    const otherwiseEnd = this.#current;
    const meeting = this.#begin();
    thenEnd.next = meeting;
    otherwiseEnd.next = meeting;
  }

  // --------------------------------------------------------------------------------------------------- statements

  #list(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(statement: Statement): void {
    this.#usedTemporaries = 0;
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
        return this.#branch(
          this.#value(statement.condition),
          () => this.#list(statement.then),
          () => this.#list(statement.otherwise),
        );
      case "loop":
        return this.#loop(statement);
      case "block":
        return this.#block(statement);
      case "barrier":
        return this.#barrier(statement.at);
      case "return":
        return this.#leaveTo(ended);
      default:
        return this.#leaveTo(this.#targetOf(statement.label)[statement.kind]);
    }
  }

  #targetOf(label: number): Target {
    const target = this.#targets.get(label);
    if (target === undefined) throw new TypeError(`The program leaves label #${label}, which does not enclose it.`);
    return target;
  }

  /** Jumps; what follows cannot be reached, but is lowered all the same. */
  #leaveTo(place: number): void {
    this.#jump(place);
    this.#begin();
  }

  #barrier(at: Offset | undefined): void {
    const before = this.#current;
    const resume = this.#begin();
    before.next = waiting(resume);
    this.#barriers.set(resume, at);
  }

  #block(statement: Extract<Statement, { kind: "block" }>): void {
    const exit = this.#reserve();
    this.#within(statement.label, { leave: exit, next: exit }, () => this.#list(statement.body));
    this.#continueAt(exit);
  }

  #loop({ label, condition, body, update }: Extract<Statement, { kind: "loop" }>): void {
    const exit = this.#reserve();
    const updating = this.#reserve();
    const before = this.#current;
    const head = this.#begin();
    before.next = head;
    const fork = this.#loopHead(condition, exit);
    fork.next = this.#begin();
    this.#within(label, { leave: exit, next: updating }, () => {
      this.#list(body);
      this.#continueAt(updating);
      this.#list(update);
    });
    this.#jump(head);
    this.#current = this.#blocks[exit] as BasicBlock;
  }

  #loopHead(condition: Expression, exit: number): BasicBlock {
    this.#usedTemporaries = 0;
    const slot = this.#value(condition);
    const fork = this.#current;
    fork.condition = slot;
    fork.alternative = exit;
    return fork;
  }

  /** A block to jump to before its place has come. */
  #reserve(): number {
    this.#newBlock();
    return this.#blocks.length - 1;
  }

  #continueAt(place: number): void {
    this.#jump(place);
    this.#current = this.#blocks[place] as BasicBlock;
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
    if (this.#choices.checks) this.#emit(checkedStore(this.#machine, arrays, { ref: array, at }, i, v));
    else this.#emit(storeOperation(element, arrays, array.index, i, v));
  }

  #load(expression: Extract<Expression, { op: "load" }>, d: number): void {
    const { array, index, at } = expression;
    const i = this.#value(index);
    const { arrays, element } = this.#memory(array);
    if (!this.#choices.checks) return this.#emit(loadOperation(element, arrays, array.index, i, d));
    this.#emit(checkedLoad(this.#machine, arrays, { ref: array, at }, i, d, element === "bool"));
  }

  #atomic(statement: Atomic): void {
    const { array, value, at, target } = statement;
    const compute = atomicFunction(statement.operator, value.type);
    if (compute === undefined) throw new TypeError(`The IR has no atomic "${statement.operator}" on ${value.type}.`);
    const slots = {
      index: this.#value(statement.index),
      value: this.#value(value),
      expected: statement.expected === undefined ? this.#constant(0) : this.#value(statement.expected),
      target: target === undefined ? -1 : this.#locals(target),
    };
    const { arrays } = this.#memory(array);
    if (this.#choices.checks) this.#emit(checkedAtomic(this.#machine, compute, arrays, { ref: array, at }, slots));
    else this.#emit(atomicOperation(compute, arrays, array.index, slots));
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
    this.#emit((f) => {
      f[d] = randomNumber(type, machine.seed, f[linearSlot] as number, f[drawSlot] as number);
      f[drawSlot] = (f[drawSlot] as number) + 1;
    });
  }

  // -------------------------------------------------------------------------------------------------- expressions

  /** A slot that holds the value; never a place that may be written. */
  #value(expression: Expression): number {
    const slot = this.#slotOf(expression);
    if (slot !== undefined) return slot;
    const temporary = this.#temporary();
    this.#into(expression, temporary);
    return temporary;
  }

  /** The slot in which a value already is. */
  #slotOf(expression: Expression): number | undefined {
    switch (expression.op) {
      case "constant":
        return this.#constant(expression.value);
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
    if (space === "shared") return this.#constant(this.#program.shared[index]?.length ?? 0);
    return this.#layout.lengths + index;
  }

  #constant(value: number): number {
    const key = Object.is(value, -0) ? "-0" : String(value);
    const known = this.#constants.get(key);
    if (known !== undefined) return known[0];
    const slot = this.#frameSize++;
    this.#constants.set(key, [slot, value]);
    return slot;
  }

  #temporary(): number {
    const place = this.#usedTemporaries++;
    const slot = this.#temporaries[place] ?? this.#frameSize++;
    this.#temporaries[place] = slot;
    return slot;
  }

  #into(expression: Expression, d: number): void {
    switch (expression.op) {
      case "constant":
        return this.#emit(constantOperation(d, expression.value));
      case "load":
        return this.#load(expression, d);
      case "logical":
        return this.#logical(expression, d);
      case "select":
        return this.#select(expression, d);
      case "call":
        return this.#call(expression, d);
      default:
        return this.#emit(this.#operation(expression, d));
    }
  }

  #operation(expression: Expression, d: number): Operation {
    switch (expression.op) {
      case "unary":
        return unaryOperation(requireUnary(expression), d, this.#value(expression.value));
      case "binary": {
        const [a, b] = [this.#value(expression.left), this.#value(expression.right)];
        return binaryOperation(expression.operator, expression.type, d, a, b);
      }
      case "compare":
        return compareOperation(expression.operator, d, this.#value(expression.left), this.#value(expression.right));
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

  #logical({ operator, left, right }: Logical, d: number): void {
    const slot = this.#value(left);
    const evaluate = () => this.#into(right, d);
    const keep = () => this.#emit(constantOperation(d, operator === "or" ? 1 : 0));
    if (operator === "and") this.#branch(slot, evaluate, keep);
    else this.#branch(slot, keep, evaluate);
  }

  #select({ condition, then, otherwise }: Select, d: number): void {
    this.#branch(
      this.#value(condition),
      () => this.#into(then, d),
      () => this.#into(otherwise, d),
    );
  }

  #call(expression: MathCall, d: number): void {
    const definition = this.#choices.math?.(expression.function, expression.type);
    const operands = expression.arguments.map((operand) => this.#value(operand));
    if (definition !== undefined) return this.#inline(definition, operands, d);
    this.#emit(callOperation(mathFunctionReference(expression.function, expression.type), d, operands));
  }

  /** Lowers a function of the math library in place, with locals of its own that begin as 0. */
  #inline(definition: FunctionDefinition, operands: readonly number[], d: number): void {
    const outerLocals = this.#locals;
    const outerTemporaries = this.#temporaries;
    const outerUsed = this.#usedTemporaries;
    const first = this.#frameSize;
    this.#frameSize += definition.locals.length;
    this.#emit((f) => {
      f.fill(0, first, first + definition.locals.length);
    });
    operands.forEach((slot, i) => this.#emit(copyOperation(first + (definition.parameters[i] ?? 0), slot)));
    this.#locals = (id) => first + id;
    this.#temporaries = [];
    this.#list(definition.body);
    this.#into(definition.result, d);
    this.#locals = outerLocals;
    this.#temporaries = outerTemporaries;
    this.#usedTemporaries = outerUsed;
  }
}

function requireUnary({ operator, value }: Extract<Expression, { op: "unary" }>): (value: number) => number {
  const compute = unaryFunction(operator, value.type);
  if (compute === undefined) throw new TypeError(`The IR has no operation "${operator}" on ${value.type}.`);
  return compute;
}
