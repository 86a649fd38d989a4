// One WebAssembly function under construction: instructions in order, locals, and labels that know their depth.
//
// The prologue runs before everything else. Values that never change (constants as vectors, what the frame says) are put
// into locals there, the first time that somebody asks for them, so that no loop computes them again.

import { type Instruction, typeCode, type WasmType } from "./encoder.js";
import type { Opcode } from "./opcodes.js";

/** A block, loop or if that can be branched to. */
export type Label = number;

const EMPTY_BLOCK = 0x40;

export class FunctionBuilder {
  readonly name: string;
  readonly parameters: readonly WasmType[];
  readonly results: readonly WasmType[];
  readonly locals: WasmType[] = [];
  /** The instructions, in order: first these, */
  readonly prologue: Instruction[] = [];
  /** then these. */
  body: Instruction[] = [];
  private depth = 0;
  private readonly cached = new Map<string, number>();

  constructor(name: string, parameters: readonly WasmType[], results: readonly WasmType[]) {
    this.name = name;
    this.parameters = parameters;
    this.results = results;
  }

  /** A new local variable. */
  local(type: WasmType): number {
    this.locals.push(type);
    return this.parameters.length + this.locals.length - 1;
  }

  op(name: Opcode, ...immediates: number[]): void {
    this.body.push({ name, immediates });
  }

  get(local: number): void {
    this.op("local.get", local);
  }

  set(local: number): void {
    this.op("local.set", local);
  }

  tee(local: number): void {
    this.op("local.tee", local);
  }

  i32(value: number): void {
    this.op("i32.const", value | 0);
  }

  f32(value: number): void {
    this.op("f32.const", value);
  }

  f64(value: number): void {
    this.op("f64.const", value);
  }

  /** Takes what is on the stack into a new local. */
  save(type: WasmType): number {
    const local = this.local(type);
    this.set(local);
    return local;
  }

  block(type?: WasmType): Label {
    return this.open("block", type);
  }

  loop(type?: WasmType): Label {
    return this.open("loop", type);
  }

  if(type?: WasmType): Label {
    return this.open("if", type);
  }

  else(): void {
    this.op("else");
  }

  end(): void {
    this.depth--;
    this.op("end");
  }

  /** Runs `emit` inside of a block; branching to its label goes behind it. */
  within(emit: (end: Label) => void): void {
    const label = this.block();
    emit(label);
    this.end();
  }

  br(label: Label): void {
    this.op("br", this.depth - label);
  }

  brIf(label: Label): void {
    this.op("br_if", this.depth - label);
  }

  private open(name: Opcode, type: WasmType | undefined): Label {
    this.op(name, type === undefined ? EMPTY_BLOCK : typeCode(type));
    return ++this.depth;
  }

  /** The local that holds a value which the prologue computes; `emit` runs the first time that `key` is asked for. */
  once(key: string, type: WasmType, emit: () => void): number {
    const known = this.cached.get(key);
    if (known !== undefined) return known;
    const local = this.local(type);
    const outer = this.body;
    this.body = [];
    emit();
    this.set(local);
    this.prologue.push(...this.body);
    this.body = outer;
    this.cached.set(key, local);
    return local;
  }

  /** A constant vector of int32s: four, or one for all lanes. */
  ints(...values: readonly number[]): void {
    this.vector(`i${values.join()}`, () => new Int32Array(4).map((_, lane) => values[lane] ?? values[0] ?? 0));
  }

  /** A constant vector of four equal float32s. */
  floats(value: number): void {
    this.vector(`f${keyOf(value)}`, () => new Float32Array(4).fill(value));
  }

  /** A constant vector of two equal float64s. */
  doubles(value: number): void {
    this.vector(`d${keyOf(value)}`, () => new Float64Array(2).fill(value));
  }

  private vector(key: string, make: () => { readonly buffer: ArrayBufferLike }): void {
    this.get(this.once(key, "v128", () => this.op("v128.const", ...new Uint8Array(make().buffer))));
  }
}

function keyOf(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
