// Random well-typed programs whose result does not depend on the order in which threads run, with a launch for each: to compare
// backends and passes with the simulator, bit for bit. The same seed and options give the same program.
//
//  - Threads write only their own element of the arrays `out…`; read-only arrays are read anywhere, also outside. `alias` is bound
//    to the same memory as `out0` half of the time, and used at the thread's own element.
//  - Atomics are of one kind for each array, so that their order does not matter, and their old values are not used.
//  - Shared memory: each thread writes its own element, then a barrier, then all read, then a barrier.
//  - Loops have a counter that nothing else sets, and few rounds. Bits of NaN are never looked at.

import type { HostArray } from "@everycore/core";
import {
  add,
  arrayParameter,
  arrayRef,
  atomic,
  barrier,
  binary,
  bitcast,
  block,
  bool,
  call,
  compare,
  constant,
  convert,
  end,
  gridProgram,
  int,
  LocalList,
  leave,
  length,
  less,
  load,
  logical,
  loop,
  multiply,
  next,
  not,
  type ProgramShape,
  random,
  reductionProgram,
  scalar,
  scalarParameter,
  select,
  set,
  sharedArray,
  store,
  thread,
  unary,
  when,
} from "../../src/ir/builder.js";
import {
  type ArrayParameter,
  type ArrayRef,
  type Atomic,
  type BinaryOperator,
  type Compare,
  type ElementType,
  type Expression,
  type LocalRead,
  type Program,
  type Size3,
  type Statement,
  type UnaryOperator,
  type ValueType,
  valueTypeOf,
} from "../../src/ir/ir.js";
import { operandsOf } from "../../src/ir/structure.js";

/** What random programs may contain. */
export interface RandomProgramOptions {
  readonly kind?: "grid" | "reduction";
  /** Roughly the number of statements; 12 by default. */
  readonly size?: number;
  readonly float64?: boolean;
  /** Functions of Math that are not exact; off by default, as backends differ in the last digit. */
  readonly math?: boolean;
  readonly barriers?: boolean;
  readonly atomics?: boolean;
  readonly randomNumbers?: boolean;
}

/** A program and a launch of it. Arrays are new for each call of {@link randomProgram}. */
export interface RandomProgram {
  readonly program: Program;
  readonly grid: Size3;
  readonly group: Size3;
  readonly seed: number;
  readonly arrays: HostArray[];
  readonly scalars: number[];
}

/** The random program number `seed`. */
export function randomProgram(seed: number, options: RandomProgramOptions = {}): RandomProgram {
  return new Generator(seed, options).make();
}

/** Copies of a launch's arrays, in which those that were one memory are one again. */
export function copyArrays(arrays: readonly HostArray[]): HostArray[] {
  const copies = new Map(arrays.map((array) => [array, array.slice() as HostArray]));
  return arrays.map((array) => copies.get(array) as HostArray);
}

/** A small generator of random numbers (xorshift), so that a seed gives the same program everywhere. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1;
    for (let i = 0; i < 8; i++) this.below(2);
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const floatSamples = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  -2.5,
  3,
  1e10,
  -1e-3,
  2147483648,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  0.1,
  1e-40,
];
const intSamples = [0, 1, -1, 2, 3, 5, 7, 8, 31, 32, -8, 100, 0x7fffffff, -0x80000000];
const intOperators: readonly BinaryOperator[] = [
  "add",
  "subtract",
  "multiply",
  "divide",
  "remainder",
  "min",
  "max",
  "and",
  "or",
  "xor",
  "shiftLeft",
  "shiftRight",
];
const floatOperators: readonly BinaryOperator[] = ["add", "subtract", "multiply", "divide", "min", "max", "remainder"];
const unaryOperators: Record<ValueType, readonly UnaryOperator[]> = {
  bool: ["not"],
  int32: ["negate", "complement", "abs"],
  uint32: ["negate", "complement"],
  float32: ["negate", "abs", "sqrt", "floor", "ceil", "trunc", "round"],
  float64: ["negate", "abs", "sqrt", "floor", "ceil", "trunc", "round"],
};
const orders: readonly Compare["operator"][] = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"];
const atomicOperators: readonly Atomic["operator"][] = ["add", "subtract", "min", "max", "and", "or", "xor"];
const inputElements: readonly ElementType[] = [
  "float32",
  "int32",
  "uint32",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "bool",
];
const tileLength = 16;

/** Where a statement stands. */
interface Place {
  readonly depth: number;
  readonly loops: readonly number[];
  readonly labels: readonly number[];
  /** All threads of the group come here together. */
  readonly uniform: boolean;
}

