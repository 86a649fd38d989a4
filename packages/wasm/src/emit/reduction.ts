// Reductions. A block of elements is mapped strip by strip; strip number n is combined into accumulator n modulo 4, so that a
// chain of float additions is 128 long at most. Then the accumulators, the halves of a vector and its lanes are combined in a
// tree, and elements that do not fill a strip come last. The order depends on nothing but the number of elements.
//
// The fast loop takes four strips at a time and may give them up before it has combined any; then the careful loop does
// these four. It takes one strip at a time and passes the accumulators round, which comes to the same order.

import type { Expression, ReductionProgram, ValueType } from "@everycore/kernel/ir";
import { frameLayout, reductionBlock, type WasmFeatures } from "../frame.js";
import { Bindings, wasmType } from "./bindings.js";
import { type BodyPlan, planVector, type VectorPlan } from "./body-plan.js";
import { scalarCost } from "./cost.js";
import type { FunctionBuilder, Label } from "./function-builder.js";
import { analyseLiveness, type Liveness, only } from "./liveness.js";
import type { LoweredProgram } from "./lowered.js";
import type { ModuleBuilder } from "./module-builder.js";
import { endOfStrips, type OwnElements, ownElementsOf } from "./own-elements.js";
import { extractLane } from "./per-lane.js";
import { combineScalars, emitCombine, withoutOperands } from "./reduction-combine.js";
import { ScalarBody } from "./scalar-body.js";
import { emitRow } from "./thread-rows.js";
import { VectorBody } from "./vector-body.js";
import { type Parts, partNumbers, STRIP } from "./vector-expression.js";

const FROM = 2;
const TO = 3;
const ACCUMULATORS = 4;

/** A map of more operations is not emitted four times more for the fast loop. */
const LARGE = 80;

/** Emits `run` and `combine`. */
export function emitReduction(module: ModuleBuilder, lowered: LoweredProgram, features: WasmFeatures): void {
  const program = lowered.source as ReductionProgram;
  const run = module.function("run", ["i32", "i32", "i32", "i32"], []);
  module.export(run);
  new BlockReduction(new Bindings(run, module, lowered, features), program).emit();
  const combine = module.function("combine", ["i32", "i32"], []);
  module.export(combine);
  emitCombine(new Bindings(combine, module, lowered, features), program);
}

class BlockReduction {
  private readonly fn: FunctionBuilder;
  private readonly bindings: Bindings;
  private readonly program: ReductionProgram;
  private readonly map: BodyPlan;
  private readonly careful: VectorPlan;
  private readonly combining: { readonly liveness: Liveness; readonly vector: VectorPlan };
  private readonly type: ValueType;
  private readonly x: number;
  private readonly end: number;
  private readonly accumulators: readonly Parts[];

  constructor(bindings: Bindings, program: ReductionProgram) {
    this.fn = bindings.fn;
    this.bindings = bindings;
    this.program = program;
    this.type = program.identity.type;
    const { lowered } = bindings;
    const liveness = analyseLiveness(lowered.body, only(program.value));
    this.map = { lowered, liveness, vector: planVector(lowered, liveness, true, [program.value]) };
    this.careful = planVector(lowered, liveness, false, [program.value]);
    const combining = { ...lowered, body: lowered.combine };
    const after = analyseLiveness(lowered.combine, only(program.combined));
    const varying = [program.left, program.right, program.combined];
    this.combining = { liveness: after, vector: planVector(combining, after, false, varying) };
    this.x = this.fn.local("i32");
    this.end = this.fn.local("i32");
    this.accumulators = Array.from({ length: ACCUMULATORS }, () => this.temporaries());
  }

  private temporaries(): Parts {
    return partNumbers(this.type).map(() => this.fn.local("v128"));
  }

