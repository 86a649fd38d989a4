// Short constructors of IR nodes: for the compiler, for hand-written programs and for tests. They make frozen plain data,
// derive the type of a node from its operands where the operation fixes it, and check nothing: that is the verifier's work.

import type {
  ArrayParameter,
  ArrayRef,
  Atomic,
  Barrier,
  Binary,
  BinaryOperator,
  Binding,
  Bitcast,
  Block,
  Compare,
  Constant,
  Convert,
  ElementType,
  Expression,
  GridProgram,
  If,
  Leave,
  Length,
  Load,
  Local,
  LocalRead,
  Logical,
  Loop,
  MathCall,
  MathFunction,
  Next,
  Offset,
  Random,
  ReductionProgram,
  Return,
  ScalarParameter,
  ScalarRead,
  Select,
  SetLocal,
  SharedArray,
  Statement,
  Store,
  ThreadIndex,
  Unary,
  UnaryOperator,
  ValueType,
} from "./ir.js";

// ---------------------------------------------------------------------------------------------------- expressions

/** A literal; float32 is rounded here, so that `constant("float32", 0.1)` may be written. Booleans become 0 or 1. */
export function constant(type: ValueType, value: number | boolean): Constant {
  const number = Number(value);
  return Object.freeze({ op: "constant", type, value: type === "float32" ? Math.fround(number) : number });
}

/** An int32 literal. */
export function int(value: number): Constant {
  return constant("int32", value);
}

/** A bool literal. */
export function bool(value: boolean): Constant {
  return constant("bool", value);
}

/** The value of local number `id`. */
export function local(type: ValueType, id: number): LocalRead {
  return Object.freeze({ op: "local", type, id });
}

/** The value of scalar parameter number `index`. */
export function scalar(type: ValueType, index: number): ScalarRead {
  return Object.freeze({ op: "scalar", type, index });
}

/** Array parameter number `index`, or shared array number `index`. */
export function arrayRef(index: number, space: ArrayRef["space"] = "parameter"): ArrayRef {
  return Object.freeze({ space, index });
}

/** Number of elements of an array. */
export function length(array: ArrayRef): Length {
  return Object.freeze({ op: "length", type: "int32", array });
}

/** Where the thread is. */
export function thread(what: ThreadIndex["what"], axis: 0 | 1 | 2 = 0): ThreadIndex {
  return Object.freeze({ op: "thread", type: "int32", what, axis });
}

/** An element of an array; `type` is the value type of its element type. */
export function load(type: ValueType, array: ArrayRef, index: Expression, at?: Offset): Load {
  return Object.freeze(at === undefined ? { op: "load", type, array, index } : { op: "load", type, array, index, at });
}

/** An operation on one value. */
export function unary(operator: UnaryOperator, value: Expression): Unary {
  const type = operator === "countLeadingZeros" ? "int32" : value.type;
  return Object.freeze({ op: "unary", type, operator, value });
}

/** `-value` */
export function negate(value: Expression): Unary {
  return unary("negate", value);
}

/** `!value` */
export function not(value: Expression): Unary {
  return unary("not", value);
}

/** An operation on two values of one type. */
export function binary(operator: BinaryOperator, left: Expression, right: Expression): Binary {
  return Object.freeze({ op: "binary", type: left.type, operator, left, right });
}

/** `left + right` */
export function add(left: Expression, right: Expression): Binary {
  return binary("add", left, right);
}

/** `left - right` */
export function subtract(left: Expression, right: Expression): Binary {
  return binary("subtract", left, right);
}

/** `left * right` */
export function multiply(left: Expression, right: Expression): Binary {
  return binary("multiply", left, right);
}

/** `left / right`; integers truncate. */
export function divide(left: Expression, right: Expression): Binary {
  return binary("divide", left, right);
}

/** `left % right` */
export function remainder(left: Expression, right: Expression): Binary {
  return binary("remainder", left, right);
}

/** A comparison of two values of one type. */
export function compare(operator: Compare["operator"], left: Expression, right: Expression): Compare {
  return Object.freeze({ op: "compare", type: "bool", operator, left, right });
}

/** `left < right` */
export function less(left: Expression, right: Expression): Compare {
  return compare("less", left, right);
}

/** `left === right` */
export function equal(left: Expression, right: Expression): Compare {
  return compare("equal", left, right);
}

/** `left && right`, `left || right` of bools. */
export function logical(operator: Logical["operator"], left: Expression, right: Expression): Logical {
  return Object.freeze({ op: "logical", type: "bool", operator, left, right });
}

/** `condition ? then : otherwise` */
export function select(condition: Expression, then: Expression, otherwise: Expression): Select {
  return Object.freeze({ op: "select", type: then.type, condition, then, otherwise });
}

/** `value` as another type. */
export function convert(type: ValueType, value: Expression): Convert {
  return Object.freeze({ op: "convert", type, value });
}

/** The bits of `value` as another type of 32 bits. */
export function bitcast(type: ValueType, value: Expression): Bitcast {
  return Object.freeze({ op: "bitcast", type, value });
}

/** A function of Math that is not exact; the type is that of the arguments. */
export function call(name: MathFunction, ...values: readonly Expression[]): MathCall {
  const type = values[0]?.type === "float64" ? "float64" : "float32";
  return Object.freeze({ op: "call", type, function: name, arguments: Object.freeze([...values]) });
}

