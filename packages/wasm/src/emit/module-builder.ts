// A module under construction: its imports, functions and exports, written as bytes or as text.
// Small functions that several places call (slow paths) are made once, by name.

import { ByteWriter, type Instruction, typeCode, type WasmType } from "./encoder.js";
import { FunctionBuilder } from "./function-builder.js";
import { immediateKindOf } from "./opcodes.js";

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const MAX_PAGES = 65536;

interface MathImport {
  readonly name: string;
  readonly arity: number;
}

export class ModuleBuilder {
  readonly functions: FunctionBuilder[] = [];
  private readonly math: MathImport[];
  private readonly exported = new Map<string, FunctionBuilder>();
  private readonly byName = new Map<string, FunctionBuilder>();
  private readonly sharedMemory: boolean;

  /** The imported functions must be known at the beginning, because they come first in the numbering. */
  constructor(sharedMemory: boolean, math: readonly MathImport[]) {
    this.sharedMemory = sharedMemory;
    this.math = [...math];
  }

  get mathNames(): string[] {
    return this.math.map((entry) => entry.name);
  }

  /** Number of an imported function of Math. */
  mathIndex(name: string): number {
    const index = this.math.findIndex((entry) => entry.name === name);
    if (index < 0) throw new Error(`The compiler did not import math.${name}: report this, it is a bug.`);
    return index;
  }

  function(name: string, parameters: readonly WasmType[], results: readonly WasmType[]): FunctionBuilder {
    const builder = new FunctionBuilder(name, parameters, results);
    this.functions.push(builder);
    return builder;
  }

  export(builder: FunctionBuilder): void {
    this.exported.set(builder.name, builder);
  }

  /** Number of the function called `name`, which `emit` fills when it is asked for the first time. */
  helper(
    name: string,
    parameters: readonly WasmType[],
    results: readonly WasmType[],
    emit: (fn: FunctionBuilder) => void,
  ): number {
    let builder = this.byName.get(name);
    if (builder === undefined) {
      builder = this.function(name, parameters, results);
      this.byName.set(name, builder);
      emit(builder);
    }
    return this.indexOf(builder);
  }

  private indexOf(builder: FunctionBuilder): number {
    return this.math.length + this.functions.indexOf(builder);
  }

  encode(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    out.append(MAGIC);
    const types = new TypeTable();
    const mathTypes = this.math.map(({ arity }) => types.index(Array<WasmType>(arity).fill("f64"), ["f64"]));
    const functionTypes = this.functions.map((fn) => types.index(fn.parameters, fn.results));
    section(out, 1, () => types.write(out));
    section(out, 2, () => this.writeImports(out, mathTypes));
    section(out, 3, () => writeAll(out, functionTypes, (type) => out.unsigned(type)));
    section(out, 7, () => this.writeExports(out));
    section(out, 10, () => writeAll(out, this.functions, (fn) => writeFunction(out, fn)));
    return out.result();
  }

  private writeImports(out: ByteWriter, mathTypes: readonly number[]): void {
    out.unsigned(1 + this.math.length);
    out.text("env");
    out.text("memory");
    out.byte(2);
    out.byte(this.sharedMemory ? 3 : 0);
    out.unsigned(0);
    if (this.sharedMemory) out.unsigned(MAX_PAGES);
    for (const [i, { name }] of this.math.entries()) {
      out.text("math");
      out.text(name);
      out.byte(0);
      out.unsigned(mathTypes[i] ?? 0);
    }
  }

  private writeExports(out: ByteWriter): void {
    writeAll(out, [...this.exported], ([name, builder]) => {
      out.text(name);
      out.byte(0);
      out.unsigned(this.indexOf(builder));
    });
  }

  /** The module as text, for people. */
  print(): string {
    const memory = this.sharedMemory ? "(memory 0 65536 shared)" : "(memory 0)";
    const imports = [`  (import "env" "memory" ${memory})`, ...this.math.map((entry) => this.printImport(entry))];
    return ["(module", ...imports, ...this.functions.map((fn) => this.printFunction(fn)), ")"].join("\n");
  }

