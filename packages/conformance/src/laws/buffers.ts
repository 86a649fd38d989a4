// D4–D6, D8: buffers: how much is sent, who owns it afterwards, and who shares it.

import { move, UnsupportedError } from "@everycore/core";
import { equals, holds, rejects, same } from "../assertions.js";
import type { LawTest } from "../law.js";

interface BufferHost {
  readonly Buffer?: { from(text: string): Uint8Array };
}

const large = 64 * 2 ** 20;

/** See the specification. */
export const bufferLaws: readonly LawTest[] = [
  {
    law: "D4",
    title: "a subarray sends its own bytes, as argument and as result",
    async run(t) {
      const executor = await t.executor();
      const whole = new Uint8Array(2 ** 20).fill(3);
      for (const view of [
        whole.subarray(8, 24),
        new Float32Array(whole.buffer, 64, 4),
        new DataView(whole.buffer, 100, 16),
      ]) {
        same(await executor.submit(t.tasks.bytesBehind, view), 16, "a view of 16 bytes sends 16 bytes");
      }
      same(await executor.submit(t.tasks.sumOf, whole.subarray(8, 24)), 48, "they are the right ones");
      const nested = { deep: [whole.subarray(0, 2)] };
      const back = await executor.submit(t.tasks.identity, nested);
      same(back.deep[0]?.buffer.byteLength, 2, "also deep inside");
      same(whole.byteLength, 2 ** 20, "the whole buffer stays with the caller");
      const middle = await executor.submit(t.tasks.middleOf, 2 ** 20);
      equals([middle.buffer.byteLength, ...middle], [4, 7, 7, 7, 7], "a subarray that is a result sends its own bytes");
    },
  },
  {
    law: "D4",
    title: "a Buffer does not send the pool behind it",
    async run(t) {
      const { Buffer } = globalThis as BufferHost;
      if (!Buffer) return t.untested("the runtime has no Buffer");
      const executor = await t.executor();
      const buffer = Buffer.from("hello");
      same(await executor.submit(t.tasks.bytesBehind, buffer), 5, "a Buffer of 5 bytes sends 5 bytes");
      const view = t.capabilities.transfer ? executor.with({ transfer: "move" }) : executor;
      same(await view.submit(t.tasks.bytesBehind, buffer), 5, "also when it is to be moved");
      same(`${buffer}`, "hello", "a small Buffer is never detached, because others live in its pool");
    },
  },
  {
    law: "D5",
    title: "move detaches the sender's buffer",
    requires: ["transfer"],
    async run(t) {
      const executor = await t.executor();
      const bytes = new Uint8Array(1000).fill(1);
      same(await executor.with({ transfer: "move" }).submit(t.tasks.sumOf, bytes), 1000, "moved bytes arrive");
      same(bytes.buffer.byteLength, 0, 'transfer: "move" detaches the sender\'s buffer');
      const marked = new Uint8Array(500).fill(1);
      same(await executor.submit(t.tasks.sumOf, move(marked)), 500, "bytes in move() arrive");
      same(marked.buffer.byteLength, 0, "move() detaches the sender's buffer");
      const pair = [new Uint8Array(10).fill(1), new Uint8Array(10).fill(1)] as const;
      await executor.submit(t.tasks.list, move(pair[0]), pair[1]);
      equals([pair[0].byteLength, pair[1].byteLength], [0, 10], "move() moves what it is given, and nothing else");
    },
  },
  {
    law: "D5",
    title: "copy and auto leave the sender's buffer alone",
    async run(t) {
      const executor = await t.executor();
      for (const transfer of ["copy", "auto"] as const) {
        const bytes = new Uint8Array(2 ** 20).fill(1);
        same(await executor.with({ transfer }).submit(t.tasks.sumOf, bytes), 2 ** 20, "copied bytes arrive");
        same(bytes.byteLength, 2 ** 20, `transfer: "${transfer}" never detaches`);
      }
    },
  },
  {
    law: "D5",
    title: "results are moved when asked for, and only then",
    requires: ["transfer"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      same((await executor.submit(t.tasks.keepBytes, 100)).byteLength, 100, "a copied result arrives");
      same(await executor.submit(t.tasks.keptBytes), 100, "a result is copied, so that the worker keeps its own");
      same((await executor.submit(t.tasks.moveBytes, 100)).byteLength, 100, "a moved result arrives");
      same(await executor.submit(t.tasks.keptBytes), 0, "move() in a task detaches the worker's buffer");
      await executor.with({ transfer: "move" }).submit(t.tasks.keepBytes, 100);
      same(await executor.submit(t.tasks.keptBytes), 0, 'transfer: "move" moves results too');
    },
  },
  {
    law: "D5",
    title: "a move is refused where buffers cannot be moved",
    lacks: "transfer",
    async run(t) {
      const executor = await t.executor();
      const bytes = new Uint8Array(10);
      const future = executor.with({ transfer: "move" }).submit(t.tasks.sumOf, bytes);
      const error = await rejects(future, UnsupportedError, /mov/, "a move is refused by name");
      holds(
        error.message.includes(error.backend) && /copy/.test(error.message),
        "the refusal names the backend and the alternative",
      );
      same(bytes.byteLength, 10, "a refused move detaches nothing");
    },
  },
  {
    law: "D6",
    title: "a SharedArrayBuffer is shared",
    requires: ["sharedMemory"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const counter = new SharedArrayBuffer(8);
      const numbers = new Int32Array(counter);
      await executor
        .map(t.tasks.increment, Array(100).fill(counter) as SharedArrayBuffer[], Array(100).fill(1))
        .toArray();
      equals([...numbers], [0, 100], "workers write to the caller's memory");
      numbers[0] = 7;
      same(await executor.submit(t.tasks.increment, counter, 0), 7, "and see what the caller writes");
      const view = await executor.submit(t.tasks.identity, numbers.subarray(1));
      same(view.buffer.byteLength, 8, "a view of shared memory stays a view of it");
      numbers[1] = -1;
      same(view[0], -1, "also on its way back");
    },
  },
  {
    law: "D6",
    title: "shared memory is refused where it cannot be shared",
    lacks: "sharedMemory",
    async run(t) {
      if (typeof SharedArrayBuffer === "undefined") t.untested("the runtime has no SharedArrayBuffer");
      const executor = await t.executor();
      const future = executor.submit(t.tasks.identity, { inside: new SharedArrayBuffer(8) });
      const error = await rejects(
        future,
        UnsupportedError,
        /shared memory.*args\[0\]\.inside/,
        "shared memory is refused by name and path",
      );
      holds(error.message.includes(error.backend), "the refusal names the backend");
    },
  },
  {
    law: "D8",
    title: "64 MB arguments and results pass",
    timeoutMs: 40_000,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const back = await executor.submit(t.tasks.identity, new Uint8Array(large).fill(5));
      equals([back.byteLength, back[0], back[large - 1]], [large, 5, 5], "64 MB go there and back");
      same((await executor.submit(t.tasks.bytes, large)).byteLength, large, "a result of 64 MB arrives");
      const text = await executor.submit(t.tasks.identity, "0123456789abcdef".repeat(2 ** 20));
      same(text.length, 16 * 2 ** 20, "a string of 16 MB goes there and back");
    },
  },
];
