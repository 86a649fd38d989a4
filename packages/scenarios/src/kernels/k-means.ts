// Sorting flowers into three kinds by their measurements alone: atomics add up the groups, a reduction counts the changes.

import type { DeviceArray, KernelExecutor } from "@everycore/core";
import { kernel, reduction } from "@everycore/kernel";
import { expectEqual, type Scenario } from "../scenario.js";

/** A table of measurements, row by row. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  /** The true kind of each row. */
  readonly kinds: Int32Array;
}

/** The group of each row, the groups' centres, and how many rounds it took. */
export interface Groups {
  readonly group: Int32Array;
  readonly centres: Float32Array;
  readonly rounds: number;
}

const count = 3;
const mostRounds = 50;

/** Finds the nearest centre of each row; `changed` tells whether it is another one than before. */
const assign = kernel(
  (thread, columns: number, values: Float32Array, centres: Float32Array, group: Int32Array, changed: Int32Array) => {
    const row = thread.x;
    let nearest = 0;
    let least = Infinity;
    for (let k = 0; k < count; k++) {
      let distance = 0;
      for (let j = 0; j < columns; j++) {
        const difference = (values[row * columns + j] as number) - (centres[k * columns + j] as number);
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        nearest = k;
      }
    }
    changed[row] = nearest === group[row] ? 0 : 1;
    group[row] = nearest;
  },
  () => ({ count }),
);

/** Adds each row to the sums of its group. */
const addUp = kernel(
  (thread, columns: number, values: Float32Array, group: Int32Array, sums: Float32Array, sizes: Int32Array) => {
    const row = thread.x;
    const k = group[row] as number;
    thread.atomicAdd(sizes, k, 1);
    for (let j = 0; j < columns; j++) thread.atomicAdd(sums, k * columns + j, values[row * columns + j] as number);
  },
);

/** The centres are the means; the sums go back to zero. */
const average = kernel((thread, columns: number, sums: Float32Array, sizes: Int32Array, centres: Float32Array) => {
  const i = thread.x;
  const size = sizes[Math.floor(i / columns)] as number;
  if (size > 0) centres[i] = (sums[i] as number) / size;
  sums[i] = 0;
});

const total = reduction({ combine: (a, b) => a + b, identity: 0 });

/** Makes the scenario. */
export function kMeans(): Scenario<Table, Groups, KernelExecutor> {
  return {
    name: "k-means",
    title: "Group flowers",
    description:
      "Sorts the 150 irises of Fisher's table into three groups (Lloyd's method). Checked: the known sizes of the groups, the known sum of " +
      "squares, and how many flowers are with their own kind.",
    requires: ["kernels", "atomics"],
    prepare: async ({ host }) => parseTable(await host.samples.iris()),
    serial: async ({ input }) => groupSerially(input),
    run: async ({ executor, input }) => groupOn(executor, input),
    check: async (outcome, { input }) => checkGroups(outcome, input),
    describe: (outcome) => `groups of ${sizesOf(outcome.group).join(", ")} flowers after ${outcome.rounds} rounds`,
  };
}

/** "rows,columns,kinds…" and then one line a row: the measurements and the number of the kind. */
function parseTable(text: string): Table {
  const [head = "", ...lines] = text.trim().split(/\r?\n/);
  const [rows = 0, columns = 0] = head.split(",").map(Number);
  const numbers = lines.slice(0, rows).map((line) => line.split(",").map(Number));
  return {
    rows,
    columns,
    values: Float32Array.from(numbers.flatMap((row) => row.slice(0, columns))),
    kinds: Int32Array.from(numbers, (row) => row[columns] as number),
  };
}

/** One flower of each third of the table. */
function firstCentres({ rows, columns, values }: Table): Float32Array {
  return Float32Array.from({ length: count * columns }, (_, i) => {
    const row = Math.floor((Math.floor(i / columns) * rows) / count);
    return values[row * columns + (i % columns)] as number;
  });
}

async function groupOn(executor: KernelExecutor, table: Table): Promise<Groups> {
  const { rows, columns } = table;
  using values = executor.array(table.values);
  using centres = executor.array(firstCentres(table));
  using group = executor.array(new Int32Array(rows).fill(-1));
  using changed = executor.array("int32", rows);
  using sums = executor.array("float32", count * columns);
  let rounds = 0;
  let changes = 1;
  while (changes > 0 && rounds < mostRounds) {
    using sizes: DeviceArray<Int32Array> = executor.array("int32", count);
    executor.submit(assign.over(rows), columns, values, centres, group, changed);
    executor.submit(addUp.over(rows), columns, values, group, sums, sizes);
    executor.submit(average.over(count * columns), columns, sums, sizes, centres);
    changes = await executor.submit(total, changed);
    rounds++;
  }
  return { group: await group.read(), centres: await centres.read(), rounds };
}

function groupSerially(table: Table): Groups {
  const { rows, columns, values } = table;
  const centres = firstCentres(table);
  const group = new Int32Array(rows).fill(-1);
  let rounds = 0;
  for (let changes = 1; changes > 0 && rounds < mostRounds; rounds++) {
    changes = 0;
    for (let row = 0; row < rows; row++) {
      const nearest = nearestCentre(table, centres, row);
      if (nearest !== group[row]) changes++;
      group[row] = nearest;
    }
    for (let k = 0; k < count; k++) {
      const members = Array.from({ length: rows }, (_, row) => row).filter((row) => group[row] === k);
      for (let j = 0; j < columns; j++) {
        const sum = members.reduce((left, row) => left + (values[row * columns + j] as number), 0);
        if (members.length > 0) centres[k * columns + j] = sum / members.length;
      }
    }
  }
  return { group, centres, rounds };
}

function nearestCentre(table: Table, centres: Float32Array, row: number): number {
  const distances = Array.from({ length: count }, (_, k) => squaredDistance(table, centres, row, k));
  return distances.indexOf(Math.min(...distances));
}

function squaredDistance({ columns, values }: Table, centres: Float32Array, row: number, k: number): number {
  let distance = 0;
  for (let j = 0; j < columns; j++) {
    distance += ((values[row * columns + j] as number) - (centres[k * columns + j] as number)) ** 2;
  }
  return distance;
}

function sizesOf(group: Int32Array): number[] {
  return Array.from({ length: count }, (_, k) => group.reduce((size, member) => size + (member === k ? 1 : 0), 0));
}

/** The optimum of this table for three groups is well known: 50, 62 and 38 flowers, a sum of squares of 78.85. */
function checkGroups({ group, centres }: Groups, table: Table): string[] {
  const squares = group.reduce((sum, k, row) => sum + squaredDistance(table, centres, row, k), 0);
  const right = group.reduce((sum, k, row) => sum + (k === table.kinds[row] ? 1 : 0), 0);
  return [
    ...expectEqual("the groups' sizes", sizesOf(group).join(", "), "50, 62, 38"),
    ...expectEqual("how many flowers are with their own kind", right, 134),
    ...(Math.abs(squares - 78.8514) < 0.001 ? [] : [`the sum of squares is ${squares} instead of 78.851`]),
  ];
}
