// Reading, writing and atomics of arrays, as functions in WGSL: one for each array and kind of access that a program has.
//
// Elements of one or two bytes lie packed in words, as on the host: copies need no conversion, a quarter of the memory is moved, and
// a GPUBuffer can be handed out as it is. A store changes its bits of the word by two atomic operations, so that neighbours in one
// word may write at once. In shared memory, which no one copies, each of them has a word of its own.
//
// A binding is an array of words of one type: that of the elements where all arrays in it have the same, else u32; atomic where a
// program has atomics or packed stores in it.

import {
  type ArrayRef,
  type Atomic,
  bytesOf,
  type ElementType,
  type Program,
  type Statement,
  type ValueType,
  valueTypeOf,
} from "@everycore/kernel/ir";
import type { Shader } from "./operations.js";
import type { ShaderShape } from "./shader-shape.js";
import { typeName, zeroOf } from "./types.js";

/** A binding, or a shared array: words of one type. */
interface Words {
  readonly name: string;
  readonly type: "i32" | "u32" | "f32" | "bool";
  readonly atomic: boolean;
  readonly writable: boolean;
}

/** See above. */
export class ArrayAccess {
  readonly #program: Program;
  readonly #shape: ShaderShape;
  readonly #shader: Shader;
  readonly #bindings: readonly Words[];
  readonly #shared: readonly Words[];

  constructor(program: Program, shape: ShaderShape, shader: Shader, bodies: ReadonlyArray<readonly Statement[]>) {
    this.#program = program;
    this.#shape = shape;
    this.#shader = shader;
    const atomics = atomicArrays(bodies);
    this.#bindings = bindingsOf(program, shape, atomics);
    this.#shared = program.shared.map((array, index) => sharedWords(array.element, index, atomics));
    this.#declare();
  }

  /** Whether what a program reads there is the same for all threads, if the index is. */
  isOnlyRead({ space, index }: ArrayRef): boolean {
    return space === "parameter" && !this.#words({ space, index }).writable;
  }

  /** Number of elements, as i32. */
  length({ space, index }: ArrayRef): string {
    return space === "shared" ? `${this.#program.shared[index]?.length}i` : `i32(frame.length_${index})`;
  }

