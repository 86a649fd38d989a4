// The kernel IR: what the language is checked and lowered to, what every backend compiles, what the simulator runs.
//
// It is a tree of frozen plain data, typed and structured: no gotos, no phi nodes, no nested functions (helpers are
// inlined). Expressions are pure: they read locals, parameters and arrays, and change nothing. Everything that changes
// something is a statement. The meaning of each operation is stated here, once; emitters keep it (law K1, K2).
//
// Numbers
//  - int32 and uint32 wrap modulo 2^32. Division by zero is 0, remainder by zero is 0, INT_MIN / -1 is INT_MIN,
//    INT_MIN % -1 is 0: what JavaScript's `(a / b) | 0` and `(a % b) | 0` give.
//  - Shift counts are taken modulo 32, as in JavaScript.
//  - float32 operations round to float32 after every operation (round to nearest, ties to even). Subnormals
//    are kept, where the backend has the capability `subnormals`; else any of these operations may take them for zeros.
//    NaN, ±Infinity and −0 behave as IEEE 754 and JavaScript say; which NaN it is does not matter.
//  - Reading outside of an array gives 0 (false); writing outside of it does nothing. Atomics outside give 0 and do nothing.

/** Types of values in registers. */
export type ValueType = "bool" | "int32" | "uint32" | "float32" | "float64";

/**
 * Types of array elements. Loading widens int8, uint8, int16 and uint16 to int32 (exact); storing keeps their low bits.
 * A stored value always has type {@link valueTypeOf} of the array's element type. bool elements are bytes, 0 or 1.
 */
export type ElementType = "float32" | "float64" | "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "bool";

/** Sizes along x, y and z. */
export type Size3 = readonly [x: number, y: number, z: number];

/** Where a value of the program comes from: argument number `argument` of the call, the result, or a captured array. */
export type Binding =
  | { readonly from: "argument"; readonly index: number }
  | { readonly from: "result"; readonly index: number }
  | { readonly from: "capture"; readonly name: string };

/** An array that the host binds at each launch. Two parameters may be bound to the same memory. */
export interface ArrayParameter {
  readonly kind: "array";
  readonly name: string;
  readonly element: ElementType;
  /** What the program does with it; atomics count as "readwrite". */
  readonly access: "read" | "write" | "readwrite";
  readonly binding: Binding;
}

/** A number that the host passes at each launch. One argument may be passed as several types. */
export interface ScalarParameter {
  readonly kind: "scalar";
  readonly name: string;
  readonly type: ValueType;
  readonly binding: Binding;
}

/** A variable of one thread. Unset locals are 0 (false). */
export interface Local {
  readonly name: string;
  readonly type: ValueType;
}

/** An array that the threads of one group share. Its elements are 0 when the group begins. */
export interface SharedArray {
  readonly name: string;
  readonly element: ElementType;
  readonly length: number;
}

/** An array: `arrays[index]` of the program, or `shared[index]`. */
export interface ArrayRef {
  readonly space: "parameter" | "shared";
  readonly index: number;
}

/** A place in the user's function: offset into `Function.prototype.toString`'s text. For messages; no part of the meaning. */
export type Offset = number;

// ---------------------------------------------------------------------------------------------------- expressions

/** A literal. `value` is exactly representable in `type`; bool is 0 or 1; −0, NaN and ±Infinity are allowed for floats. */
export interface Constant {
  readonly op: "constant";
  readonly type: ValueType;
  readonly value: number;
}

export interface LocalRead {
  readonly op: "local";
  readonly type: ValueType;
  readonly id: number;
}

export interface ScalarRead {
  readonly op: "scalar";
  readonly type: ValueType;
  readonly index: number;
}

/** Number of elements of an array. */
export interface Length {
  readonly op: "length";
  readonly type: "int32";
  readonly array: ArrayRef;
}

/**
 * Where the thread is. `global`: in the grid; `local`: in its group; `group`: its group's place among the groups;
 * `gridSize`, `groupSize`: threads in the grid and (nominally, also for the last, partial group) in a group.
 * global = group * groupSize + local.
 */
export interface ThreadIndex {
  readonly op: "thread";
  readonly type: "int32";
  readonly what: "global" | "local" | "group" | "gridSize" | "groupSize";
  readonly axis: 0 | 1 | 2;
}

/** An element. `index` is int32. */
export interface Load {
  readonly op: "load";
  readonly type: ValueType;
  readonly array: ArrayRef;
  readonly index: Expression;
  readonly at?: Offset;
}

