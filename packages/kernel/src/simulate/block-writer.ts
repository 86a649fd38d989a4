// Writes basic blocks: operations that follow each other, and the jumps between them. What goes into them is for lower.ts.

import { type BasicBlock, ended, type Operation, waiting } from "./code.js";

/** One block is open at a time; operations are added to its end. */
export class BlockWriter {
  readonly blocks: BasicBlock[] = [];
  #current: BasicBlock;

  constructor() {
    this.#current = this.#newBlock();
  }

  emit(operation: Operation): void {
    this.#current.operations.push(operation);
  }

  /** Goes on in a new block, and gives its number. */
  begin(): number {
    this.#current = this.#newBlock();
    return this.blocks.length - 1;
  }

  /** Where to go after the open block. */
  jump(place: number): void {
    this.#current.next = place;
  }

  /** Jumps; what follows cannot be reached, but is written all the same. */
  leaveTo(place: number): void {
    this.jump(place);
    this.begin();
  }

  /** Jumps to a new block, and goes on there; gives its number. */
  beginNext(): number {
    const before = this.#current;
    before.next = this.begin();
    return before.next;
  }

  /** Waits at a barrier; gives the number of the block behind it. */
  wait(): number {
    const before = this.#current;
    const resume = this.begin();
    before.next = waiting(resume);
    return resume;
  }

  /** A block to jump to before its place has come. */
  reserve(): number {
    this.#newBlock();
    return this.blocks.length - 1;
  }

  /** Goes on in a reserved block. */
  open(place: number): void {
    this.#current = this.blocks[place] as BasicBlock;
  }

  /** Goes on in a new block if the slot is not 0, else jumps to `place`. */
  jumpUnless(condition: number, place: number): void {
    const fork = this.#current;
    fork.condition = condition;
    fork.alternative = place;
    fork.next = this.begin();
  }

  /**
   * Writes two ways that meet again, and goes on where they do. Each way is written when the number of its block is known; the
   * meeting place is only known after them.
   */
  branch(condition: number, then: () => void, otherwise: () => void): void {
    const fork = this.#current;
    fork.condition = condition;
    fork.next = this.begin();
    then();
    const thenEnd = this.#current;
    fork.alternative = this.begin();
    otherwise();
    const otherwiseEnd = this.#current;
    const meeting = this.begin();
    thenEnd.next = meeting;
    otherwiseEnd.next = meeting;
  }

  #newBlock(): BasicBlock {
    const block: BasicBlock = { operations: [], condition: -1, next: ended, alternative: ended };
    this.blocks.push(block);
    return block;
  }
}