class Generator {
  readonly #dice: Dice;
  readonly #options: RandomProgramOptions;
  readonly #locals = new LocalList();
  /** Locals that statements may set. */
  readonly #variables: LocalRead[] = [];
  /** Locals that are only read: counters of loops. */
  readonly #counters: LocalRead[] = [];
  readonly #recent: Expression[] = [];
  readonly #types: readonly ValueType[];
  readonly #arrays: ArrayParameter[] = [];
  readonly #memory: HostArray[] = [];
  readonly #scalars: { type: ValueType; value: number }[] = [];
  readonly #inputs: ArrayRef[] = [];
  readonly #outputs: ArrayRef[] = [];
  readonly #atomics: { ref: ArrayRef; operator: Atomic["operator"] }[] = [];
  readonly #dimensions: 1 | 2;
  readonly #grid: Size3;
  readonly #group: Size3;
  #labels = 0;

  constructor(seed: number, options: RandomProgramOptions) {
    this.#dice = new Dice(seed);
    this.#options = options;
    const { dice } = this;
    this.#types = ["bool", "int32", "uint32", "float32", ...(options.float64 === false ? [] : (["float64"] as const))];
    const isReduction = options.kind === "reduction";
    this.#dimensions = !isReduction && dice.chance(25) ? 2 : 1;
    const width = dice.pick([1, 2, 3, 7, 8, 9, 16, 17, 33]);
    this.#grid = [width, this.#dimensions === 2 ? 1 + dice.below(4) : 1, 1];
    this.#group = isReduction ? [1, 1, 1] : [dice.pick([1, 2, 4, 8, 16]), 1, 1];
  }

  get dice(): Dice {
    return this.#dice;
  }

  make(): RandomProgram {
    this.#declare();
    const program = this.#options.kind === "reduction" ? this.#reduction() : this.#gridProgram();
    return {
      program,
      grid: this.#grid,
      group: this.#group,
      seed: this.#dice.below(1 << 30),
      arrays: this.#memory,
      scalars: this.#scalars.map(({ value }) => value),
    };
  }

  // -------------------------------------------------------------------------------------------------- declarations

  #declare(): void {
    for (const type of this.#types) {
      for (let i = 0; i < 2; i++) this.#variables.push(this.#locals.add(`${type[0]}${i}`, type));
      this.#scalars.push({ type, value: this.#sample(type) });
    }
    for (let i = 0; i < 3; i++) this.#inputs.push(this.#array(`in${i}`, this.#inputElement(), "read"));
    if (this.#options.kind === "reduction") return;
    for (let i = 0; i < 2; i++) this.#outputs.push(this.#array(`out${i}`, this.#inputElement(), "readwrite"));
    if (this.#dice.chance(50)) this.#alias();
    if (this.#options.atomics === false) return;
    const operator = this.#dice.pick(atomicOperators);
    this.#atomics.push({ ref: this.#array("atoms", this.#dice.pick(["int32", "uint32"]), "readwrite"), operator });
  }

  #inputElement(): ElementType {
    const isDouble = this.#options.float64 !== false && this.#dice.chance(15);
    return isDouble ? "float64" : this.#dice.pick(inputElements);
  }

  #array(name: string, element: ElementType, access: ArrayParameter["access"]): ArrayRef {
    const size = access === "read" ? this.#dice.pick([1, 5, 20, 40]) : this.#threads() + this.#dice.below(3);
    const values = Array.from({ length: size }, () => this.#sample(valueTypeOf(element)));
    this.#memory.push(typedArray(element, values));
    return this.#declareArray(name, element, access);
  }

  #declareArray(name: string, element: ElementType, access: ArrayParameter["access"]): ArrayRef {
    this.#arrays.push(arrayParameter(name, element, access, { from: "argument", index: this.#arrays.length }));
    return arrayRef(this.#arrays.length - 1);
  }

  /** One more parameter for the memory of `out0`. */
  #alias(): void {
    const first = this.#outputs[0] as ArrayRef;
    const { element } = this.#arrays[first.index] as ArrayParameter;
    this.#memory.push(this.#memory[first.index] as HostArray);
    this.#outputs.push(this.#declareArray("alias", element, "readwrite"));
  }