  /** The name of the function that reads an element. */
  load(array: ArrayRef): string {
    const { index, space } = array;
    return this.#shader.once(`load_${letter(array)}${index}`, () => {
      const words = this.#words(array);
      const type = valueTypeOf(this.#element(array));
      const value = space === "shared" ? fromWord(words, type, `${words.name}[at]`) : this.#loaded(array, words, type);
      this.#shader.add(
        `fn load_${letter(array)}${index}(index: i32) -> ${typeName(type)} {
  if (u32(index) < ${this.#bound(array)}) {
    let at = ${this.#at(array)};
    return ${value};
  }
  return ${zeroOf(type)};
}`,
      );
    });
  }

  /** The name of the function that writes an element. */
  store(array: ArrayRef): string {
    return this.#shader.once(`store_${letter(array)}${array.index}`, () => {
      const type = valueTypeOf(this.#element(array));
      const body = array.space === "shared" ? this.#sharedStore(array, type) : this.#stored(array, type);
      this.#shader.add(
        `fn store_${letter(array)}${array.index}(index: i32, value: ${typeName(type)}) {
  if (u32(index) < ${this.#bound(array)}) {
    let at = ${this.#at(array)};
    ${body}
  }
}`,
      );
    });
  }

  /** The name of the function that does an atomic operation and gives the old value. */
  atomic(array: ArrayRef, operator: Atomic["operator"]): string {
    const name = `atomic_${operator}_${letter(array)}${array.index}`;
    return this.#shader.once(name, () => {
      const type = this.#element(array) as ValueType;
      const words = this.#words(array);
      const more = operator === "compareExchange" ? `, expected: ${typeName(type)}` : "";
      this.#shader.add(
        `fn ${name}(index: i32, value: ${typeName(type)}${more}) -> ${typeName(type)} {
  if (u32(index) < ${this.#bound(array)}) {
    let at = ${this.#at(array)};
${this.#atomicBody(words, type, operator)}
  }
  return ${zeroOf(type)};
}`,
      );
    });
  }

  #declare(): void {
    this.#bindings.forEach(({ name, type, atomic, writable }, index) => {
      const access = writable ? "read_write" : "read";
      const word = atomic ? `atomic<${type}>` : type;
      this.#shader.add(`@group(0) @binding(${index + 1}) var<storage, ${access}> ${name}: array<${word}>;`);
    });
    this.#shared.forEach(({ name, type, atomic }, index) => {
      const word = atomic ? `atomic<${type}>` : type;
      this.#shader.add(`var<workgroup> ${name}: array<${word}, ${this.#program.shared[index]?.length}>;`);
    });
  }

  #element({ space, index }: ArrayRef): ElementType {
    const list = space === "shared" ? this.#program.shared : this.#program.arrays;
    return (list[index] as { element: ElementType }).element;
  }

  #words({ space, index }: ArrayRef): Words {
    if (space === "shared") return this.#shared[index] as Words;
    return this.#bindings[this.#shape.places[index]?.binding as number] as Words;
  }

  #bound({ space, index }: ArrayRef): string {
    return space === "shared" ? `${this.#program.shared[index]?.length}u` : `frame.length_${index}`;
  }

  #at({ space, index }: ArrayRef): string {
    const shifted = space === "parameter" && this.#shape.places[index]?.shifted;
    return shifted ? `u32(index) + frame.offset_${index}` : "u32(index)";
  }

  #loaded(array: ArrayRef, words: Words, type: ValueType): string {
    const element = this.#element(array);
    const width = 8 * bytesOf(element);
    if (width === 32) return fromWord(words, type, `${words.name}[at]`);
    const word = wordRead(words, `${words.name}[${wordIndex(width)}]`);
    const signed = element === "int8" || element === "int16";
    const bits = signed ? cast("i32", words.type, word) : cast("u32", words.type, word);
    const part = `extractBits(${bits}, ${bitIndex(width)}, ${width}u)`;
    return element === "bool" ? `${part} != 0u` : signed ? part : `i32(${part})`;
  }

  #stored(array: ArrayRef, type: ValueType): string {
    const words = this.#words(array);
    const width = 8 * bytesOf(this.#element(array));
    if (width === 32) return write(words, `${words.name}[at]`, cast(words.type, typeName(type), "value"));
    const bits = type === "bool" ? "u32(value)" : `(bitcast<u32>(value) & ${width === 8 ? "0xffu" : "0xffffu"})`;
    return `let shift = ${bitIndex(width)};
    atomicAnd(&${words.name}[${wordIndex(width)}], ~(${width === 8 ? "0xffu" : "0xffffu"} << shift));
    atomicOr(&${words.name}[${wordIndex(width)}], ${bits} << shift);`;
  }

  #sharedStore(array: ArrayRef, type: ValueType): string {
    const words = this.#words(array);
    return write(words, `${words.name}[at]`, cast(words.type, typeName(type), wrapped(this.#element(array))));
  }

  #atomicBody(words: Words, type: ValueType, operator: Atomic["operator"]): string {
    const place = `&${words.name}[at]`;
    const value = cast(words.type, typeName(type), "value");
    if (operator === "exchange") return back(words, type, `atomicExchange(${place}, ${value})`);
    const ordered = operator === "min" || operator === "max";
    if (operator === "compareExchange") {
      const expected = cast(words.type, typeName(type), "expected");
      return `    loop {
      let result = atomicCompareExchangeWeak(${place}, ${expected}, ${value});
      if (result.exchanged || result.old_value != ${expected}) { return ${cast(typeName(type), words.type, "result.old_value")}; }
    }`;
    }
    if (type === "float32" || (ordered && words.type !== typeName(type))) return this.#swapLoop(words, type, operator);
    const name = `atomic${operator === "subtract" ? "Sub" : operator.charAt(0).toUpperCase() + operator.slice(1)}`;
    return back(words, type, `${name}(${place}, ${value})`);
  }

  /** For what the device has no atomic operation: compare and swap until nobody came between. */
  #swapLoop(words: Words, type: ValueType, operator: Atomic["operator"]): string {
    const own = typeName(type);
    const next = type === "float32" ? this.#floatStep(operator) : `${operator}(old, value)`;
    return `    var seen = atomicLoad(&${words.name}[at]);
    loop {
      let old = ${cast(own, words.type, "seen")};
      let result = atomicCompareExchangeWeak(&${words.name}[at], seen, ${cast(words.type, own, next)});
      if (result.exchanged) { return old; }
      seen = result.old_value;
    }`;
  }

  #floatStep(operator: Atomic["operator"]): string {
    if (operator === "add") return "old + value";
    return `${this.#shader.operation(operator === "min" ? "least" : "greatest")}(old, value)`;
  }
}

