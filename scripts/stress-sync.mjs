// All primitives of @everycore/sync at once, from four threads and the one that made them, at random, for a while; then the
// books must balance. `node scripts/stress-sync.mjs [seconds] [seed]`, after `npm run build`. Exit code 1: an invariant is broken,
// or nothing moved for ten seconds.
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const distUrl = (name) => new URL(`../packages/${name}/dist/index.js`, import.meta.url).href;
const sync = await import(distUrl("sync"));
const core = await import(distUrl("core"));
const threads = 4;
const stallMs = 10_000;

/** The primitives, and what is counted beside them. */
function makeWorld() {
  return {
    lock: new sync.Lock({ name: "lock" }),
    tree: new sync.RLock({ name: "tree" }),
    condition: new sync.Condition(new sync.Lock({ name: "of the condition" })),
    semaphore: new sync.BoundedSemaphore(2, { name: "permits" }),
    event: new sync.Event({ name: "go" }),
    barrier: new sync.Barrier(threads, { name: "rounds" }),
    queue: new sync.Queue({ maxSize: 8, name: "queue" }),
    total: new sync.SharedValue("float64"),
    pair: new sync.SharedArray("int32", 2),
    nested: new sync.SharedArray("int32", 2),
    items: new sync.SharedValue("int32"),
    inUse: new sync.SharedValue("int32"),
    rounds: new sync.SharedArray("int32", 2),
    steps: new sync.SharedArray("int32", threads + 1),
    stop: new sync.SharedValue("int32"),
  };
}

/** What one thread did, to be added up. */
const newCounts = () => ({ pair: 0, nested: 0, added: 0, produced: 0, consumed: 0, put: 0, got: 0, timeouts: 0 });

function makeRandom(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

function check(condition, what) {
  if (!condition) throw new Error(`Broken: ${what}.`);
}

/** Calls the sync or the async form, and takes a timeout for an answer. */
async function attempt(counts, call) {
  try {
    return await call();
  } catch (error) {
    const isFine = [core.TimeoutError, core.QueueFullError, core.QueueEmptyError].some((type) => error instanceof type);
    if (!isFine) throw error;
    counts.timeouts++;
    return undefined;
  }
}

const operations = {
  async lock({ world, counts, isSync, timeoutMs }) {
    const { lock, pair } = world;
    const options = { timeoutMs };
    const guard = await attempt(counts, () => (isSync ? lock.acquireSync(options) : lock.acquire(options)));
    if (!guard) return;
    check(pair.view[0] === pair.view[1], "two threads are under the lock");
    pair.view[0]++;
    if (!isSync) await Promise.resolve();
    pair.view[1]++;
    counts.pair++;
    guard.release();
  },
  tree({ world, counts, random }) {
    const { tree, nested } = world;
    const guards = Array.from({ length: 1 + random(3) }, () => tree.acquireSync());
    check(nested.view[0] === nested.view[1], "two threads are under the re-entrant lock");
    nested.view[0]++;
    nested.view[1]++;
    counts.nested++;
    for (const guard of guards) guard.release();
  },
  async condition({ world, counts, isSync, random }) {
    const { condition, items } = world;
    const guard = isSync ? condition.acquireSync() : await condition.acquire();
    const options = { timeoutMs: random(5) };
    if (random(2)) {
      items.value += 1;
      counts.produced++;
      condition.notify(1 + random(2));
    } else if (
      isSync
        ? condition.waitForSync(() => items.value > 0, options)
        : await condition.waitFor(() => items.value > 0, options)
    ) {
      check(items.value > 0, "waitFor is true, its predicate is not");
      items.value -= 1;
      counts.consumed++;
    }
    guard.release();
  },
  async semaphore({ world, counts, isSync, timeoutMs }) {
    const { semaphore, inUse } = world;
    const options = { timeoutMs };
    const guard = await attempt(counts, () => (isSync ? semaphore.acquireSync(options) : semaphore.acquire(options)));
    if (!guard) return;
    check(inUse.add(1) < 2, "a semaphore of 2 lets in three");
    if (!isSync) await turn();
    inUse.sub(1);
    guard.release();
  },
  async event({ world, isSync, random }) {
    const { event } = world;
    const options = { timeoutMs: random(3) };
    if (random(2)) {
      event.set();
      event.clear();
    } else if (isSync) event.waitSync(options);
    else await event.wait(options);
  },
  async queue({ world, counts, isSync, random, index }) {
    const { queue } = world;
    const options = { timeoutMs: random(4) };
    if (random(2)) {
      const item = [index, counts.put];
      const done = await attempt(counts, async () => {
        if (isSync) queue.putSync(item, options);
        else await queue.put(item, options);
        return true;
      });
      if (done) counts.put++;
    } else {
      const item = await attempt(counts, () => (isSync ? queue.getSync(options) : queue.get(options)));
      if (item) counts.got++;
    }
  },
  value({ world, counts }) {
    world.total.add(0.5);
    counts.added += 0.5;
  },
};

/** Random operations until told to stop; every so often all threads meet. */
async function work(world, index, seed) {
  const random = makeRandom(seed + index);
  const counts = newCounts();
  const names = Object.keys(operations);
  for (let stopped = false; !stopped; ) {
    for (let n = 0; n < 50; n++) {
      const name = names[random(names.length)];
      await operations[name]({
        world,
        counts,
        random,
        index,
        isSync: random(2) === 0,
        timeoutMs: random(4) ? undefined : random(3),
      });
      Atomics.add(world.steps.view, index, 1);
    }
    if (index === threads) stopped = world.stop.value === 1;
    else stopped = await meet(world, random(2) === 0);
    await turn();
  }
  return counts;
}

/** One round; the first to arrive decides for all whether it is the last. */
async function meet({ barrier, rounds, stop }, isSync) {
  const arrive = () => (isSync ? barrier.waitSync() : barrier.wait());
  Atomics.add(rounds.view, 0, 1);
  const place = await arrive();
  check(Atomics.load(rounds.view, 0) % threads === 0, "a thread leaves the barrier before all have arrived");
  if (place === 0) rounds.view[1] = stop.value;
  await arrive();
  return rounds.view[1] === 1;
}

/** Portable objects in place of forms, and back: this script has no pool. */
function carry(value, recipient) {
  if (typeof value !== "object" || value === null || value instanceof SharedArrayBuffer) return value;
  if (core.isPortable(value)) {
    const { type, data } = value.toPortable(recipient);
    return { portable: type, data: carry(data, recipient) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, carry(inner, recipient)]));
}

