// Where the locals of a group's threads are between regions: in the scratch memory, behind the shared arrays, one row for each
// local with its values in thread 0, 1, 2 …, so that a strip loads and stores whole vectors.
//
// Threads are numbered along x first, by the nominal size of a group. A bool is an int32, 0 or 1, in both forms of code.

import type { ValueType } from "@everycore/kernel/ir";
import { type Bindings, SCRATCH, sharedBytes, wasmType } from "./bindings.js";
import type { FunctionBuilder } from "./function-builder.js";
import type { GroupSchedule } from "./group-schedule.js";
import type { ScalarBody } from "./scalar-body.js";
import type { VectorBody } from "./vector-body.js";
import { partNumbers } from "./vector-expression.js";

/** Bytes of scratch memory for each thread. */
export function keptBytesPerThread({ kept, locals }: GroupSchedule): number {
  return kept.reduce((sum, id) => sum + bytesOfLocal(locals[id]?.type ?? "int32"), 0);
}

function bytesOfLocal(type: ValueType): number {
  return type === "float64" ? 8 : 4;
}

export class KeptLocals {
  private readonly fn: FunctionBuilder;
  private readonly bindings: Bindings;
  private readonly schedule: GroupSchedule;
  private readonly place: readonly number[];
  private readonly sizes: readonly number[];

  /** `place` are locals with the thread's place in its group, `sizes` with the group's nominal size. */
  constructor(bindings: Bindings, schedule: GroupSchedule, place: readonly number[], sizes: readonly number[]) {
    this.fn = bindings.fn;
    this.bindings = bindings;
    this.schedule = schedule;
    this.place = place;
    this.sizes = sizes;
  }

  fetchScalar(body: ScalarBody, id: number): void {
    this.pushAddress(id);
    this.fn.op(`${wasmType(this.typeOf(id))}.load`, 0, 0);
    this.fn.set(body.local(id));
  }

  keepScalar(body: ScalarBody, id: number): void {
    this.pushAddress(id);
    this.fn.get(body.local(id));
    this.fn.op(`${wasmType(this.typeOf(id))}.store`, 0, 0);
  }

  fetchStrip(body: VectorBody, id: number): void {
    const { fn } = this;
    const parts = body.expressions.local(id);
    this.pushAddress(id);
    const address = fn.save("i32");
    for (const p of partNumbers(this.typeOf(id))) {
      fn.get(address);
      fn.op("v128.load", 0, 16 * p);
      if (this.typeOf(id) === "bool") {
        fn.ints(0);
        fn.op("i32x4.ne");
      }
      fn.set(parts[p] as number);
    }
  }

  keepStrip(body: VectorBody, id: number): void {
    const { fn } = this;
    const parts = body.expressions.local(id);
    this.pushAddress(id);
    const address = fn.save("i32");
    for (const p of partNumbers(this.typeOf(id))) {
      fn.get(address);
      fn.get(parts[p] as number);
      if (this.typeOf(id) === "bool") {
        fn.ints(1);
        fn.op("v128.and");
      }
      fn.op("v128.store", 0, 16 * p);
    }
  }

  /** The local with the nominal number of threads of a group. */
  threads(): number {
    return this.fn.once("threads", "i32", () => {
      for (const [axis, size] of this.sizes.entries()) {
        this.fn.get(size);
        if (axis > 0) this.fn.op("i32.mul");
      }
    });
  }

  private typeOf(id: number): ValueType {
    return this.schedule.locals[id]?.type ?? "int32";
  }

  /** Pushes the address of a local of the thread, or of the strip's first. */
  private pushAddress(id: number): void {
    const { fn } = this;
    fn.get(this.row(id));
    this.pushNumber();
    fn.i32(Math.log2(bytesOfLocal(this.typeOf(id))));
    fn.op("i32.shl");
    fn.op("i32.add");
  }

  private row(id: number): number {
    const { fn, schedule, bindings } = this;
    const threads = this.threads();
    const before = schedule.kept.slice(0, schedule.kept.indexOf(id));
    const bytes = before.reduce((sum, other) => sum + bytesOfLocal(this.typeOf(other)), 0);
    return fn.once(`kept${id}`, "i32", () => {
      fn.get(SCRATCH);
      fn.i32(sharedBytes(bindings.lowered));
      fn.op("i32.add");
      fn.get(threads);
      fn.i32(bytes);
      fn.op("i32.mul");
      fn.op("i32.add");
    });
  }

  /** x + sizeX * (y + sizeY * z) */
  private pushNumber(): void {
    const { fn } = this;
    const { dimensions } = this.bindings.lowered.source;
    fn.get(this.place[0] as number);
    if (dimensions < 2) return;
    fn.get(this.place[1] as number);
    if (dimensions === 3) {
      fn.get(this.place[2] as number);
      fn.get(this.sizes[1] as number);
      fn.op("i32.mul");
      fn.op("i32.add");
    }
    fn.get(this.sizes[0] as number);
    fn.op("i32.mul");
    fn.op("i32.add");
  }
}