  emit(): void {
    const { fn } = this;
    const unit = fn.local("i32");
    fn.get(FROM);
    fn.set(unit);
    fn.within((done) => {
      const again = fn.loop();
      fn.get(unit);
      fn.get(TO);
      fn.op("i32.ge_u");
      fn.brIf(done);
      this.block(unit);
      fn.get(unit);
      fn.i32(1);
      fn.op("i32.add");
      fn.set(unit);
      fn.br(again);
      fn.end();
    });
  }

  private block(unit: number): void {
    const { fn } = this;
    this.range(unit);
    this.pushIdentityVector();
    const identity = fn.save("v128");
    for (const local of this.accumulators.flat()) this.copy(identity, local);
    this.strips();
    const total = this.combineLanes(this.tree());
    this.rest(total);
    const wasm = wasmType(this.type);
    fn.get(this.bindings.fromFrame(frameLayout.partials));
    fn.get(unit);
    fn.i32(3);
    fn.op("i32.shl");
    fn.op("i32.add");
    fn.get(total);
    fn.op(`${wasm}.store`, 0, 0);
  }

  /** x = the block's first element, end = behind its last. */
  private range(unit: number): void {
    const { fn, x, end } = this;
    const length = this.bindings.fromFrame(frameLayout.grid);
    fn.get(unit);
    fn.i32(reductionBlock);
    fn.op("i32.mul");
    fn.tee(x);
    fn.i32(reductionBlock);
    fn.op("i32.add");
    fn.get(length);
    fn.get(length);
    fn.get(x);
    fn.op("i32.sub");
    fn.i32(reductionBlock);
    fn.op("i32.gt_u");
    fn.op("select");
    fn.set(end);
  }

  private pushIdentityVector(): void {
    const { type, value } = this.program.identity;
    if (type === "float32") this.fn.floats(value);
    else if (type === "float64") this.fn.doubles(value);
    else this.fn.ints(type === "bool" ? -value : value);
  }

  private copy(from: number, to: number): void {
    this.fn.get(from);
    this.fn.set(to);
  }

  /** All whole strips of the block. */
  private strips(): void {
    if (scalarCost(this.map.lowered.body) > LARGE) return this.carefulStrips(this.end);
    const { fn, x, end } = this;
    const stop = fn.local("i32");
    const own = ownElementsOf(this.map.lowered.body);
    const fastEnd = endOfStrips(fn, this.bindings, own, end);
    const more = fn.loop();
    fn.within((careful) => {
      const fast = fn.loop();
      this.copy(end, stop);
      this.unless(ACCUMULATORS * STRIP, fastEnd, careful);
      this.pushPlace(ACCUMULATORS * STRIP);
      fn.set(stop);
      this.fourStrips(careful, own);
      this.copy(stop, x);
      fn.br(fast);
      fn.end();
    });
    this.carefulStrips(stop);
    fn.get(x);
    fn.i32(STRIP - 1);
    fn.op("i32.add");
    fn.get(end);
    fn.op("i32.lt_s");
    fn.brIf(more);
    fn.end();
  }

  private carefulStrips(stop: number): void {
    const { fn, x } = this;
    fn.within((done) => {
      const next = fn.loop();
      this.unless(STRIP, stop, done);
      this.oneStrip();
      this.pushPlace(STRIP);
      fn.set(x);
      fn.br(next);
      fn.end();
    });
  }

  private pushPlace(offset: number): void {
    this.fn.get(this.x);
    this.fn.i32(offset);
    this.fn.op("i32.add");
  }

  /** Goes to `label` unless `count` elements are left. */
  private unless(count: number, end: number, label: Label): void {
    const { fn } = this;
    fn.get(end);
    fn.get(this.x);
    fn.op("i32.sub");
    fn.i32(count);
    fn.op("i32.lt_s");
    fn.brIf(label);
  }

  private fourStrips(giveUp: Label, own: OwnElements): void {
    const values = this.accumulators.map((_, strip) => {
      this.pushPlace(strip * STRIP);
      const place = this.fn.save("i32");
      return this.mapStrip(place, this.map.vector ?? this.careful, giveUp, own);
    });
    for (const [strip, accumulator] of this.accumulators.entries()) {
      const combined = this.combine(accumulator, values[strip] as Parts);
      for (const [p, local] of accumulator.entries()) this.copy(combined[p] as number, local);
    }
  }

