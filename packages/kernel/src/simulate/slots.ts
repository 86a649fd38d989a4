// Slots of the frame that a program's own layout does not have: constants, and temporaries, which are used anew for each statement.

/** Gives out slots behind those of the layout. */
export class Slots {
  #end: number;
  readonly #constants = new Map<string, readonly [slot: number, value: number]>();
  #temporaries: number[] = [];
  #usedTemporaries = 0;

  constructor(first: number) {
    this.#end = first;
  }

  /** How many slots the frame has. */
  get end(): number {
    return this.#end;
  }

  /** What every frame begins with. */
  get constants(): readonly (readonly [slot: number, value: number])[] {
    return [...this.#constants.values()];
  }

  /** The first of `count` slots in a row. */
  reserve(count: number): number {
    const first = this.#end;
    this.#end += count;
    return first;
  }

  /** The slot of a constant. */
  constant(value: number): number {
    const key = Object.is(value, -0) ? "-0" : String(value);
    const known = this.#constants.get(key);
    if (known !== undefined) return known[0];
    const slot = this.#end++;
    this.#constants.set(key, [slot, value]);
    return slot;
  }

  /** A slot that is free until the next statement. */
  temporary(): number {
    const place = this.#usedTemporaries++;
    const slot = this.#temporaries[place] ?? this.#end++;
    this.#temporaries[place] = slot;
    return slot;
  }

  /** A new statement begins. */
  freeTemporaries(): void {
    this.#usedTemporaries = 0;
  }

  /** Lowers statements in the middle of another one, whose temporaries stay as they are. */
  nested(lower: () => void): void {
    const outer = [this.#temporaries, this.#usedTemporaries] as const;
    this.#temporaries = [];
    lower();
    [this.#temporaries, this.#usedTemporaries] = outer;
  }
}