  private printImport({ name, arity }: MathImport): string {
    return `  (import "math" "${name}" (func $${name} (param${" f64".repeat(arity)}) (result f64)))`;
  }

  private printFunction(fn: FunctionBuilder): string {
    const names = [...this.mathNames, ...this.functions.map((each) => each.name)];
    const head = [`  (func $${fn.name}`];
    if (this.exported.has(fn.name)) head.push(`(export "${fn.name}")`);
    if (fn.parameters.length > 0) head.push(`(param ${fn.parameters.join(" ")})`);
    if (fn.results.length > 0) head.push(`(result ${fn.results.join(" ")})`);
    const locals = fn.locals.length > 0 ? [`    (local ${fn.locals.join(" ")})`] : [];
    return [head.join(" "), ...locals, ...printBody([...fn.prologue, ...fn.body], names), "  )"].join("\n");
  }
}

class TypeTable {
  private readonly keys: string[] = [];
  private readonly entries: [readonly WasmType[], readonly WasmType[]][] = [];

  index(parameters: readonly WasmType[], results: readonly WasmType[]): number {
    const key = `${parameters.join()}:${results.join()}`;
    const known = this.keys.indexOf(key);
    if (known >= 0) return known;
    this.keys.push(key);
    return this.entries.push([parameters, results]) - 1;
  }

  write(out: ByteWriter): void {
    writeAll(out, this.entries, (entry) => {
      out.byte(0x60);
      for (const list of entry) writeAll(out, list, (type) => out.byte(typeCode(type)));
    });
  }
}

function section(out: ByteWriter, id: number, write: () => void): void {
  out.byte(id);
  out.sized(write);
}

function writeAll<T>(out: ByteWriter, list: readonly T[], write: (item: T) => void): void {
  out.unsigned(list.length);
  for (const item of list) write(item);
}

function writeFunction(out: ByteWriter, fn: FunctionBuilder): void {
  out.sized(() => {
    writeLocals(out, fn.locals);
    for (const instruction of fn.prologue) out.instruction(instruction);
    for (const instruction of fn.body) out.instruction(instruction);
    out.byte(0x0b);
  });
}

/** Neighbours of one type are one entry. */
function writeLocals(out: ByteWriter, locals: readonly WasmType[]): void {
  const starts = locals.flatMap((type, i) => (type === locals[i - 1] ? [] : [i]));
  writeAll(out, starts, (start) => {
    let end = start;
    while (locals[end] === locals[start] && end < locals.length) end++;
    out.unsigned(end - start);
    out.byte(typeCode(locals[start] as WasmType));
  });
}

function printBody(instructions: readonly Instruction[], functions: readonly string[]): string[] {
  let depth = 2;
  return instructions.map((instruction) => {
    const { name } = instruction;
    if (name === "end" || name === "else") depth--;
    const line = "  ".repeat(depth) + printInstruction(instruction, functions);
    if (name === "else" || immediateKindOf(name) === "blockType") depth++;
    return line;
  });
}

const printedTypes: Readonly<Record<number, string>> = { 127: "i32", 125: "f32", 124: "f64", 123: "v128" };

function printInstruction({ name, immediates }: Instruction, functions: readonly string[]): string {
  const [first = 0, second = 0] = immediates;
  switch (immediateKindOf(name)) {
    case "none":
    case "fill":
      return name;
    case "blockType":
      return printedTypes[first] === undefined ? name : `${name} (result ${printedTypes[first]})`;
    case "memory":
    case "memoryLane":
      return [name, ...(second > 0 ? [`offset=${second}`] : []), ...immediates.slice(2)].join(" ");
    case "bytes":
      return name === "v128.const" ? `v128.const i8x16 ${immediates.join(" ")}` : `${name} ${immediates.join(" ")}`;
    case "f32":
    case "f64":
      return `${name} ${Object.is(first, -0) ? "-0" : String(first).replace("Infinity", "inf").replace("NaN", "nan")}`;
    default:
      return name === "call" ? `call $${functions[first] ?? first}` : `${name} ${immediates.join(" ")}`;
  }
}