  private oneStrip(): void {
    const value = this.mapStrip(this.x, this.careful, 0);
    const combined = this.combine(this.accumulators[0] as Parts, value);
    const order = [...this.accumulators, combined];
    for (const [i, accumulator] of this.accumulators.entries()) {
      for (const [p, local] of accumulator.entries()) this.copy((order[i + 1] as Parts)[p] as number, local);
    }
  }

  private mapStrip(place: number, { shapes, speculation }: VectorPlan, giveUp: Label, own?: OwnElements): Parts {
    this.bindings.place("global", 0, place);
    const body = new VectorBody(this.bindings, shapes, speculation);
    body.emit(this.map.lowered.body, this.map.liveness.entry, giveUp, own);
    return body.expressions.local(this.program.value);
  }

  private combine(left: Parts, right: Parts): Parts {
    const { liveness, vector } = this.combining;
    const body = new VectorBody(this.bindings, vector.shapes, vector.speculation);
    body.expressions.bind(this.program.left, left);
    body.expressions.bind(this.program.right, right);
    body.emit(this.bindings.lowered.combine, withoutOperands(this.program, liveness.entry), 0);
    return body.expressions.local(this.program.combined);
  }

  /** Combines the accumulators, then the parts of what is left: gives one vector. */
  private tree(): number {
    let level = [...this.accumulators];
    while (level.length > 1) level = pairs(level).map(([left, right]) => this.combine(left, right));
    let parts = [...(level[0] as Parts)];
    while (parts.length > 1) {
      const half = parts.length / 2;
      const all = partNumbers(this.type);
      const lower = all.map((p) => parts[p % half] as number);
      const upper = all.map((p) => parts[half + (p % half)] as number);
      parts = this.combine(lower, upper).slice(0, half);
    }
    return parts[0] as number;
  }

  /** Combines the lanes of a vector: gives a scalar local. */
  private combineLanes(vector: number): number {
    const { bindings, fn } = this;
    const expressions = new VectorBody(bindings, this.combining.vector.shapes, this.combining.vector.speculation)
      .expressions;
    const count = this.type === "float64" ? 2 : 4;
    let lanes = Array.from({ length: count }, (_, lane) => {
      extractLane(expressions, this.type, [vector], lane);
      if (this.type === "bool") this.maskBit();
      return fn.save(wasmType(this.type));
    });
    while (lanes.length > 1) {
      const half = lanes.length / 2;
      lanes = lanes
        .slice(0, half)
        .map((lane, i) => combineScalars(bindings, this.program, lane, lanes[half + i] as number));
    }
    return lanes[0] as number;
  }

  private maskBit(): void {
    this.fn.i32(1);
    this.fn.op("i32.and");
  }

  /** Elements that do not fill a strip: one by one, then with the rest. */
  private rest(total: number): void {
    const { fn, bindings, program, x, end } = this;
    const wasm = wasmType(this.type);
    const sum = fn.local(wasm);
    bindings.place("global", 0, x);
    pushScalar(fn, program.identity);
    fn.set(sum);
    emitRow(fn, x, end, {
      vector: undefined,
      scalar: () => {
        const body = new ScalarBody(bindings);
        body.emit(this.map.lowered.body, this.map.liveness.entry);
        this.copy(combineScalars(bindings, program, sum, body.local(program.value)), sum);
      },
    });
    this.copy(combineScalars(bindings, program, total, sum), total);
  }
}

function pairs<T>(list: readonly T[]): [T, T][] {
  const half = list.length / 2;
  return list.slice(0, half).map((item, i) => [item, list[half + i] as T]);
}

function pushScalar(fn: FunctionBuilder, { type, value }: Extract<Expression, { op: "constant" }>): void {
  if (type === "float32") fn.f32(value);
  else if (type === "float64") fn.f64(value);
  else fn.i32(value);
}
