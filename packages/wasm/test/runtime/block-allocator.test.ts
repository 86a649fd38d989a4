import { describe, expect, test } from "vitest";
import { BlockAllocator } from "../../src/block-allocator.js";

describe("BlockAllocator", () => {
  test("neighbours that are free become one block again, in any order", () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ]) {
      const blocks = new BlockAllocator();
      blocks.extend(64, 64 + 192);
      const addresses = [blocks.allocate(64), blocks.allocate(1), blocks.allocate(64)] as number[];
      expect(blocks.allocate(1)).toBe(undefined);
      for (const index of order) blocks.free(addresses[index] as number);
      expect(blocks.takenBytes).toBe(0);
      expect(blocks.allocate(192)).toBe(64);
    }
  });

  test("a block is freed once", () => {
    const blocks = new BlockAllocator();
    blocks.extend(0, 640);
    const address = blocks.allocate(64) as number;
    blocks.free(address);
    expect(() => blocks.free(address)).toThrow(`No block begins at ${address}`);
  });

  test("random blocks never overlap, are aligned, and all memory comes back", () => {
    const seed = Date.now() & 0xffff;
    let state = seed;
    const random = (limit: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const blocks = new BlockAllocator();
    let end = 1 << 16;
    blocks.extend(0, end);
    const taken: Array<{ address: number; size: number }> = [];
    for (let round = 0; round < 5000; round++) {
      if (random(2) === 0 && taken.length > 0) {
        const [block] = taken.splice(random(taken.length), 1);
        blocks.free((block as { address: number }).address);
      } else {
        const size = 1 + random(2 ** random(14));
        let address = blocks.allocate(size);
        if (address === undefined) {
          blocks.extend(end, end + (1 << 16));
          end += 1 << 16;
          address = blocks.allocate(size) as number;
        }
        expect(address % 64, `seed ${seed}`).toBe(0);
        for (const other of taken) {
          const apart = address + size <= other.address || other.address + other.size <= address;
          if (!apart) expect.fail(`blocks overlap: seed ${seed}, round ${round}`);
        }
        taken.push({ address, size });
      }
    }
    for (const { address } of taken) blocks.free(address);
    expect(blocks.takenBytes).toBe(0);
    expect(blocks.allocate(end), `seed ${seed}`).toBe(0);
  });
});
