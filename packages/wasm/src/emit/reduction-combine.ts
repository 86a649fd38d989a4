// The scalar side of a reduction: combining two values, and all partial results at the end.

import type { ReductionProgram } from "@everycore/kernel/ir";
import { frameLayout } from "../frame.js";
import { type Bindings, wasmType } from "./bindings.js";
import { analyseLiveness, type LocalSet, only } from "./liveness.js";
import { ScalarBody } from "./scalar-body.js";

/** Emits `combine` on two scalar locals; gives the local with the result. */
export function combineScalars(bindings: Bindings, program: ReductionProgram, left: number, right: number): number {
  const { combine } = bindings.lowered;
  const body = new ScalarBody(bindings);
  body.bind(program.left, left);
  body.bind(program.right, right);
  body.emit(combine, withoutOperands(program, analyseLiveness(combine, only(program.combined)).entry));
  return body.local(program.combined);
}

/** The locals that begin as 0 in `combine`: not its operands. */
export function withoutOperands({ left, right }: ReductionProgram, entry: LocalSet): LocalSet {
  return entry & ~only(left) & ~only(right);
}

/** Pairs of neighbours, then pairs of pairs, and so on; the result is left in the first partial result. */
export function emitCombine(bindings: Bindings, program: ReductionProgram): void {
  const { fn } = bindings;
  const wasm = wasmType(program.identity.type);
  const COUNT = 1;
  const [step, i] = [fn.local("i32"), fn.local("i32")];
  const partials = bindings.fromFrame(frameLayout.partials);
  const pushAddress = (): void => {
    fn.get(partials);
    fn.get(i);
    fn.i32(3);
    fn.op("i32.shl");
    fn.op("i32.add");
  };
  const pushOther = (): void => {
    fn.get(i);
    fn.get(step);
    fn.op("i32.add");
  };
  fn.i32(1);
  fn.set(step);
  fn.within((done) => {
    const level = fn.loop();
    fn.get(step);
    fn.get(COUNT);
    fn.op("i32.ge_u");
    fn.brIf(done);
    fn.i32(0);
    fn.set(i);
    fn.within((end) => {
      const pair = fn.loop();
      pushOther();
      fn.get(COUNT);
      fn.op("i32.ge_u");
      fn.brIf(end);
      pushAddress();
      fn.op(`${wasm}.load`, 0, 0);
      const left = fn.save(wasm);
      pushAddress();
      fn.get(step);
      fn.i32(3);
      fn.op("i32.shl");
      fn.op("i32.add");
      fn.op(`${wasm}.load`, 0, 0);
      const right = fn.save(wasm);
      const combined = combineScalars(bindings, program, left, right);
      pushAddress();
      fn.get(combined);
      fn.op(`${wasm}.store`, 0, 0);
      pushOther();
      fn.get(step);
      fn.op("i32.add");
      fn.set(i);
      fn.br(pair);
      fn.end();
    });
    fn.get(step);
    fn.i32(1);
    fn.op("i32.shl");
    fn.set(step);
    fn.br(level);
    fn.end();
  });
}
