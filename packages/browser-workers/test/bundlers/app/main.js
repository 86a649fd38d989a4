// A tiny app, as a user would write it: a task, a kernel, a Thread.
import { Thread, WorkerPoolExecutor } from "@everycore/browser-workers";
import { kernel } from "@everycore/kernel";
import { tasks } from "./tasks.js";

const worker = () => new Worker(new URL("./tasks.worker.js", import.meta.url), { type: "module" });

const GRAVITY = -8;
const fall = kernel(
  (thread, dt, velocity) => {
    const i = thread.x;
    velocity[i] += GRAVITY * dt;
  },
  () => ({ GRAVITY }),
);

async function useThread() {
  const heard = new Promise((resolve) => {
    new BroadcastChannel("announcements").onmessage = ({ data }) => resolve(data);
  });
  const thread = new Thread(tasks.announce, { worker, args: ["announcements", "hello"], name: "herald" });
  thread.start();
  return [await thread.join(), await heard];
}

async function main() {
  const pool = new WorkerPoolExecutor(worker, { maxWorkers: 2 });
  const counts = await pool.map(tasks.countPrimes, [0, 5000], [5000, 10_000]).toArray();
  const velocity = new Float32Array(200_000).fill(1);
  await pool.submit(fall.over(velocity.length), 0.5, velocity);
  const thread = await useThread();
  await pool.shutdown();
  return { counts, velocity: [velocity[0], velocity.at(-1)], thread };
}

main().then(
  (result) => {
    document.title = JSON.stringify(result);
  },
  (error) => {
    document.title = `${error.name}: ${error.message}`;
  },
);
