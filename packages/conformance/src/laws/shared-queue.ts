// Y7: queues of @everycore/sync between the workers of a pool and its submitter.

import { type Future, QueueShutDownError, UnsupportedError } from "@everycore/core";
import { LifoQueue, PriorityQueue, Queue } from "@everycore/sync";
import { equals, holds, rejects, same, throws } from "../assertions.js";
import { delay, until, within } from "../conditions.js";
import type { Capability, LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";
import type { NumberedItem } from "../task-bodies.js";

const requires: readonly Capability[] = ["parallel", "sharedMemory"];
const endMs = 15_000;
const producers = 2;
const count = 3000;

/** See the specification. */
export const sharedQueueLaws: readonly LawTest[] = [
  {
    law: "Y7",
    title:
      "between producers and consumers on several threads nothing is lost or doubled, and each producer's order is kept",
    requires,
    async run(t) {
      const queue = new Queue<NumberedItem>({ maxSize: 16, name: "items" });
      const lists = await exchange(t, queue);
      checkOnce(lists.flat());
      for (const list of lists) checkOrder(list);
    },
  },
  {
    law: "Y7",
    title: "a PriorityQueue and a LifoQueue lose and double nothing either",
    requires,
    async run(t) {
      checkOnce((await exchange(t, new PriorityQueue<NumberedItem>({ maxBytes: 2000 }))).flat());
      checkOnce((await exchange(t, new LifoQueue<NumberedItem>({ maxBytes: 2000 }))).flat());
    },
  },
  {
    law: "Y7",
    title: "maxSize holds producers back, in both forms",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      for (const isSync of [true, false]) {
        const queue = new Queue<NumberedItem>({ maxSize: 2 });
        const producer = executor.submit(t.tasks.putItems, queue, 0, 10, isSync);
        await until(() => queue.isFull, "a producer fills the queue");
        await delay(50);
        same(queue.size, 2, "a full queue takes no more");
        same(producer.done(), false, "put waits while the queue is full");
        for (let number = 0; number < 10; number++) {
          equals(await within(endMs, queue.get(), "an item arrives"), [0, number], "items come in order");
        }
        await within(endMs, producer, "a producer goes on when there is room");
      }
    },
  },
  {
    law: "Y7",
    title: "shutDown wakes getters and putters, and leaves what is in the queue",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 4 });
      const empty = new Queue<NumberedItem>();
      const full = new Queue<NumberedItem>({ maxSize: 1 });
      const waits: Array<Future<unknown>> = [];
      for (const isSync of [true, false]) {
        waits.push(executor.submit(t.tasks.getItem, empty, isSync));
        waits.push(executor.submit(t.tasks.putItems, full, 0, 3, isSync));
      }
      await until(() => full.isFull && waits.every((wait) => wait.running()), "all are at work");
      empty.shutDown();
      full.shutDown();
      for (const wait of waits) {
        await within(endMs, rejects(wait, QueueShutDownError, /shut down/, "shutDown ends waits"), "shutDown wakes");
      }
      equals(await full.get(), [0, 0], "what was put before can be taken");
      await rejects(full.get(), QueueShutDownError, /shut down/, "an empty queue that was shut down has no more");
    },
  },
  {
    law: "Y7",
    title: "join returns when taskDone was called for every item, in whatever thread",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const queue = new Queue<NumberedItem>();
      for (let number = 0; number < 3; number++) queue.putSync([0, number]);
      let isJoined = false;
      const joined = queue.join().then(() => {
        isJoined = true;
      });
      for (let number = 0; number < 3; number++) {
        same(isJoined, false, "join waits while items are not done");
        await executor.submit(t.tasks.getItem, queue, true);
        await executor.submit(t.tasks.finishItem, queue);
      }
      await within(endMs, joined, "join returns after the last taskDone");
    },
  },
  {
    law: "Y7",
    title: "a PriorityQueue hands out lower numbers first, to whichever thread",
    requires,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const queue = new PriorityQueue<NumberedItem>();
      for (const priority of [5, 1, 3, 1]) await queue.put([priority, queue.size], { priority });
      queue.shutDown();
      const order = await executor.submit(t.tasks.takeItems, queue, true);
      const words = order.map((item) => item.join(":"));
      equals(words, ["1:1", "1:3", "3:2", "5:0"], "items come by priority, and equal ones in order");
    },
  },
  {
    law: "Y7",
    title: "a queue is refused where memory cannot be shared, and the way out is named",
    lacks: "sharedMemory",
    async run(t) {
      if (typeof SharedArrayBuffer === "undefined") {
        throws(() => new Queue(), UnsupportedError, /Queue.*isolated/, "a queue is refused, and the way out named");
        return;
      }
      const executor = await t.executor();
      await rejects(
        executor.submit(t.tasks.identity, new Queue({ name: "jobs" })),
        UnsupportedError,
        /Queue "jobs".*ProcessQueue/,
        "the error names the queue, and what to use instead",
      );
    },
  },
];

/** Two producers and two consumers in workers, one of each form, and a consumer here: what each consumer got. */
async function exchange(t: LawContext, queue: Queue<NumberedItem>): Promise<NumberedItem[][]> {
  const executor = await t.executor({ maxWorkers: 4 });
  const forms = [true, false];
  const consumers = forms.map((isSync) => executor.submit(t.tasks.takeItems, queue, isSync));
  const sources = forms.map((isSync, producer) => executor.submit(t.tasks.putItems, queue, producer, count, isSync));
  const here = t.tasks.takeItems(queue, false);
  await within(endMs, Promise.all(sources), "producers end");
  queue.shutDown();
  return within(endMs, Promise.all([here, ...consumers]), "consumers end after shutDown");
}

function checkOnce(items: readonly NumberedItem[]): void {
  const times = new Map<number, number>();
  for (const [producer, number] of items) {
    const key = producer * count + number;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  const lost = producers * count - times.size;
  holds(lost === 0, `nothing is lost in a queue (${lost} of ${producers * count} items are)`);
  const doubled = [...times.values()].filter((each) => each > 1).length;
  holds(doubled === 0, `nothing is doubled in a queue (${doubled} of ${producers * count} items are)`);
}

function checkOrder(items: readonly NumberedItem[]): void {
  const last = new Map<number, number>();
  for (const [producer, number] of items) {
    holds(number > (last.get(producer) ?? -1), `the items of one producer stay in order (${number} came too late)`);
    last.set(producer, number);
  }
}
