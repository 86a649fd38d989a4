// Hands out blocks of an address space that can grow at its end. Free blocks lie in classes by size, powers of two; neighbours
// that are free become one block. It knows addresses only: no memory.

const alignment = 64;
const classes = 33;

/** See above. Addresses and sizes are multiples of 64. */
export class BlockAllocator {
  /** Sizes of the blocks that are taken, and of those that are free, by address. */
  readonly #taken = new Map<number, number>();
  readonly #free = new Map<number, number>();
  /** Addresses of free blocks by their end, to find the left neighbour. */
  readonly #ends = new Map<number, number>();
  readonly #classes: ReadonlyArray<Set<number>> = Array.from({ length: classes }, () => new Set());
  #takenBytes = 0;

  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** The address of a block of at least `bytes`; `undefined` if there is none. */
  allocate(bytes: number): number | undefined {
    const size = roundUp(bytes);
    for (let index = classOf(size); index < classes; index++) {
      for (const address of this.#classes[index] as Set<number>) {
        const found = this.#free.get(address) as number;
        if (found < size) continue;
        this.#remove(address, found);
        if (found > size) this.#add(address + size, found - size);
        this.#taken.set(address, size);
        this.#takenBytes += size;
        return address;
      }
    }
    return undefined;
  }

  /** Takes a block back. */
  free(address: number): void {
    const size = this.#taken.get(address);
    if (size === undefined) throw new RangeError(`No block begins at ${address}.`);
    this.#taken.delete(address);
    this.#takenBytes -= size;
    this.extend(address, address + size);
  }

  /** Makes a part of the address space free that was not known before. */
  extend(from: number, to: number): void {
    const left = this.#ends.get(from);
    if (left !== undefined) this.#remove(left, from - left);
    const right = this.#free.get(to);
    if (right !== undefined) this.#remove(to, right);
    const start = left ?? from;
    this.#add(start, to + (right ?? 0) - start);
  }

  /** Bytes that are free at the end of the address space. */
  freeAt(end: number): number {
    const address = this.#ends.get(end);
    return address === undefined ? 0 : end - address;
  }

  #add(address: number, size: number): void {
    this.#free.set(address, size);
    this.#ends.set(address + size, address);
    this.#classes[classOf(size)]?.add(address);
  }

  #remove(address: number, size: number): void {
    this.#free.delete(address);
    this.#ends.delete(address + size);
    this.#classes[classOf(size)]?.delete(address);
  }
}

function roundUp(bytes: number): number {
  return Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
}

function classOf(size: number): number {
  return 31 - Math.clz32(Math.min(size, 0xffffffff));
}