  #threads(): number {
    return this.#grid[0] * this.#grid[1];
  }

  #shape(shared: ProgramShape["shared"]): ProgramShape {
    const scalars = this.#scalars.map(({ type }, i) => scalarParameter(`s${i}`, type));
    const { list: locals } = this.#locals;
    return {
      name: "random",
      arrays: this.#arrays,
      scalars,
      locals,
      shared: shared ?? [],
      dimensions: this.#dimensions,
    };
  }

  #gridProgram(): Program {
    const place: Place = { depth: 0, loops: [], labels: [], uniform: this.#options.barriers !== false };
    const body = this.#list(place, this.#options.size ?? 12);
    for (const ref of this.#outputs) body.push(this.#storeOwn(ref, this.#expression(this.#typeOf(ref), 2)));
    const hasBarriers = JSON.stringify(body).includes('"barrier"');
    return gridProgram(this.#shape(hasBarriers ? [sharedArray("tile", "int32", tileLength)] : []), body);
  }

  #reduction(): Program {
    const type = this.#dice.pick(["int32", "uint32"] as const);
    const [value, left, right, combined] = ["value", "left", "right", "combined"].map((name) =>
      this.#locals.add(name, type),
    );
    const place: Place = { depth: 0, loops: [], labels: [], uniform: false };
    const map = [...this.#list(place, this.#options.size ?? 6), set(value as LocalRead, this.#expression(type, 3))];
    const operator = this.#dice.pick(["add", "multiply", "min", "max", "and", "or", "xor"] as const);
    const combine = [set(combined as LocalRead, binary(operator, left as LocalRead, right as LocalRead))];
    const ids = { value: value?.id ?? 0, left: left?.id ?? 0, right: right?.id ?? 0, combined: combined?.id ?? 0 };
    return reductionProgram(this.#shape([]), { map, combine, ...ids, identity: identityOf(operator, type) });
  }

  // --------------------------------------------------------------------------------------------------- statements

  #list(place: Place, count: number): Statement[] {
    const statements: Statement[] = [];
    for (let i = 0; i < count; i++) statements.push(...this.#statement(place));
    return statements;
  }

  #statement(place: Place): Statement[] {
    const roll = this.#dice.below(100);
    if (place.depth < 3) {
      if (roll < 12) return [this.#if(place)];
      if (roll < 20) return this.#loop(place);
      if (roll < 25) return [this.#block(place)];
    }
    if (roll < 32 && !place.uniform) return this.#jump(place);
    if (roll < 50) return this.#effect(place);
    const target = this.#dice.pick(this.#variables);
    return [set(target, this.#expression(target.type, 3))];
  }

  #if(place: Place): Statement {
    const inner = { ...place, depth: place.depth + 1, uniform: false };
    const otherwise = this.#dice.chance(50) ? this.#list(inner, 1 + this.#dice.below(3)) : [];
    return when(this.#expression("bool", 3), this.#list(inner, 1 + this.#dice.below(3)), otherwise);
  }

  #loop(place: Place): Statement[] {
    const label = this.#labels++;
    const counter = this.#locals.add("k", "int32");
    const rounds = place.uniform ? int(this.#dice.below(4)) : binary("and", this.#expression("int32", 2), int(3));
    const uniform = place.uniform && this.#dice.chance(50);
    const inner = { ...this.#inside(place, label, uniform), loops: uniform ? [] : [...place.loops, label] };
    this.#counters.push(counter);
    const body = this.#list(inner, 1 + this.#dice.below(3));
    const more = this.#dice.chance(30)
      ? this.#list({ ...inner, loops: [], labels: [], uniform: false, depth: 3 }, 1)
      : [];
    const step = set(counter, add(counter, int(1)));
    const start = set(counter, int(0));
    if (this.#dice.chance(75)) return [start, loop(label, less(counter, rounds), body, [step, ...more])];
    return [start, loop(label, bool(true), body, [step, ...more, when(not(less(counter, rounds)), [leave(label)])])];
  }

  #block(place: Place): Statement {
    const label = this.#labels++;
    const uniform = place.uniform && this.#dice.chance(30);
    return block(label, this.#list(this.#inside(place, label, uniform), 1 + this.#dice.below(4)));
  }

  /** What threads do together nobody leaves alone: from there, its label is not known. */
  #inside(place: Place, label: number, uniform: boolean): Place {
    return { ...place, depth: place.depth + 1, labels: uniform ? [] : [...place.labels, label], uniform };
  }

  /** A jump under a condition. */
  #jump(place: Place): Statement[] {
    const condition = this.#expression("bool", 2);
    const ending = this.#options.barriers === false && this.#options.kind !== "reduction" && this.#dice.chance(20);
    if (ending) return [when(condition, [end()])];
    if (place.labels.length === 0) return [];
    const goesOn = place.loops.length > 0 && this.#dice.chance(50);
    return [when(condition, [goesOn ? next(this.#dice.pick(place.loops)) : leave(this.#dice.pick(place.labels))])];
  }

  #effect(place: Place): Statement[] {
    const roll = this.#dice.below(10);
    const floats = this.#variables.filter(({ type }) => type === "float32" || type === "float64");
    if (roll === 0 && this.#options.randomNumbers !== false) return [random(this.#dice.pick(floats).id)];
    if (this.#options.kind === "reduction") return [];
    if (roll < 3 && place.uniform) return this.#exchange();
    const atom = this.#dice.pick([...this.#atomics, undefined]);
    if (roll < 5 && atom !== undefined) return [this.#atomic(atom.ref, atom.operator)];
    const ref = this.#dice.pick(this.#outputs);
    return [this.#storeOwn(ref, this.#expression(this.#typeOf(ref), 3))];
  }

  /** Shared memory is written, and read after a barrier; a second barrier parts the reading from the next writing. */
  #exchange(): Statement[] {
    const tile = arrayRef(0, "shared");
    const ints = this.#variables.filter(({ type }) => type === "int32");
    const other = binary("and", this.#expression("int32", 1), int(tileLength - 1));
    const write = store(tile, thread("local"), this.#expression("int32", 2));
    return [write, barrier(), set(this.#dice.pick(ints), load("int32", tile, other)), barrier()];
  }

  #atomic(ref: ArrayRef, operator: Atomic["operator"]): Statement {
    const index = this.#dice.chance(50) ? int(this.#dice.below(3)) : this.#expression("int32", 1);
    return atomic(operator, ref, index, this.#expression(this.#typeOf(ref), 2));
  }

  #storeOwn(ref: ArrayRef, value: Expression): Statement {
    const own = this.#own();
    const index = this.#dice.chance(80) ? own : select(this.#expression("bool", 1), own, int(-1 - this.#dice.below(3)));
    return store(ref, index, value);
  }

  #own(): Expression {
    const x = thread("global", 0);
    return this.#dimensions === 1 ? x : add(x, multiply(thread("global", 1), thread("gridSize", 0)));
  }

  // -------------------------------------------------------------------------------------------------- expressions

  /** A new expression, or one that was used before, so that there is something to share. */
  #expression(type: ValueType, depth: number): Expression {
    const known = this.#dice.chance(12) ? this.#recent.filter((expression) => expression.type === type) : [];
    if (known.length > 0) return this.#dice.pick(known);
    const made = this.#newExpression(type, depth);
    if (sizeOf(made) > 2 && sizeOf(made) < 9) this.#recent.push(made);
    return made;
  }

  #newExpression(type: ValueType, depth: number): Expression {
    if (depth === 0 || this.#dice.chance(15)) return this.#leaf(type);
    const roll = this.#dice.below(100);
    if (roll < 15) return this.#load(type, depth - 1) ?? this.#leaf(type);
    if (roll < 25) return this.#convert(type, depth - 1);
    if (roll < 33) {
      return select(
        this.#expression("bool", depth - 1),
        this.#expression(type, depth - 1),
        this.#expression(type, depth - 1),
      );
    }
    if (roll < 43) return unary(this.#dice.pick(unaryOperators[type]), this.#expression(type, depth - 1));
    if (type === "bool") return this.#condition(depth - 1);
    return this.#arithmetic(type, depth - 1);
  }

  #arithmetic(type: Exclude<ValueType, "bool">, depth: number): Expression {
    const isFloat = type === "float32" || type === "float64";
    if (isFloat && this.#options.math === true && this.#dice.chance(20)) return this.#call(type, depth);
    if (type === "int32" && this.#dice.chance(8)) {
      return unary("countLeadingZeros", this.#expression(this.#dice.pick(["int32", "uint32"]), depth));
    }
    const operators = isFloat ? floatOperators : intOperators;
    const operator = type === "int32" && this.#dice.chance(8) ? "floorDivide" : this.#dice.pick(operators);
    const left = this.#expression(type, depth);
    // Equal sides and constants are where algebra has its rules.
    if (this.#dice.chance(10)) return binary(operator, left, left);
    return binary(operator, left, this.#dice.chance(30) ? this.#constant(type) : this.#expression(type, depth));
  }

  #call(type: "float32" | "float64", depth: number): Expression {
    const name = this.#dice.pick(["exp", "log", "sin", "cos", "tanh", "atan2", "hypot", "cbrt"] as const);
    const operands = name === "atan2" || name === "hypot" ? 2 : 1;
    const values = Array.from({ length: operands }, () => this.#expression(type, depth));
    return call(name, ...values);
  }

  #condition(depth: number): Expression {
    if (this.#dice.chance(25)) {
      const sides = [this.#expression("bool", depth), this.#expression("bool", depth)] as const;
      return this.#dice.chance(70)
        ? logical(this.#dice.pick(["and", "or"]), ...sides)
        : binary(this.#dice.pick(["and", "or", "xor"]), ...sides);
    }
    const type = this.#dice.pick(this.#types);
    const operator = type === "bool" ? this.#dice.pick(["equal", "notEqual"] as const) : this.#dice.pick(orders);
    return compare(operator, this.#expression(type, depth), this.#expression(type, depth));
  }

  #convert(type: ValueType, depth: number): Expression {
    const isWord = type !== "bool" && type !== "float64";
    if (!isWord || this.#dice.chance(70)) return convert(type, this.#expression(this.#dice.pick(this.#types), depth));
    const from = this.#dice.pick(["int32", "uint32", "float32"] as const);
    const value = this.#expression(from, depth);
    const number = from === "float32" ? select(compare("equal", value, value), value, constant("float32", 0)) : value;
    return bitcast(type, number);
  }

  #load(type: ValueType, depth: number): Expression | undefined {
    const readable = [...this.#inputs, ...this.#outputs].filter((ref) => this.#typeOf(ref) === type);
    if (readable.length === 0) return undefined;
    const ref = this.#dice.pick(readable);
    if (this.#outputs.includes(ref)) return load(type, ref, this.#own());
    const wild = this.#dice.chance(40)
      ? this.#expression("int32", depth)
      : add(thread("global"), int(this.#dice.below(5) - 2));
    return load(type, ref, wild);
  }

  #leaf(type: ValueType): Expression {
    const roll = this.#dice.below(10);
    if (type === "int32" && roll < 3) return this.#intLeaf();
    if (roll < 5) return this.#constant(type);
    if (roll < 6)
      return scalar(
        type,
        this.#scalars.findIndex((declared) => declared.type === type),
      );
    return this.#dice.pick(this.#variables.filter((variable) => variable.type === type));
  }

  #intLeaf(): Expression {
    const counter = this.#counters.length > 0 && this.#dice.chance(50) ? this.#dice.pick(this.#counters) : undefined;
    if (counter !== undefined) return counter;
    if (this.#dice.chance(20)) return length(this.#dice.pick(this.#inputs));
    const whats =
      this.#options.kind === "reduction"
        ? (["global"] as const)
        : (["global", "local", "group", "gridSize", "groupSize"] as const);
    return thread(this.#dice.pick(whats), this.#dice.below(this.#dimensions) as 0 | 1);
  }

  #constant(type: ValueType): Expression {
    return constant(type, this.#sample(type));
  }

  #sample(type: ValueType): number {
    switch (type) {
      case "bool":
        return this.#dice.below(2);
      case "int32":
        return this.#dice.pick(intSamples);
      case "uint32":
        return this.#dice.pick(intSamples) >>> 0;
      case "float32":
        return Math.fround(this.#dice.pick(floatSamples));
      case "float64":
        return this.#dice.pick(floatSamples);
    }
  }

  #typeOf({ index }: ArrayRef): ValueType {
    return valueTypeOf((this.#arrays[index] as ArrayParameter).element);
  }
}

function sizeOf(expression: Expression): number {
  return operandsOf(expression).reduce((size, operand) => size + sizeOf(operand), 1);
}

function identityOf(operator: BinaryOperator, type: "int32" | "uint32") {
  const smallest = type === "int32" ? -0x80000000 : 0;
  const largest = type === "int32" ? 0x7fffffff : 0xffffffff;
  const allOnes = type === "int32" ? -1 : 0xffffffff;
  const values: Partial<Record<BinaryOperator, number>> = { multiply: 1, min: largest, max: smallest, and: allOnes };
  return constant(type, values[operator] ?? 0);
}

function typedArray(element: ElementType, values: readonly number[]): HostArray {
  switch (element) {
    case "float32":
      return Float32Array.from(values);
    case "float64":
      return Float64Array.from(values);
    case "int8":
      return Int8Array.from(values);
    case "uint8":
    case "bool":
      return Uint8Array.from(values);
    case "int16":
      return Int16Array.from(values);
    case "uint16":
      return Uint16Array.from(values);
    case "int32":
      return Int32Array.from(values);
    case "uint32":
      return Uint32Array.from(values);
  }
}
