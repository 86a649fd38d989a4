// `run` of a grid program without groups: walks over the linear range of threads, row by row.

import { frameLayout, type WasmFeatures } from "../frame.js";
import { Bindings } from "./bindings.js";
import type { BodyPlan } from "./body-plan.js";
import type { FunctionBuilder } from "./function-builder.js";
import type { ModuleBuilder } from "./module-builder.js";
import { endOfStrips, ownElementsOf } from "./own-elements.js";
import { closePrivateArrays, openPrivateArrays } from "./private-arrays.js";
import { ScalarBody } from "./scalar-body.js";
import { emitRow } from "./thread-rows.js";
import { VectorBody } from "./vector-body.js";

const FROM = 2;
const TO = 3;

export function emitGridProgram(module: ModuleBuilder, plan: BodyPlan, features: WasmFeatures): void {
  const fn = module.function("run", ["i32", "i32", "i32", "i32"], []);
  module.export(fn);
  const { lowered } = plan;
  const bindings = new Bindings(fn, module, lowered, features);
  const x = fn.local("i32");
  bindings.place("global", 0, x);
  const { dimensions } = lowered.source;
  fn.within((empty) => {
    fn.get(FROM);
    fn.get(TO);
    fn.op("i32.ge_u");
    fn.brIf(empty);
    if (features.sharedMemory) openPrivateArrays(bindings, FROM, TO);
    if (dimensions === 1) emitLine(fn, x, () => emitThreadRow(bindings, plan, x, TO));
    else emitRows(fn, bindings, plan, x);
    closePrivateArrays(bindings);
  });
}

function emitLine(fn: FunctionBuilder, x: number, row: () => void): void {
  fn.get(FROM);
  fn.set(x);
  row();
}

/** Threads x … end of one row. */
function emitThreadRow(bindings: Bindings, plan: BodyPlan, x: number, end: number): void {
  const { fn } = bindings;
  const { body } = plan.lowered;
  const { liveness, vector } = plan;
  const own = ownElementsOf(body);
  emitRow(fn, x, end, {
    scalar: () => new ScalarBody(bindings).emit(body, liveness.entry),
    vector:
      vector &&
      ((giveUp) => new VectorBody(bindings, vector.shapes, vector.speculation).emit(body, liveness.entry, giveUp, own)),
    ...(vector && { stripEnd: endOfStrips(fn, bindings, own, end) }),
  });
}

/** The range may begin and end within a row. */
function emitRows(fn: FunctionBuilder, bindings: Bindings, plan: BodyPlan, x: number): void {
  const [width, height] = [bindings.fromFrame(frameLayout.grid), bindings.fromFrame(frameLayout.grid + 4)];
  const [y, z, end, left] = [fn.local("i32"), fn.local("i32"), fn.local("i32"), fn.local("i32")];
  bindings.place("global", 1, y);
  bindings.place("global", 2, z);
  locate(fn, [x, y, z], width, height);
  fn.get(TO);
  fn.get(FROM);
  fn.op("i32.sub");
  fn.set(left);
  const again = fn.loop();
  rowEnd(fn, x, end, width, left);
  fn.get(left);
  fn.get(end);
  fn.get(x);
  fn.op("i32.sub");
  fn.op("i32.sub");
  fn.set(left);
  emitThreadRow(bindings, plan, x, end);
  fn.i32(0);
  fn.set(x);
  nextRow(fn, y, z, height);
  fn.get(left);
  fn.brIf(again);
  fn.end();
}

/** The place of thread number `FROM`. */
function locate(
  fn: FunctionBuilder,
  [x, y, z]: readonly [number, number, number],
  width: number,
  height: number,
): void {
  fn.get(FROM);
  fn.get(width);
  fn.op("i32.rem_u");
  fn.set(x);
  fn.get(FROM);
  fn.get(width);
  fn.op("i32.div_u");
  fn.tee(y);
  fn.get(height);
  fn.op("i32.div_u");
  fn.set(z);
  fn.get(y);
  fn.get(height);
  fn.op("i32.rem_u");
  fn.set(y);
}

/** The row's end, or where the range ends. */
function rowEnd(fn: FunctionBuilder, x: number, end: number, width: number, left: number): void {
  fn.get(width);
  fn.get(x);
  fn.get(left);
  fn.op("i32.add");
  fn.get(width);
  fn.get(x);
  fn.op("i32.sub");
  fn.get(left);
  fn.op("i32.le_u");
  fn.op("select");
  fn.set(end);
}

function nextRow(fn: FunctionBuilder, y: number, z: number, height: number): void {
  fn.get(y);
  fn.i32(1);
  fn.op("i32.add");
  fn.tee(y);
  fn.get(height);
  fn.op("i32.ge_u");
  fn.if();
  fn.i32(0);
  fn.set(y);
  fn.get(z);
  fn.i32(1);
  fn.op("i32.add");
  fn.set(z);
  fn.end();
}