// ----------------------------------------------------------------------------------------------------- statements

/** `local = value`; the local is given by its id or by a read of it. */
export function set(target: number | LocalRead, value: Expression): SetLocal {
  return Object.freeze({ kind: "set", local: typeof target === "number" ? target : target.id, value });
}

/** `array[index] = value` */
export function store(array: ArrayRef, index: Expression, value: Expression, at?: Offset): Store {
  return Object.freeze(
    at === undefined ? { kind: "store", array, index, value } : { kind: "store", array, index, value, at },
  );
}

/** What an atomic may have beside its operands. */
export interface AtomicOptions {
  readonly expected?: Expression;
  readonly target?: number;
  readonly at?: Offset;
}

/** Changes an element in one step. */
export function atomic(
  operator: Atomic["operator"],
  array: ArrayRef,
  index: Expression,
  value: Expression,
  options: AtomicOptions = {},
): Atomic {
  return Object.freeze({ kind: "atomic", operator, array, index, value, ...options });
}

/** Sets local number `target` to the thread's next random number. */
export function random(target: number): Random {
  return Object.freeze({ kind: "random", target });
}

/** `if (condition) then else otherwise`; named so because `if` is taken. */
export function when(condition: Expression, then: readonly Statement[], otherwise: readonly Statement[] = []): If {
  return Object.freeze({ kind: "if", condition, then: frozen(then), otherwise: frozen(otherwise) });
}

/** `for (; condition; update) body` */
export function loop(
  label: number,
  condition: Expression,
  body: readonly Statement[],
  update: readonly Statement[] = [],
): Loop {
  return Object.freeze({ kind: "loop", label, condition, body: frozen(body), update: frozen(update) });
}

/** Statements that `leave(label)` can end early. */
export function block(label: number, body: readonly Statement[]): Block {
  return Object.freeze({ kind: "block", label, body: frozen(body) });
}

/** Goes to the end of the loop or block with that label. */
export function leave(label: number): Leave {
  return Object.freeze({ kind: "leave", label });
}

/** Goes to the update of the loop with that label. */
export function next(label: number): Next {
  return Object.freeze({ kind: "next", label });
}

/** Ends the thread; named so because `return` is taken. */
export function end(): Return {
  return Object.freeze({ kind: "return" });
}

/** Waits for the group. */
export function barrier(at?: Offset): Barrier {
  return Object.freeze({ kind: "barrier", ...(at === undefined ? {} : { at }) });
}

// ------------------------------------------------------------------------------------------------------- programs

/** An array parameter; bound to argument 0 unless said otherwise. */
export function arrayParameter(
  name: string,
  element: ElementType,
  access: ArrayParameter["access"],
  binding: Binding = { from: "argument", index: 0 },
): ArrayParameter {
  return Object.freeze({ kind: "array", name, element, access, binding: Object.freeze(binding) });
}

/** A scalar parameter; bound to argument 0 unless said otherwise. */
export function scalarParameter(
  name: string,
  type: ValueType,
  binding: Binding = { from: "argument", index: 0 },
): ScalarParameter {
  return Object.freeze({ kind: "scalar", name, type, binding: Object.freeze(binding) });
}

/** A variable of a thread. */
export function declareLocal(name: string, type: ValueType): Local {
  return Object.freeze({ name, type });
}

/** An array of a group. */
export function sharedArray(name: string, element: ElementType, size: number): SharedArray {
  return Object.freeze({ name, element, length: size });
}

/** The parts of a program that are alike for all kinds; what is left out is empty. */
export type ProgramShape = Partial<Omit<GridProgram, "kind" | "body">>;

/** A program that runs once for each thread of a grid. */
export function gridProgram(shape: ProgramShape, body: readonly Statement[]): GridProgram {
  return Object.freeze({ kind: "grid", ...partsOf(shape), body: frozen(body) });
}

/** What a reduction has beside what all programs have. */
export type ReductionShape = Omit<ReductionProgram, "kind" | keyof ProgramShape>;

/** A program that maps elements and combines what it gets. */
export function reductionProgram(shape: ProgramShape, reduction: ReductionShape): ReductionProgram {
  return Object.freeze({
    kind: "reduction",
    ...partsOf(shape),
    ...reduction,
    map: frozen(reduction.map),
    combine: frozen(reduction.combine),
  });
}

/** Collects the locals of a program while it is written: `const i = locals.add("i", "int32")`. */
export class LocalList {
  readonly list: Local[] = [];

  /** Declares a local and gives a read of it, which {@link set} takes as target. */
  add(name: string, type: ValueType): LocalRead {
    this.list.push(declareLocal(name, type));
    return local(type, this.list.length - 1);
  }
}

function partsOf(shape: ProgramShape): Required<ProgramShape> {
  return {
    name: shape.name ?? "program",
    arrays: frozen(shape.arrays ?? []),
    scalars: frozen(shape.scalars ?? []),
    locals: frozen(shape.locals ?? []),
    shared: frozen(shape.shared ?? []),
    fastMath: shape.fastMath ?? false,
    dimensions: shape.dimensions ?? 1,
  };
}

function frozen<T>(list: readonly T[]): readonly T[] {
  return Object.isFrozen(list) ? list : Object.freeze([...list]);
}
