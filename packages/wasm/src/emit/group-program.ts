// `run` of a program with groups: one group after the other, region by region; all memory of a group is in the scratch area.
//
//   scratch: shared arrays | kept locals (kept-locals.ts)
//
// The last groups along an axis may have fewer threads than the others.

import { frameLayout, type WasmFeatures } from "../frame.js";
import { Bindings, SCRATCH, sharedBytes } from "./bindings.js";
import { planFaster } from "./body-plan.js";
import type { Tuning } from "./compile.js";
import type { FunctionBuilder, Label } from "./function-builder.js";
import type { GroupNode, GroupSchedule, Region } from "./group-schedule.js";
import { KeptLocals, keptBytesPerThread } from "./kept-locals.js";
import { analyseLiveness, contains, type LocalSet, only } from "./liveness.js";
import type { LoweredProgram } from "./lowered.js";
import type { ModuleBuilder } from "./module-builder.js";
import { ScalarBody } from "./scalar-body.js";
import { VARYING } from "./shape-rules.js";
import { emitRow } from "./thread-rows.js";
import { VectorBody } from "./vector-body.js";

const FROM = 2;
const TO = 3;
const axes = [0, 1, 2] as const;

export function emitGroupProgram(
  module: ModuleBuilder,
  lowered: LoweredProgram,
  schedule: GroupSchedule,
  features: WasmFeatures,
  tuning: Tuning,
): void {
  const fn = module.function("run", ["i32", "i32", "i32", "i32"], []);
  module.export(fn);
  const bindings = new Bindings(fn, module, { ...lowered, locals: schedule.locals }, features);
  new GroupEmitter(bindings, schedule, tuning).emit();
}

interface Target {
  readonly leave: Label;
  readonly next: Label | undefined;
}

class GroupEmitter {
  private readonly fn: FunctionBuilder;
  private readonly bindings: Bindings;
  private readonly schedule: GroupSchedule;
  private readonly tuning: Tuning;
  /** Of each axis: the group's place, its first thread, how many threads it has, and the thread's place in it and in the grid. */
  private readonly group: readonly number[];
  private readonly start: readonly number[];
  private readonly extent: readonly number[];
  private readonly place: readonly number[];
  private readonly globalPlace: readonly number[];
  private readonly outer: ScalarBody;
  private readonly kept: KeptLocals;
  private readonly targets = new Map<number, Target>();

