// A message of one task with plain arguments, written into memory that pool and worker share: for runtimes where a message costs much more
// than a wake-up. What it cannot hold goes by message. Who writes when, and who reads, is the runtime's business.

import { type HostMessage, taskStride } from "./protocol.js";

const maxArgs = 16;
const maxUnits = 512;
const headerNumbers = 5;

const kinds = { number: 0, undefined: 1, null: 2, true: 3, false: 4, string: 5 } as const;

/** How many bytes a letter takes. */
export const letterBytes: number = 8 * (headerNumbers + maxArgs) + 2 * maxUnits + maxArgs;

type RunMessage = HostMessage & { readonly type: "run" };

/** See above. One side writes, the other reads. */
export class Letter {
  /** id, slot, function, flags, how many arguments; then a number for each: its value, or the length of a text. */
  readonly #numbers: Float64Array;
  /** The texts, one after the other. */
  readonly #units: Uint16Array;
  readonly #kinds: Uint8Array;

  /** `offset` is a multiple of 8. */
  constructor(buffer: ArrayBufferLike, offset: number) {
    this.#numbers = new Float64Array(buffer, offset, headerNumbers + maxArgs);
    this.#units = new Uint16Array(buffer, offset + this.#numbers.byteLength, maxUnits);
    this.#kinds = new Uint8Array(buffer, offset + this.#numbers.byteLength + this.#units.byteLength, maxArgs);
  }

  // A lone task finds this code cold, so it is plain: loops and indices, no iterators.

  /** False if the message is another one, or too much. */
  write(message: HostMessage): boolean {
    if (message.type !== "run" || message.tasks.length !== taskStride) return false;
    if (message.define.length > 0 || (message.holes && message.holes.length > 0)) return false;
    const { tasks } = message;
    const fn = tasks[2];
    const args = tasks[4] as readonly unknown[];
    // A local function is named by an object.
    if (typeof fn !== "number" || args.length > maxArgs || !this.#writeArguments(args)) return false;
    const numbers = this.#numbers;
    numbers[0] = tasks[0] as number;
    numbers[1] = tasks[1] as number;
    numbers[2] = fn;
    numbers[3] = tasks[3] as number;
    numbers[4] = args.length;
    return true;
  }

  read(): RunMessage {
    const numbers = this.#numbers;
    const args = this.#readArguments(numbers[4] as number);
    return { type: "run", define: [], tasks: [numbers[0], numbers[1], numbers[2], numbers[3], args] };
  }

  #writeArguments(args: readonly unknown[]): boolean {
    let units = 0;
    for (let index = 0; index < args.length; index++) {
      const arg = args[index];
      const kind = kindOf(arg);
      if (kind === undefined) return false;
      this.#kinds[index] = kind;
      if (kind === kinds.number) this.#numbers[headerNumbers + index] = arg as number;
      if (kind !== kinds.string) continue;
      const text = arg as string;
      if (units + text.length > maxUnits) return false;
      this.#numbers[headerNumbers + index] = text.length;
      for (let unit = 0; unit < text.length; unit++) this.#units[units++] = text.charCodeAt(unit);
    }
    return true;
  }

  #readArguments(count: number): unknown[] {
    const args: unknown[] = [];
    for (let index = 0, units = 0; index < count; index++) {
      const kind = this.#kinds[index];
      const number = this.#numbers[headerNumbers + index] as number;
      if (kind === kinds.number) args.push(number);
      else if (kind === kinds.string) {
        args.push(String.fromCharCode(...this.#units.subarray(units, units + number)));
        units += number;
      } else if (kind === kinds.null) args.push(null);
      else args.push(kind === kinds.undefined ? undefined : kind === kinds.true);
    }
    return args;
  }
}

function kindOf(value: unknown): number | undefined {
  switch (typeof value) {
    case "number":
      return kinds.number;
    case "string":
      return kinds.string;
    case "undefined":
      return kinds.undefined;
    case "boolean":
      return value ? kinds.true : kinds.false;
    default:
      return value === null ? kinds.null : undefined;
  }
}