/**
 * - `negate`: all number types (integers wrap). `not`: bool. `complement`: int32, uint32 (`~`).
 * - `abs`: int32 (abs(INT_MIN) = INT_MIN), float32, float64.
 * - `sqrt floor ceil trunc`: float32, float64; correctly rounded, so exact.
 * - `round`: float32, float64; JavaScript's Math.round: to the nearest, halves up, −0 kept.
 * - `countLeadingZeros`: int32, uint32 → int32.
 */
export type UnaryOperator =
  | "negate"
  | "not"
  | "complement"
  | "abs"
  | "sqrt"
  | "floor"
  | "ceil"
  | "trunc"
  | "round"
  | "countLeadingZeros";

export interface Unary {
  readonly op: "unary";
  readonly type: ValueType;
  readonly operator: UnaryOperator;
  readonly value: Expression;
}

/**
 * Both sides and the result have the same type.
 * - `add subtract multiply`: all number types.
 * - `divide`: float32, float64; and int32, uint32, where it truncates toward zero.
 * - `floorDivide`: int32 only; rounds toward −∞; by zero gives 0.
 * - `remainder`: the sign of the dividend. For floats exact, as JavaScript's `%`.
 * - `min max`: all number types; for floats NaN if either is NaN, and −0 < +0.
 * - `and or xor`: int32, uint32, bool (no short circuit). `shiftLeft shiftRight`: int32 (sign kept) and uint32 (zeros come in).
 */
export type BinaryOperator =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "floorDivide"
  | "remainder"
  | "min"
  | "max"
  | "and"
  | "or"
  | "xor"
  | "shiftLeft"
  | "shiftRight";