  constructor(bindings: Bindings, schedule: GroupSchedule, tuning: Tuning) {
    this.bindings = bindings;
    this.fn = bindings.fn;
    this.schedule = schedule;
    this.tuning = tuning;
    const three = (): number[] => axes.map(() => this.fn.local("i32"));
    [this.group, this.start, this.extent, this.place, this.globalPlace] = [three(), three(), three(), three(), three()];
    for (const axis of axes) bindings.place("group", axis, this.group[axis] as number);
    this.outer = new ScalarBody(bindings);
    const sizes = axes.map((axis) => this.groupSize(axis));
    this.kept = new KeptLocals(bindings, schedule, this.place, sizes);
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
      this.locate(unit);
      this.clear();
      this.list(this.schedule.nodes);
      fn.get(unit);
      fn.i32(1);
      fn.op("i32.add");
      fn.set(unit);
      fn.br(again);
      fn.end();
    });
  }

  /** Where group number `unit` is, and how large. */
  private locate(unit: number): void {
    const { fn, bindings } = this;
    const rest = fn.local("i32");
    fn.get(unit);
    fn.set(rest);
    for (const axis of axes) {
      const count = bindings.fromFrame(frameLayout.groups + 4 * axis);
      fn.get(rest);
      fn.get(count);
      fn.op("i32.rem_u");
      fn.set(this.group[axis] as number);
      fn.get(rest);
      fn.get(count);
      fn.op("i32.div_u");
      fn.set(rest);
      this.measure(axis);
    }
  }

  private measure(axis: number): void {
    const { fn } = this;
    const size = this.groupSize(axis);
    const left = fn.local("i32");
    fn.get(this.group[axis] as number);
    fn.get(size);
    fn.op("i32.mul");
    fn.set(this.start[axis] as number);
    fn.get(this.bindings.fromFrame(frameLayout.grid + 4 * axis));
    fn.get(this.start[axis] as number);
    fn.op("i32.sub");
    fn.tee(left);
    fn.get(size);
    fn.get(left);
    fn.get(size);
    fn.op("i32.lt_u");
    fn.op("select");
    fn.set(this.extent[axis] as number);
  }

  private groupSize(axis: number): number {
    return this.bindings.fromFrame(frameLayout.group + 4 * axis);
  }

  /** Shared arrays, kept locals and locals of the group begin as 0. */
  private clear(): void {
    const { fn, bindings, schedule } = this;
    const bytes = sharedBytes(bindings.lowered);
    const perThread = keptBytesPerThread(schedule);
    if (bytes + perThread > 0) {
      fn.get(SCRATCH);
      fn.i32(0);
      fn.i32(bytes);
      fn.get(this.kept.threads());
      fn.i32(perThread);
      fn.op("i32.mul");
      fn.op("i32.add");
      fn.op("memory.fill", 0);
    }
    for (const id of schedule.group) {
      if (!contains(schedule.entry, id)) continue;
      this.outer.expressions.constant(schedule.locals[id]?.type ?? "int32", 0);
      fn.set(this.outer.local(id));
    }
  }

  // --------------------------------------------------------------------------------------- what runs once a group

  private list(nodes: readonly GroupNode[]): void {
    for (const node of nodes) this.node(node);
  }

  private push(expression: Parameters<ScalarBody["expressions"]["push"]>[0]): void {
    for (const axis of axes) {
      this.bindings.place("global", axis, this.start[axis] as number);
      this.bindings.place(
        "local",
        axis,
        this.fn.once("zero", "i32", () => this.fn.i32(0)),
      );
    }
    this.outer.expressions.push(expression);
  }

  private node(node: GroupNode): void {
    const { fn } = this;
    switch (node.kind) {
      case "region":
        return this.region(node);
      case "set":
        this.push(node.value);
        return fn.set(this.outer.local(node.local));
      case "if":
        this.push(node.condition);
        fn.if();
        this.list(node.then);
        fn.else();
        this.list(node.otherwise);
        return fn.end();
      case "loop":
        return this.loop(node);
      case "block":
        return fn.within((leave) => {
          this.targets.set(node.label, { leave, next: undefined });
          this.list(node.body);
        });
      default: {
        const target = this.targets.get(node.label);
        const label = node.kind === "leave" ? target?.leave : target?.next;
        if (label === undefined) throw new Error("A jump around a barrier has no target: report this, it is a bug.");
        return fn.br(label);
      }
    }
  }

  private loop(node: Extract<GroupNode, { kind: "loop" }>): void {
    const { fn } = this;
    fn.within((leave) => {
      const again = fn.loop();
      this.push(node.condition);
      fn.op("i32.eqz");
      fn.brIf(leave);
      fn.within((next) => {
        this.targets.set(node.label, { leave, next });
        this.list(node.body);
      });
      this.list(node.update);
      fn.br(again);
      fn.end();
    });
  }

  // ------------------------------------------------------------------------------------------------------ regions

  /** All threads of the group, row by row. */
  private region(region: Region): void {
    for (const axis of axes) {
      this.bindings.place("local", axis, this.place[axis] as number);
      this.bindings.place("global", axis, this.globalPlace[axis] as number);
    }
    const [x, y, z] = this.place as [number, number, number];
    const endX = this.extent[0] as number;
    const rows = (): void => {
      this.fn.i32(0);
      this.fn.set(x);
      this.row(region, x, endX);
    };
    const { dimensions } = this.bindings.lowered.source;
    const planes = dimensions < 2 ? rows : () => this.each(1, y, rows);
    if (dimensions < 3) planes();
    else this.each(2, z, planes);
  }

  private each(axis: 1 | 2, place: number, inner: () => void): void {
    const { fn } = this;
    fn.i32(0);
    fn.set(place);
    const again = fn.loop();
    this.setGlobal(axis);
    inner();
    fn.get(place);
    fn.i32(1);
    fn.op("i32.add");
    fn.tee(place);
    fn.get(this.extent[axis] as number);
    fn.op("i32.lt_u");
    fn.brIf(again);
    fn.end();
  }

  private setGlobal(axis: number): void {
    const { fn } = this;
    fn.get(this.start[axis] as number);
    fn.get(this.place[axis] as number);
    fn.op("i32.add");
    fn.set(this.globalPlace[axis] as number);
  }

  private row(region: Region, x: number, end: number): void {
    const { lowered } = this.bindings;
    const { kept, group } = this.schedule;
    const liveness = analyseLiveness(region.body, region.after);
    const varying = kept.filter((id) => region.fetched.includes(id) || region.kept.includes(id));
    const vector = planFaster({ ...lowered, body: region.body }, liveness, varying, this.tuning);
    let begun: LocalSet = liveness.entry;
    for (const id of [...group, ...region.fetched]) begun &= ~only(id);
    emitRow(this.fn, x, end, {
      scalar: () => {
        const body = new ScalarBody(this.bindings);
        for (const id of group) body.bind(id, this.outer.local(id));
        this.setGlobal(0);
        for (const id of region.fetched) this.kept.fetchScalar(body, id);
        body.emit(region.body, begun);
        for (const id of region.kept) this.kept.keepScalar(body, id);
      },
      vector:
        vector &&
        ((giveUp) => {
          const body = new VectorBody(this.bindings, vector.shapes, vector.speculation);
          for (const id of group) body.expressions.bind(id, [this.outer.local(id)]);
          this.setGlobal(0);
          for (const id of region.fetched) this.kept.fetchStrip(body, id);
          body.emit(region.body, begun, giveUp);
          for (const id of region.kept) {
            if (vector.shapes.shapeOfLocal(id) !== VARYING)
              throw new Error("A kept local is not varying: report this.");
            this.kept.keepStrip(body, id);
          }
        }),
    });
  }
}
