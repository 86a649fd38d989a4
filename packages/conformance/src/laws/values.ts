// D1–D3, D12: what arguments and results may be, and what is said about those that they may not.

import { DataCloneError, type PortableForm, type Recipient, UnsupportedError } from "@everycore/core";
import { equals, holds, rejects, same } from "../assertions.js";
import type { LawTest } from "../law.js";
import { Parcel } from "../parcel.js";
import { portrait } from "../portrait.js";

/** Values that structured clone carries, by description. */
function createValues(): Record<string, unknown> {
  const cycle: Record<string, unknown> = { name: "cycle", list: [1, [2]] };
  cycle.self = cycle;
  const shared = { twice: true };
  const deep = Array.from({ length: 200 }).reduce<unknown>((inner) => ({ inner }), "bottom");
  return {
    "small values": [undefined, null, true, false, 0, -0, 1e-300, Number.NaN, Number.NEGATIVE_INFINITY, "", "ünï😀\0"],
    "large integers": [2n ** 100n, -(2n ** 64n), 0n, Number.MAX_SAFE_INTEGER],
    "nested objects": { a: { b: { c: [1, { d: "e" }] } }, "a key with spaces": 1, 7: "seven", undef: undefined },
    "a cycle": cycle,
    "one object twice": [shared, shared, { again: shared }],
    "a map": new Map<unknown, unknown>([
      ["a", 1],
      [{ key: true }, new Map([[-0, null]])],
    ]),
    "a set": new Set<unknown>([3, 1, 2, { inside: new Set(["x"]) }]),
    "a date and an invalid one": [new Date(86_400_000), new Date(Number.NaN)],
    "a regular expression": /a+(?<name>b)\/[c]/giu,
    "typed arrays": [
      Uint8Array.of(1, 2, 255),
      Int8Array.of(-1),
      Uint8ClampedArray.of(300),
      Int16Array.of(-2),
      Uint16Array.of(3),
      Int32Array.of(-4),
      Uint32Array.of(2 ** 31),
      Float32Array.of(0.5, -0, Number.NaN),
      Float64Array.of(Math.PI),
      BigInt64Array.of(-5n),
      BigUint64Array.of(6n),
    ],
    "buffers and views": [Uint8Array.of(9, 8).buffer, new DataView(new ArrayBuffer(4)), new Uint8Array(0)],
    "two views of one buffer": (() => {
      const { buffer } = Uint8Array.of(1, 2, 3, 4);
      return [new Uint8Array(buffer), new Uint16Array(buffer)];
    })(),
    "wrapper objects": [Object(1), Object("text"), Object(false), Object(1n)],
    "an error": new TypeError("as an argument", { cause: "reason" }),
    "a deep object": deep,
    // biome-ignore lint/suspicious/noSparseArray: holes are what this is about
    "a sparse array": [1, , 3],
    "a long string": "0123456789".repeat(20_000),
    "an object without a prototype": Object.assign(Object.create(null), { plain: true }),
    "keys of the prototype": JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'),
  };
}

const outer = { value: "kept" };

/** Arguments that cannot be sent, with the path at which the error must point. */
const unsendable: ReadonlyArray<readonly [args: () => unknown[], path: string]> = [
  [() => [() => 1], "args[0]"],
  [() => [1, { config: { onDone: () => 1 } }], "args[1].config.onDone"],
  [() => [[0, [Symbol("s")]]], "args[0][1][0]"],
  [() => [new Map([["key", { list: [1, () => 2] }]])], 'args[0].get("key").list[1]'],
  [() => [{ "not an identifier": { f() {} } }], 'args[0]["not an identifier"].f'],
  [() => [new WeakMap()], "args[0]"],
  [() => [{ later: Promise.resolve(1) }], "args[0].later"],
  [() => [{ signal: new AbortController().signal }], "args[0].signal"],
];

