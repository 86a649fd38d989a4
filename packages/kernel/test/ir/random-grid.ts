// Random grid programs with which backends compare themselves with the simulator: all operators, element types and kinds of index, divergent control
// flow, several outputs. Threads write only places of their own, so that the order of threads does not matter.

import {
  add,
  arrayParameter,
  arrayRef,
  atomic,
  barrier,
  binary,
  block,
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
  local,
  logical,
  loop,
  multiply,
  next,
  random,
  scalar,
  scalarParameter,
  select,
  set,
  sharedArray,
  store,
  subtract,
  thread,
  unary,
  when,
} from "../../src/ir/builder.js";
import type {
  BinaryOperator,
  ElementType,
  Expression,
  GridProgram,
  MathFunction,
  Statement,
  UnaryOperator,
  ValueType,
} from "../../src/ir/ir.js";
import { valueTypeOf } from "../../src/ir/ir.js";

/** Small, fast and seeded (mulberry32). */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 0x9e3779b9) | 0;
    this.below(2);
  }
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  below(n: number): number {
    return Math.floor(this.unit() * n);
  }
  chance(p: number): boolean {
    return this.unit() < p;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const types: readonly ValueType[] = ["int32", "float32", "uint32", "bool", "float64"];
const elements: readonly ElementType[] = [
  "float32",
  "int32",
  "float32",
  "float64",
  "uint8",
  "int8",
  "int16",
  "uint16",
  "uint32",
  "bool",
];
const comparisons = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"] as const;
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
const floatOperators: readonly BinaryOperator[] = [
  "add",
  "subtract",
  "multiply",
  "divide",
  "min",
  "max",
  "add",
  "multiply",
  "subtract",
  "remainder",
];
const floatUnaries: readonly UnaryOperator[] = ["negate", "abs", "sqrt", "floor", "ceil", "trunc", "round"];
const functions: readonly MathFunction[] = ["exp", "log", "log2", "expm1", "log1p"];
const interesting: Readonly<Record<ValueType, readonly number[]>> = {
  bool: [0, 1],
  int32: [0, 1, -1, 2, 3, 7, 8, 64, 100, 2147483647, -2147483648, -5],
  uint32: [0, 1, 2, 3, 31, 64, 4294967295, 2147483648],
  float32: [0, -0, 1, -1, 0.5, 3.25, 1e10, -3e9, Infinity, NaN, 1.401298464324817e-45, 2147483648],
  float64: [0, -0, 1, -1, 0.1, 3.25, 1e20, -5e9, -Infinity, NaN, 5e-324],
};

export interface RandomProgram {
  readonly program: GridProgram;
  /** Elements of each output that a thread may write. */
  readonly inputs: number;
}

class Generator {
  readonly dice: Dice;
  readonly locals = new LocalList();
  readonly settable: { id: number; type: ValueType }[] = [];
  readonly inputs: ElementType[] = [];
  readonly outputs: ElementType[] = [];
  readonly scalars: ValueType[] = [];
  readonly dimensions: 1 | 2 | 3;
  private labels = 0;
  private readonly enclosing: { label: number; kind: "loop" | "block"; counter?: number }[] = [];
  /** Counters of the loops around that count and do no more: they may be used as indices. */
  private readonly counters: number[] = [];
  private budget: number;
  private readonly math: boolean;

  /** In programs with groups: whether what the others wrote to the shared array may be read just now. */
  private reading = false;
  private readonly grouped: boolean;
  private readonly types: readonly ValueType[];
  private readonly elements: readonly ElementType[];

  constructor(seed: number, grouped: boolean, float64: boolean) {
    this.dice = new Dice(seed);
    this.grouped = grouped;
    this.types = types.filter((type) => float64 || type !== "float64");
    this.elements = elements.filter((element) => float64 || element !== "float64");
    this.dimensions = this.dice.pick([1, 1, 1, 2, 2, 3] as const);
    this.budget = 6 + this.dice.below(20);
    this.math = this.dice.chance(0.15);
  }

  program(): GridProgram {
    const { dice } = this;
    for (let i = 1 + dice.below(3); i > 0; i--) this.inputs.push(dice.pick(this.elements));
    for (let i = 1 + dice.below(2); i > 0; i--) this.outputs.push(dice.pick(this.elements));
    for (let i = dice.below(3); i > 0; i--) this.scalars.push(dice.pick(this.types));
    for (let i = 2 + dice.below(5); i > 0; i--) this.newLocal(dice.pick(this.types));
    const body: Statement[] = [];
    if (dice.chance(0.8))
      for (const { id, type } of this.settable) body.push(set(local(type, id), this.value(type, 2)));
    body.push(...(this.grouped ? this.phases() : this.list(4 + dice.below(5))));
    body.push(...this.outputs.map((_, output) => this.write(output)));
    // What a local has at the end is a result as well: the others would hide most mistakes.
    const first = this.inputs.length + this.outputs.length + 1;
    body.push(...this.settable.map(({ id, type }, i) => store(arrayRef(first + i), this.place(), local(type, id))));
    const arrays = [
      ...this.inputs.map((element, i) => arrayParameter(`in${i}`, element, "read")),
      ...this.outputs.map((element, i) => arrayParameter(`out${i}`, element, "readwrite")),
      arrayParameter("bins", "int32", "readwrite"),
      ...this.settable.map(({ type, id }) => arrayParameter(`end${id}`, type, "write")),
    ];
    const scalars = this.scalars.map((type, i) => scalarParameter(`s${i}`, type));
    const shared = this.grouped ? [sharedArray("tile", this.tile, 40)] : [];
    return gridProgram({ arrays, scalars, shared, locals: this.locals.list, dimensions: this.dimensions }, body);
  }

  private readonly tile: ElementType = "float32";

  /** Each thread writes its place of the shared array; after a barrier all read; after another they may write again. */
  private phases(): Statement[] {
    const { dice } = this;
    const tile = arrayRef(0, "shared");
    const phases: Statement[] = [];
    for (let i = 1 + dice.below(2); i > 0; i--) {
      this.budget += 6;
      const before = this.list(1 + dice.below(3));
      const write = store(tile, this.localPlace(), this.value(valueTypeOf(this.tile), 2));
      this.reading = true;
      const after = this.list(1 + dice.below(3));
      this.reading = false;
      phases.push(...before.filter(isWhole), write, barrier(), ...after.filter(isWhole), barrier());
    }
    if (dice.chance(0.5)) return phases;
    const round = this.locals.add("round", "int32");
    const update = set(round, add(round, int(1)));
    return [set(round, int(0)), loop(this.labels++, less(round, int(1 + dice.below(3))), phases, [update])];
  }

  private localPlace(): Expression {
    const [x, y, z] = [0, 1, 2].map((axis) => thread("local", axis as 0 | 1 | 2)) as [
      Expression,
      Expression,
      Expression,
    ];
    if (this.dimensions === 1) return x;
    const row = this.dimensions === 2 ? y : add(y, multiply(z, thread("groupSize", 1)));
    return add(x, multiply(row, thread("groupSize", 0)));
  }

  private newLocal(type: ValueType): number {
    const { id } = this.locals.add(`v${this.locals.list.length}`, type);
    this.settable.push({ id, type });
    return id;
  }

  // ------------------------------------------------------------------------------------------------ expressions

  private place(): Expression {
    const x = thread("global", 0);
    if (this.dimensions === 1) return x;
    const y = thread("global", 1);
    const row = this.dimensions === 2 ? y : add(y, multiply(thread("global", 2), thread("gridSize", 1)));
    return add(x, multiply(row, thread("gridSize", 0)));
  }

  private index(depth: number): Expression {
    const { dice } = this;
    if (this.counters.length > 0 && dice.chance(0.6)) return local("int32", dice.pick(this.counters));
    switch (dice.below(9)) {
      case 0:
        return this.value("int32", depth);
      case 1:
        return thread("global", dice.below(3) as 0 | 1 | 2);
      case 2:
        return add(this.place(), int(dice.below(7) - 3));
      case 3:
        return multiply(this.place(), int(dice.pick([2, 3, -1, 8])));
      case 4:
        return binary("min", binary("max", add(this.place(), int(dice.below(5) - 2)), int(0)), int(40));
      case 5:
        return binary("remainder", this.place(), int(dice.pick([64, 100, 7])));
      case 6:
        return subtract(int(50), this.place());
      default:
        return this.place();
    }
  }

  private load(type: ValueType, depth: number): Expression | undefined {
    if (this.reading && type === valueTypeOf(this.tile) && this.dice.chance(0.5)) {
      const near = this.dice.chance(0.6) ? add(this.localPlace(), int(this.dice.below(5) - 2)) : this.value("int32", 1);
      return load(type, arrayRef(0, "shared"), near);
    }
    const fitting = [...this.inputs, ...this.outputs]
      .map((element, i) => ({ element, i }))
      .filter(({ element }) => valueTypeOf(element) === type);
    if (fitting.length === 0) return undefined;
    const { i } = this.dice.pick(fitting);
    // Outputs are read only where the thread writes itself.
    const index = i < this.inputs.length ? this.index(depth) : this.place();
    return load(type, arrayRef(i), index);
  }

  value(type: ValueType, depth: number): Expression {
    const { dice } = this;
    if (depth <= 0 || dice.chance(0.15)) return this.leaf(type);
    if (dice.chance(0.2)) return this.load(type, depth - 1) ?? this.leaf(type);
    if (dice.chance(0.1)) {
      return select(this.value("bool", depth - 1), this.value(type, depth - 1), this.value(type, depth - 1));
    }
    if (dice.chance(0.15)) return convert(type, this.value(dice.pick(this.types), depth - 1));
    switch (type) {
      case "bool":
        return this.condition(depth);
      case "int32":
      case "uint32":
        return this.integer(type, depth);
      default:
        return this.float(type, depth);
    }
  }

  private leaf(type: ValueType): Expression {
    const { dice } = this;
    const fitting = this.settable.filter((each) => each.type === type);
    const choice = dice.below(10);
    if (choice < 4 && fitting.length > 0) return local(type, dice.pick(fitting).id);
    const scalars = this.scalars.flatMap((each, i) => (each === type ? [i] : []));
    if (choice < 6 && scalars.length > 0) return scalar(type, dice.pick(scalars));
    if (choice < 8 && type === "int32") return this.threadValue();
    if (choice < 8 && type !== "bool") return convert(type, this.threadValue());
    return constant(
      type,
      dice.chance(0.4) ? dice.pick(interesting[type]) : type === "bool" ? dice.below(2) : dice.below(20),
    );
  }

  private threadValue(): Expression {
    const { dice } = this;
    if (dice.chance(0.1)) return length(arrayRef(dice.below(this.inputs.length)));
    const what = dice.pick(["global", "global", "global", "gridSize", "local", "group", "groupSize"] as const);
    return thread(what, dice.below(this.dimensions) as 0 | 1 | 2);
  }

  private condition(depth: number): Expression {
    const { dice } = this;
    const a = depth - 1;
    switch (dice.below(6)) {
      case 0:
        return logical(dice.pick(["and", "or"] as const), this.value("bool", a), this.value("bool", a));
      case 1:
        return unary("not", this.value("bool", a));
      case 2:
        return binary(dice.pick(["and", "or", "xor"] as const), this.value("bool", a), this.value("bool", a));
      case 3:
        return compare(dice.pick(comparisons), add(thread("global"), int(dice.below(5) - 2)), int(dice.below(60)));
      default: {
        const type = dice.pick(this.types);
        const operator = type === "bool" ? dice.pick(["equal", "notEqual"] as const) : dice.pick(comparisons);
        return compare(operator, this.value(type, a), this.value(type, a));
      }
    }
  }

  private integer(type: "int32" | "uint32", depth: number): Expression {
    const { dice } = this;
    const a = depth - 1;
    if (dice.chance(0.15)) {
      const operators: UnaryOperator[] = ["negate", "complement"];
      if (type === "int32") operators.push("abs");
      if (type === "int32" && dice.chance(0.3)) return unary("countLeadingZeros", this.value("uint32", a));
      return unary(dice.pick(operators), this.value(type, a));
    }
    const operator = type === "int32" && dice.chance(0.05) ? "floorDivide" : dice.pick(intOperators);
    return binary(operator, this.value(type, a), dice.chance(0.3) ? this.leaf(type) : this.value(type, a));
  }

  private float(type: "float32" | "float64", depth: number): Expression {
    const { dice } = this;
    const a = depth - 1;
    if (this.math && dice.chance(0.2)) return call(dice.pick(functions), this.value(type, a));
    if (dice.chance(0.08)) {
      const [one, two] = [this.leaf(type), this.leaf(type)];
      const order = compare(dice.pick(["less", "greater"] as const), one, two);
      return dice.chance(0.5) ? select(order, one, two) : select(order, two, one);
    }
    if (dice.chance(0.25)) return unary(dice.pick(floatUnaries), this.value(type, a));
    return binary(dice.pick(floatOperators), this.value(type, a), this.value(type, a));
  }

  // ------------------------------------------------------------------------------------------------- statements

  private list(count: number): Statement[] {
    const out: Statement[] = [];
    for (let i = 0; i < count; i++) {
      const statement = this.statement();
      out.push(statement);
      if (statement.kind === "leave" || statement.kind === "next" || statement.kind === "return") break;
    }
    return out;
  }

  private some(): Statement[] {
    return this.list(1 + this.dice.below(3));
  }

  private statement(): Statement {
    const { dice } = this;
    this.budget--;
    const choice = this.budget > 0 ? dice.below(20) : dice.below(7);
    if (choice < 7) return this.set();
    if (choice < 8) return this.write(dice.below(this.outputs.length));
    if (choice < 9) return this.bin();
    if (choice < 10) return this.draw();
    if (choice < 14) return when(this.value("bool", 2), this.some(), dice.chance(0.4) ? this.some() : []);
    if (choice < 16) return dice.chance(0.4) ? this.countedLoop() : this.loop();
    if (choice < 17) return this.block();
    return this.jump();
  }

  private set(): Statement {
    const { id, type } = this.dice.pick(this.settable);
    return set(local(type, id), this.value(type, 3));
  }

  /** Adds an element to a local. */
  private gather(): Statement {
    const { id, type } = this.dice.pick(this.settable);
    const element = this.load(type, 1);
    if (element === undefined || type === "bool") return this.set();
    return set(local(type, id), add(local(type, id), element));
  }

  private write(output: number): Statement {
    const type = valueTypeOf(this.outputs[output] as ElementType);
    return store(arrayRef(this.inputs.length + output), this.place(), this.value(type, 2));
  }

  private bin(): Statement {
    const operator = this.dice.pick(["add", "add", "subtract"] as const);
    return atomic(operator, arrayRef(this.inputs.length + this.outputs.length), this.index(2), this.value("int32", 1));
  }

  private draw(): Statement {
    const floats = this.settable.filter(({ type }) => type === "float32" || type === "float64");
    return floats.length === 0 ? this.set() : random(this.dice.pick(floats).id);
  }

  /** Ends for sure: the counter is a local that nothing else sets. */
  private loop(): Statement {
    const { dice } = this;
    const label = this.labels++;
    const counter = this.locals.add(`k${label}`, "int32");
    const limit = dice.chance(0.5) ? int(1 + dice.below(5)) : binary("and", this.value("int32", 1), int(7));
    this.enclosing.push({ label, kind: "loop", counter: counter.id });
    this.settable.push({ id: counter.id, type: "int32" });
    const readable = this.settable.length - 1;
    const condition = dice.chance(0.7)
      ? less(counter, limit)
      : logical("and", less(counter, int(6)), this.value("bool", 2));
    this.settable.splice(readable, 1);
    const body = this.some();
    this.enclosing.pop();
    const update: Statement[] = [set(counter, add(counter, int(1)))];
    if (dice.chance(0.2)) update.push(this.set());
    const start = set(counter, dice.chance(0.8) ? int(0) : binary("and", this.value("int32", 1), int(3)));
    const always = compare("lessEqual", counter, int(9));
    const whole = loop(label, logical("and", always, condition), body, update);
    const around = this.labels++;
    return block(around, [start, whole]);
  }

  /** Up by one from somewhere near 0, to somewhere below 32: what compilers unroll. */
  private countedLoop(): Statement {
    const { dice } = this;
    const label = this.labels++;
    const counter = this.locals.add(`k${label}`, "int32");
    const limits = [int(dice.below(24)), length(arrayRef(dice.below(this.inputs.length))), this.value("int32", 1)];
    const limit = binary("min", dice.pick(limits), int(31));
    this.enclosing.push({ label, kind: "loop", counter: counter.id });
    this.counters.push(counter.id);
    const body = dice.chance(0.7) ? [this.gather(), ...this.few()] : this.some();
    if (dice.chance(0.3)) body.push(this.bin());
    this.counters.pop();
    this.enclosing.pop();
    const start = set(counter, dice.chance(0.7) ? int(0) : int(dice.below(9) - 4));
    const update = set(counter, add(counter, int(1)));
    return block(this.labels++, [start, loop(label, less(counter, limit), body, [update])]);
  }

  private block(): Statement {
    const label = this.labels++;
    this.enclosing.push({ label, kind: "block" });
    const body = this.list(2 + this.dice.below(3));
    this.enclosing.pop();
    return block(label, body);
  }

  private jump(): Statement {
    const { dice } = this;
    const condition = this.value("bool", 2);
    const target = this.enclosing.length === 0 ? undefined : dice.pick(this.enclosing);
    if (target === undefined || dice.chance(0.15)) return when(condition, [...this.few(), end()]);
    const go = target.kind === "loop" && dice.chance(0.5) ? next(target.label) : leave(target.label);
    if (dice.chance(0.1)) return go;
    return dice.chance(0.8) ? when(condition, [...this.few(), go]) : when(condition, this.few(), [go]);
  }

  private few(): Statement[] {
    return this.dice.chance(0.5) ? [] : [this.set()];
  }
}

/** Not a jump: behind those nothing else would run. */
function isWhole({ kind }: Statement): boolean {
  return kind !== "leave" && kind !== "next" && kind !== "return";
}

/** The same program for the same seed; `grouped` ones have barriers and a shared array. */
export function randomProgram(seed: number, grouped = false, float64 = true): RandomProgram {
  const generator = new Generator(seed, grouped, float64);
  const program = generator.program();
  return { program, inputs: generator.inputs.length };
}
