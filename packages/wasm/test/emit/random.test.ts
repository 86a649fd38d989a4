import { describe, it } from "vitest";
import { randomProgram } from "../../../kernel/test/ir/random-grid.js";
import { compare } from "./comparison.js";

const PROGRAMS = Number(process.env.PROGRAMS ?? 150);
const FIRST = Number(process.env.SEED ?? 1);
const groups = [
  [4, 1, 1],
  [16, 1, 1],
  [9, 2, 2],
  [11, 3, 1],
  [40, 1, 1],
] as const;

describe("random programs", () => {
  it(`give what the simulator gives, bit for bit: ${PROGRAMS} from seed ${FIRST}`, { timeout: 600_000 }, () => {
    for (let seed = FIRST; seed < FIRST + PROGRAMS; seed++) compare({ program: randomProgram(seed).program, seed });
  });

  it(`do so with barriers and shared arrays: ${PROGRAMS / 2}`, { timeout: 600_000 }, () => {
    for (let seed = FIRST; seed < FIRST + PROGRAMS / 2; seed++) {
      compare({ program: randomProgram(seed, true).program, seed, group: groups[seed % groups.length] as never });
    }
  });
});
