// The body of one thread as plain WebAssembly: a local for each local of the program, structured control flow as it is.

import type { Atomic, ElementType, Expression, Loop, Statement, Store } from "@everycore/kernel/ir";
import { atomicKind, emitAtomic } from "./atomics.js";
import { type Bindings, shiftOf, wasmType } from "./bindings.js";
import { type CountedLoop, countedLoop, UNROLLED } from "./counted-loop.js";
import type { FunctionBuilder, Label } from "./function-builder.js";
import { contains, type LocalSet } from "./liveness.js";
import type { Opcode } from "./opcodes.js";
import { ScalarExpressions } from "./scalar-expression.js";

interface Target {
  readonly leave: Label;
  readonly next: Label | undefined;
}

const stores: Readonly<Record<ElementType, Opcode>> = {
  float32: "f32.store",
  float64: "f64.store",
  int8: "i32.store8",
  uint8: "i32.store8",
  bool: "i32.store8",
  int16: "i32.store16",
  uint16: "i32.store16",
  int32: "i32.store",
  uint32: "i32.store",
};

/** The instruction that writes one element. */
export function storeOf(element: ElementType): Opcode {
  return stores[element];
}

export class ScalarBody {
  readonly expressions: ScalarExpressions;
  private readonly fn: FunctionBuilder;
  private readonly bindings: Bindings;
  private readonly locals = new Map<number, number>();
  private readonly targets = new Map<number, Target>();
  private end: Label = 0;

  constructor(bindings: Bindings) {
    this.fn = bindings.fn;
    this.bindings = bindings;
    this.expressions = new ScalarExpressions(bindings, (id) => this.local(id));
  }

  /** The WebAssembly local of a local of the program. */
  local(id: number): number {
    let local = this.locals.get(id);
    if (local === undefined) {
      local = this.fn.local(wasmType(this.bindings.lowered.locals[id]?.type ?? "int32"));
      this.locals.set(id, local);
    }
    return local;
  }

  /** Makes a local of the program live in a WebAssembly local that there is already. */
  bind(id: number, local: number): void {
    this.locals.set(id, local);
  }

  /** Runs the statements for one thread; `initial` are the locals that must begin as 0. */
  emit(body: readonly Statement[], initial: LocalSet): void {
    for (const [id, { type }] of this.bindings.lowered.locals.entries()) {
      if (!contains(initial, id)) continue;
      this.expressions.constant(type, 0);
      this.fn.set(this.local(id));
    }
    this.fn.within((end) => {
      this.end = end;
      this.list(body);
    });
  }

  list(list: readonly Statement[]): void {
    for (const statement of list) this.statement(statement);
  }

  private statement(statement: Statement): void {
    const { fn } = this;
    switch (statement.kind) {
      case "set":
        this.expressions.push(statement.value);
        return fn.set(this.local(statement.local));
      case "store":
        return this.store(statement);
      case "atomic":
        return this.atomic(statement);
      case "if":
        return this.if(statement.condition, statement.then, statement.otherwise);
      case "loop":
        return this.loop(statement);
      case "block":
        return fn.within((leave) => {
          this.targets.set(statement.label, { leave, next: undefined });
          this.list(statement.body);
        });
      case "leave":
        return fn.br(this.targets.get(statement.label)?.leave ?? this.end);
      case "next":
        return fn.br(this.targets.get(statement.label)?.next ?? this.end);
      case "return":
        return fn.br(this.end);
      case "random":
      case "barrier":
        throw new Error(`A "${statement.kind}" statement came to the emitter: report this, it is a bug.`);
    }
  }

  private if(condition: Expression, then: readonly Statement[], otherwise: readonly Statement[]): void {
    const { fn } = this;
    this.expressions.push(condition);
    if (then.length === 0) fn.op("i32.eqz");
    fn.if();
    this.list(then.length === 0 ? otherwise : then);
    if (then.length > 0 && otherwise.length > 0) {
      fn.else();
      this.list(otherwise);
    }
    fn.end();
  }