/** See the specification. */
export const valueLaws: readonly LawTest[] = [
  {
    law: "D1",
    title: "everything that structured clone carries arrives equal, both ways",
    async run(t) {
      const executor = await t.executor();
      for (const [what, value] of Object.entries(createValues())) {
        const [there, back] = await Promise.all([
          executor.submit(t.tasks.describe, value),
          executor.submit(t.tasks.identity, value),
        ]);
        same(there, portrait(value), `${what} arrives in the worker as it was sent`);
        equals(back, value, `${what} comes back as it was sent`);
      }
      same(({} as { polluted?: boolean }).polluted, undefined, "no prototype was polluted");
    },
  },
  {
    law: "D1",
    title: "arguments and results are copies",
    requires: ["isolated"],
    async run(t) {
      const executor = await t.executor();
      const back = await executor.submit(t.tasks.identity, outer);
      holds(back !== outer, "a result is a copy of the argument");
      const later = { list: [1] };
      const gate = t.gate();
      const future = executor.submit(t.tasks.hold, gate.token, later);
      gate.open();
      equals(await future, { list: [1] }, "the copy is equal");
    },
  },
  {
    law: "D1",
    title: "values keep their identity within one task, also in chunks",
    async run(t) {
      const executor = await t.executor();
      const shared = { id: 1 };
      const [a, b] = (await executor.submit(t.tasks.list, shared, shared)) as [object, object];
      same(a, b, "an object that is given twice is one object on the other side");
      const results = await executor
        .map(t.tasks.identity, [1, -0, Number.NaN, "x", undefined], { chunkSize: 2 })
        .toArray();
      equals(results, [1, -0, Number.NaN, "x", undefined], "chunks carry the same values");
    },
  },
  ...unsendable.map(
    ([args, path]): LawTest => ({
      law: "D2",
      title: `an argument that cannot be cloned fails with its path, ${path} (${portrait(args()).slice(0, 60)})`,
      async run(t) {
        const executor = await t.executor({ maxWorkers: 1 });
        const neighbours = [executor.submit(t.tasks.identity, "before")];
        const future = executor.submit(t.tasks.list, ...args());
        neighbours.push(executor.submit(t.tasks.identity, "after"));
        const error = await rejects(
          future,
          DataCloneError,
          /cannot be sent/,
          "an argument that cannot be cloned fails its task",
        );
        same(error.path, path, "the error has the path");
        holds(error.message.startsWith(path), `the message begins with the path: ${error.message}`);
        equals(await Promise.all(neighbours), ["before", "after"], "its neighbours run");
      },
    }),
  ),
  {
    law: "D2",
    title: "an uncloneable element of a map fails at its position",
    async run(t) {
      const executor = await t.executor();
      const results = executor.map(t.tasks.identity, [1, () => 2, 3] as unknown[]);
      same((await results.next()).value, 1, "the element before it is fine");
      await rejects(results.next(), DataCloneError, /args\[0\]/, "an uncloneable element fails at its position");
    },
  },
  {
    law: "D3",
    title: "a result that cannot be cloned fails its task with its path",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const future = executor.submit(t.tasks.unsendable);
      const error = await rejects(
        future,
        DataCloneError,
        /cannot be sent/,
        "a result that cannot be cloned fails its task",
      );
      same(error.path, "result.config.onDone", "the error has the path");
      const neighbours = await Promise.all([1, 2, 3].map((value) => executor.submit(t.tasks.identity, value)));
      equals(neighbours, [1, 2, 3], "the worker goes on");
    },
  },
  {
    law: "D12",
    title: "portable objects in arguments arrive as objects of their class, one that is given twice as one",
    async run(t) {
      const executor = await t.executor();
      const parcel = new Parcel(1, new Parcel(2, 3));
      const [first, second, one] = await executor.submit(
        t.tasks.weigh,
        { first: parcel },
        new Map([["second", parcel]]),
      );
      equals([first, second, one], [3, 3, true], "weights and identity");
      same(parcel.weight, 3, "the caller's is as it was");
    },
  },
  {
    law: "D12",
    title: "portable objects come back in results, of submit, map and stream",
    async run(t) {
      const executor = await t.executor();
      const [contents, packed] = (await executor.submit(t.tasks.pack, new Parcel(0))) as [Parcel, Parcel];
      holds(contents instanceof Parcel && packed instanceof Parcel, "a result holds objects of their class");
      same(packed.weight, 3, "with what was in them");
      const mapped = await executor.map(t.tasks.pack, [1, 2, 3], { chunkSize: 2 }).toArray();
      equals(
        mapped.map((pair) => (pair as [number, Parcel])[1].weight),
        [3, 3, 3],
        "chunks carry them",
      );
      const weights: number[] = [];
      for await (const parcel of executor.stream(t.tasks.parcels, 3)) weights.push(parcel.weight);
      equals(weights, [1, 2, 3], "streams carry them");
    },
  },
  {
    law: "D12",
    title: "portable objects travel in shared data and in async iterables",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2, shared: { parcel: new Parcel(1, 2, 3, 4) } });
      const weights = await Promise.all([executor.submit(t.tasks.sharedWeight), executor.submit(t.tasks.sharedWeight)]);
      equals(weights, [4, 4], "shared data holds objects of their class");
      async function* parcels() {
        yield new Parcel(1);
        yield new Parcel(1, 2);
      }
      equals(await executor.submit(t.tasks.weighAll, parcels()), [1, 2], "an iterable's values arrive so too");
    },
  },
  {
    law: "D12",
    title: "a portable object that refuses its recipient fails that submit",
    async run(t) {
      const executor = await t.executor();
      const refusing = {
        toPortable(recipient: Recipient): PortableForm {
          throw new UnsupportedError("this object", recipient.name, "Keep it.");
        },
      };
      await rejects(
        executor.submit(t.tasks.identity, refusing),
        UnsupportedError,
        /Keep it/,
        "its own error is the task's",
      );
      same(await executor.submit(t.tasks.identity, 1), 1, "the pool goes on");
    },
  },
];
