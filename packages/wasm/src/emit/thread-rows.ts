// A row of threads, x from `first` up to `end`: strips of eight as long as there are eight, the rest one by one. A strip that
// gives up is done one by one as well, by the same code.

import type { FunctionBuilder, Label } from "./function-builder.js";
import { STRIP } from "./vector-expression.js";

/** What a row runs. Both find the place of the (first) thread in `x`. */
export interface RowBody {
  /** One thread. */
  readonly scalar: () => void;
  /** Eight threads; undefined if that would not be faster. */
  readonly vector: ((giveUp: Label) => void) | undefined;
  /** Local with the place up to which strips go; behind it threads run one by one. Default: the end of the row. */
  readonly stripEnd?: number;
}

/** Emits a row; `x` is a local that has the first thread's place, and `end` one with the place behind the last. */
export function emitRow(fn: FunctionBuilder, x: number, end: number, body: RowBody): void {
  const { vector, stripEnd = end } = body;
  if (vector === undefined) return emitThreads(fn, x, end, body.scalar);
  const stop = fn.local("i32");
  const more = fn.loop();
  fn.within((one) => {
    const strip = fn.loop();
    fn.get(end);
    fn.set(stop);
    pushLeft(fn, x, stripEnd);
    fn.brIf(one);
    advance(fn, x, STRIP);
    fn.set(stop);
    vector(one);
    fn.get(stop);
    fn.set(x);
    fn.br(strip);
    fn.end();
  });
  emitThreads(fn, x, stop, body.scalar);
  fn.get(x);
  fn.get(end);
  fn.op("i32.lt_s");
  fn.brIf(more);
  fn.end();
}

/** Whether less than a strip is left. */
function pushLeft(fn: FunctionBuilder, x: number, end: number): void {
  fn.get(end);
  fn.get(x);
  fn.op("i32.sub");
  fn.i32(STRIP);
  fn.op("i32.lt_s");
}

function advance(fn: FunctionBuilder, x: number, count: number): void {
  fn.get(x);
  fn.i32(count);
  fn.op("i32.add");
}

function emitThreads(fn: FunctionBuilder, x: number, stop: number, scalar: () => void): void {
  fn.within((done) => {
    const again = fn.loop();
    fn.get(x);
    fn.get(stop);
    fn.op("i32.ge_s");
    fn.brIf(done);
    scalar();
    advance(fn, x, 1);
    fn.set(x);
    fn.br(again);
    fn.end();
  });
}