  private loop(loop: Loop): void {
    const { fn } = this;
    fn.within((leave) => {
      const counted = countedLoop(loop);
      if (counted) this.withoutTests(loop, counted, leave);
      const again = fn.loop();
      this.expressions.push(loop.condition);
      fn.op("i32.eqz");
      fn.brIf(leave);
      this.round(loop, leave);
      fn.br(again);
      fn.end();
    });
  }

  private round({ label, body, update }: Loop, leave: Label): void {
    this.fn.within((next) => {
      this.targets.set(label, { leave, next });
      this.list(body);
    });
    this.list(update);
  }

  /** UNROLLED rounds at a time, until fewer are left; none if an index might be outside. */
  private withoutTests(loop: Loop, counted: CountedLoop, leave: Label): void {
    const { fn } = this;
    const counter = this.local(counted.counter);
    fn.within((slow) => {
      const last = this.lastStart(counted, slow);
      this.expressions.within = counted;
      const again = fn.loop();
      fn.get(counter);
      fn.get(last);
      fn.op("i32.gt_s");
      fn.brIf(slow);
      for (let round = 0; round < UNROLLED; round++) this.round(loop, leave);
      fn.br(again);
      fn.end();
      this.expressions.within = undefined;
    });
  }

  /** The last value of the counter at which UNROLLED rounds are left. Goes to `slow` if an index might be outside. */
  private lastStart({ counter, end, arrays }: CountedLoop, slow: Label): number {
    const { fn, bindings } = this;
    this.expressions.push(end);
    const border = fn.save("i32");
    for (const local of [this.local(counter), border]) {
      fn.get(local);
      fn.i32(0);
      fn.op("i32.lt_s");
      fn.brIf(slow);
    }
    for (const array of arrays) {
      fn.get(border);
      fn.get(bindings.length(array));
      fn.op("i32.gt_u");
      fn.brIf(slow);
    }
    fn.get(border);
    fn.i32(UNROLLED);
    fn.op("i32.sub");
    return fn.save("i32");
  }

  private store({ array, index, value }: Store): void {
    const { fn, bindings } = this;
    const element = bindings.element(array);
    this.expressions.push(index);
    const place = fn.save("i32");
    this.expressions.push(value);
    const stored = fn.save(wasmType(value.type));
    const inside = this.expressions.isInside(array, index);
    if (!inside) {
      fn.get(place);
      fn.get(bindings.length(array));
      fn.op("i32.lt_u");
      fn.if();
    }
    this.expressions.address(bindings.base(array), place, shiftOf(element));
    fn.get(stored);
    fn.op(storeOf(element), 0, 0);
    if (!inside) fn.end();
  }

  private atomic(statement: Atomic): void {
    const { fn, bindings } = this;
    const { array, index, value, expected, target } = statement;
    const kind = atomicKind(bindings, statement);
    const wasm = wasmType(value.type);
    this.expressions.push(index);
    const place = fn.save("i32");
    this.expressions.push(value);
    const operand = fn.save(wasm);
    if (expected !== undefined) this.expressions.push(expected);
    const compared = expected === undefined ? undefined : fn.save(wasm);
    const operands = { index: place, value: operand, expected: compared };
    const length = this.expressions.isInside(array, index) ? undefined : bindings.length(array);
    const copy = array.space === "parameter" ? bindings.privateArrays.get(array.index) : undefined;
    if (copy !== undefined) {
      fn.get(copy.active);
      fn.if(wasm);
      emitAtomic(fn, { ...kind, contended: false }, copy.base, length, operands);
      fn.else();
    }
    emitAtomic(fn, kind, bindings.base(array), length, operands);
    if (copy !== undefined) fn.end();
    if (target === undefined) fn.op("drop");
    else fn.set(this.local(target));
  }
}