function letter({ space }: ArrayRef): string {
  return space === "shared" ? "s" : "a";
}

function key({ space, index }: ArrayRef): string {
  return `${space} ${index}`;
}

function wordIndex(width: number): string {
  return width === 8 ? "at >> 2u" : "at >> 1u";
}

function bitIndex(width: number): string {
  return width === 8 ? "(at & 3u) * 8u" : "(at & 1u) * 16u";
}

function wordRead({ atomic }: Words, place: string): string {
  return atomic ? `atomicLoad(&${place})` : place;
}

function fromWord(words: Words, type: ValueType, place: string): string {
  return cast(typeName(type), words.type, wordRead(words, place));
}

function write({ atomic }: Words, place: string, value: string): string {
  return atomic ? `atomicStore(&${place}, ${value});` : `${place} = ${value};`;
}

function back(words: Words, type: ValueType, value: string): string {
  return `    return ${cast(typeName(type), words.type, value)};`;
}

function cast(to: string, from: string, value: string): string {
  return to === from ? value : `bitcast<${to}>(${value})`;
}

/** A value as an element of this type keeps it, in a word. */
function wrapped(element: ElementType): string {
  switch (element) {
    case "int8":
      return "extractBits(value, 0u, 8u)";
    case "int16":
      return "extractBits(value, 0u, 16u)";
    case "uint8":
      return "(value & 0xffi)";
    case "uint16":
      return "(value & 0xffffi)";
    default:
      return "value";
  }
}

function sharedWords(element: ElementType, index: number, atomics: ReadonlySet<string>): Words {
  const atomic = atomics.has(key({ space: "shared", index }));
  const own = typeName(valueTypeOf(element)) as Words["type"];
  return { name: `shared_${index}`, type: atomic && own === "f32" ? "u32" : own, atomic, writable: true };
}

function bindingsOf({ arrays }: Program, { places }: ShaderShape, atomics: ReadonlySet<string>): Words[] {
  const bindings: Words[] = [];
  places.forEach(({ binding }) => {
    const members = arrays.flatMap((array, index) => (places[index]?.binding === binding ? [{ array, index }] : []));
    const writable = members.some(({ array }) => array.access !== "read");
    const packed = members.some(({ array }) => bytesOf(array.element) < 4);
    const packedStores = members.some(({ array }) => bytesOf(array.element) < 4 && array.access !== "read");
    const atomic = packedStores || members.some(({ index }) => atomics.has(key({ space: "parameter", index })));
    const types = new Set(members.map(({ array }) => typeName(valueTypeOf(array.element)) as Words["type"]));
    const [own = "u32"] = types;
    const type = packed || types.size > 1 || (atomic && own === "f32") ? "u32" : own;
    bindings[binding] = { name: `array_${binding}`, type, atomic, writable };
  });
  return bindings;
}

/** The arrays that have atomic operations. */
function atomicArrays(lists: ReadonlyArray<readonly Statement[]>): Set<string> {
  const found = new Set<string>();
  const walk = (list: readonly Statement[]): void => {
    for (const statement of list) {
      if (statement.kind === "atomic") found.add(key(statement.array));
      else if (statement.kind === "if") [statement.then, statement.otherwise].forEach(walk);
      else if (statement.kind === "loop") [statement.body, statement.update].forEach(walk);
      else if (statement.kind === "block") walk(statement.body);
    }
  };
  lists.forEach(walk);
  return found;
}