export interface Binary {
  readonly op: "binary";
  readonly type: ValueType;
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** Compares two values of one type (bool only `equal`, `notEqual`). With NaN all are false but `notEqual`. */
export interface Compare {
  readonly op: "compare";
  readonly type: "bool";
  readonly operator: "equal" | "notEqual" | "less" | "lessEqual" | "greater" | "greaterEqual";
  readonly left: Expression;
  readonly right: Expression;
}

/** Short-circuit logic. As expressions are pure, an emitter may evaluate both sides. */
export interface Logical {
  readonly op: "logical";
  readonly type: "bool";
  readonly operator: "and" | "or";
  readonly left: Expression;
  readonly right: Expression;
}

/** `condition ? then : otherwise`. As expressions are pure, an emitter may evaluate both. */
export interface Select {
  readonly op: "select";
  readonly type: ValueType;
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}

/**
 * Converts between any two types.
 * - float → int32, uint32: JavaScript's ToInt32 and ToUint32: toward zero, modulo 2^32; NaN and ±Infinity give 0.
 * - int ↔ uint: same bits. int → float, float64 → float32: rounds to nearest even.
 * - bool → number: 0 or 1. number → bool: false for 0, −0 and NaN.
 */
export interface Convert {
  readonly op: "convert";
  readonly type: ValueType;
  readonly value: Expression;
}

/** The same 32 bits as another type: between int32, uint32 and float32. */
export interface Bitcast {
  readonly op: "bitcast";
  readonly type: ValueType;
  readonly value: Expression;
}

/**
 * Functions of Math that are not exact, on float32 and float64. The result is within the bound of the ULP table
 * (docs/kernels.md) of the correctly rounded one; special values as in JavaScript. All arguments have the result's type.
 */
export type MathFunction =
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "log2"
  | "log10"
  | "pow"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "atan2"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "cbrt"
  | "hypot";

export interface MathCall {
  readonly op: "call";
  readonly type: "float32" | "float64";
  readonly function: MathFunction;
  /** Two for `pow`, `atan2` and `hypot`, else one. */
  readonly arguments: readonly Expression[];
}

export type Expression =
  | Constant
  | LocalRead
  | ScalarRead
  | Length
  | ThreadIndex
  | Load
  | Unary
  | Binary
  | Compare
  | Logical
  | Select
  | Convert
  | Bitcast
  | MathCall;

// ----------------------------------------------------------------------------------------------------- statements

/** `local = value` */
export interface SetLocal {
  readonly kind: "set";
  readonly local: number;
  readonly value: Expression;
}

/** `array[index] = value` */
export interface Store {
  readonly kind: "store";
  readonly array: ArrayRef;
  readonly index: Expression;
  readonly value: Expression;
  readonly at?: Offset;
}

/**
 * Reads, changes and writes an element in one step that no other thread can come between; `target` gets the old value.
 * On int32 and uint32 all operators; on float32 `add min max exchange`. `compareExchange` writes `value` if the old one
 * equals `expected`.
 */
export interface Atomic {
  readonly kind: "atomic";
  readonly operator: "add" | "subtract" | "min" | "max" | "and" | "or" | "xor" | "exchange" | "compareExchange";
  readonly array: ArrayRef;
  readonly index: Expression;
  readonly value: Expression;
  readonly expected?: Expression;
  readonly target?: number;
  readonly at?: Offset;
}

/**
 * The thread's next random number, in [0, 1): float32 with 24 bits, float64 with 53. It depends on the launch's seed, the
 * thread's linear index in the grid and how many the thread has drawn before, and on nothing else; see ir/random.ts.
 */
export interface Random {
  readonly kind: "random";
  readonly target: number;
}

export interface If {
  readonly kind: "if";
  readonly condition: Expression;
  readonly then: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

/**
 * `for (; condition; update) body`. `next` inside goes to `update`, `leave` to what follows. `do … while (c)` has the
 * constant true as condition and ends its update with `if (!c) leave`.
 */
export interface Loop {
  readonly kind: "loop";
  readonly label: number;
  readonly condition: Expression;
  readonly body: readonly Statement[];
  readonly update: readonly Statement[];
}

/** Statements that `leave` can end early. */
export interface Block {
  readonly kind: "block";
  readonly label: number;
  readonly body: readonly Statement[];
}

/** Goes to the end of the enclosing loop or block with that label. */
export interface Leave {
  readonly kind: "leave";
  readonly label: number;
}

/** Goes to the update of the enclosing loop with that label. Never inside of an update. */
export interface Next {
  readonly kind: "next";
  readonly label: number;
}

/** Ends the thread. (A thread that has ended no longer takes part in barriers.) */
export interface Return {
  readonly kind: "return";
}

/**
 * Waits until every thread of the group that has not ended is at the same barrier; what they wrote before is visible after.
 * The check proves that all threads of a group reach it together: conditions around it are group-uniform.
 */
export interface Barrier {
  readonly kind: "barrier";
  readonly at?: Offset;
}

export type Statement = SetLocal | Store | Atomic | Random | If | Loop | Block | Leave | Next | Return | Barrier;

// ------------------------------------------------------------------------------------------------------- programs

interface ProgramParts {
  readonly name: string;
  readonly arrays: readonly ArrayParameter[];
  readonly scalars: readonly ScalarParameter[];
  readonly locals: readonly Local[];
  readonly shared: readonly SharedArray[];
  /** Operations may be fused and regrouped, and NaN and infinities may be assumed not to occur. */
  readonly fastMath: boolean;
  /** How often axes are used: 1 if only x is, 2 if y is too, 3 if z is. */
  readonly dimensions: 1 | 2 | 3;
}

/** Runs `body` once for each thread of a grid. */
export interface GridProgram extends ProgramParts {
  readonly kind: "grid";
  readonly body: readonly Statement[];
}

/**
 * Runs `map` once for each of grid.x threads; it sets `value`. All values and `identity` are then combined, two by two: with
 * `left` and `right` set, `combine` sets `combined`. `map` and `combine` have no stores, atomics, barriers or returns.
 *
 * `combine` is associative and commutative up to rounding. The order is fixed by the number of elements alone, so that
 * a result never depends on how many workers there are; float sums are within the bound of pairwise summation.
 */
export interface ReductionProgram extends ProgramParts {
  readonly kind: "reduction";
  readonly map: readonly Statement[];
  readonly value: number;
  readonly combine: readonly Statement[];
  readonly left: number;
  readonly right: number;
  readonly combined: number;
  readonly identity: Constant;
}

export type Program = GridProgram | ReductionProgram;

/** The type of a value that was loaded from an array. */
export function valueTypeOf(element: ElementType): ValueType {
  switch (element) {
    case "int8":
    case "uint8":
    case "int16":
    case "uint16":
      return "int32";
    default:
      return element;
  }
}

/** Bytes of one element. */
export function bytesOf(element: ElementType): 1 | 2 | 4 | 8 {
  switch (element) {
    case "int8":
    case "uint8":
    case "bool":
      return 1;
    case "int16":
    case "uint16":
      return 2;
    case "float64":
      return 8;
    default:
      return 4;
  }
}