function revive(value) {
  if (typeof value !== "object" || value === null || value instanceof SharedArrayBuffer) return value;
  if (value.portable) return core.revivalOf(value.portable)(revive(value.data));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
}

function start(world, index, seed) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { index, seed } });
  const onEnd = (listener) => void worker.once("exit", (code) => listener(`exited with code ${code}`));
  worker.postMessage(carry(world, { name: `thread ${index}`, sharedMemory: true, onEnd }));
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** Ends the program when no thread has done anything for a while. */
function watch(world) {
  let before = "";
  const timer = setInterval(() => {
    const now = String(world.steps.view);
    if (now === before) {
      console.error(`Broken: nothing moves. Steps: ${now}. ${Object.values(world).map(String).join("; ")}`);
      process.exit(1);
    }
    before = now;
  }, stallMs);
  timer.unref();
}

function balance(world, all) {
  const sum = (name) => all.reduce((total, counts) => total + counts[name], 0);
  check(world.pair.at(0) === sum("pair"), "increments under the lock are lost");
  check(world.nested.at(0) === sum("nested"), "increments under the re-entrant lock are lost");
  check(world.total.value === sum("added"), "additions to a shared value are lost");
  check(world.items.value === sum("produced") - sum("consumed"), "items under the condition are lost or doubled");
  check(world.queue.size === sum("put") - sum("got"), "items in the queue are lost or doubled");
  check(world.semaphore.value === 2 && world.inUse.value === 0, "permits are lost");
  check(!world.lock.locked && !world.tree.locked && !world.condition.lock.locked, "a lock is still held");
  check(sum("timeouts") > 0 && sum("got") > 0 && sum("consumed") > 0, "the run was too short to say anything");
}

async function main() {
  const seconds = Number(process.argv[2] ?? 60);
  const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${seconds} s with seed ${seed}`);
  const world = makeWorld();
  watch(world);
  const others = Array.from({ length: threads }, (_, index) => start(world, index, seed));
  setTimeout(() => world.stop.exchange(1), 1000 * seconds);
  const all = await Promise.all([...others, work(world, threads, seed)]);
  balance(world, all);
  const steps = world.steps.view.reduce((total, count) => total + count, 0);
  console.log(`${steps} operations, ${world.rounds.at(0) / threads} rounds: every invariant holds.`);
}

if (isMainThread) await main();
else {
  const [message] = await new Promise((resolve) => parentPort.once("message", (...args) => resolve(args)));
  parentPort.postMessage(await work(revive(message), workerData.index, workerData.seed));
}
