// Queues and pipes as arguments of tasks and of processes.
import { type Connection, Pipe, Process, ProcessPoolExecutor, ProcessQueue } from "@everycore/node-processes";
import { afterEach, describe, expect, test } from "vitest";
import { endAll, remains } from "./users.js";

afterEach(async () => {
  await endAll();
  expect(await remains()).toEqual([]);
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const produce = async (queue: ProcessQueue<number>, from: number, count: number): Promise<void> => {
  for (let value = from; value < from + count; value++) await queue.put(value);
};

const consume = async (queue: ProcessQueue<number>): Promise<number[]> => {
  const taken: number[] = [];
  for await (const value of queue) taken.push(value);
  return taken;
};

describe("channels as arguments", () => {
  test("a queue connects the tasks of a pool", async () => {
    await using queue = new ProcessQueue<number>({ maxSize: 10 });
    {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 3 });
      const consumers = [pool.submit(consume, queue), pool.submit(consume, queue)];
      await pool.submit(produce, queue, 0, 500);
      await pool.submit(produce, queue, 500, 500);
      await queue.shutDown();
      const taken = (await Promise.all(consumers)).flat();
      expect(taken.sort((a, b) => a - b)).toEqual(numbers(1000));
    }
  });

  test("what a worker had taken when it was killed is taken by the next", async () => {
    await using queue = new ProcessQueue<number>();
    await produce(queue, 0, 20);
    await using reports = new ProcessQueue<number>({ tracked: false });
    {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      const die = async (jobs: ProcessQueue<number>, pids: ProcessQueue<number>): Promise<void> => {
        for (let count = 0; count < 5; count++) await jobs.get();
        jobs.taskDone();
        await pids.put(process.pid);
        await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
      };
      const dying = pool.submit(die, queue, reports);
      process.kill(await reports.get(), "SIGKILL");
      await expect(dying).rejects.toMatchObject({ code: "EVERYCORE_WORKER_LOST" });
      await queue.shutDown();
      expect(await pool.submit(consume, queue)).toEqual(numbers(20).slice(1));
      await queue.join();
    }
  });

  test("a task that has an end of a pipe talks to its caller", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const [here, there] = Pipe<string>();
    const shout = async (pipe: Connection<string>): Promise<number> => {
      let count = 0;
      for await (const text of pipe) {
        await pipe.send(text.toUpperCase());
        count++;
      }
      await pipe.close();
      return count;
    };
    const shouting = pool.submit(shout, there);
    for (const text of ["a", "b"]) {
      await here.send(text);
      expect(await here.recv()).toBe(text.toUpperCase());
    }
    await here.close();
    expect(await shouting).toBe(2);
    await pool.shutdown();
  });

  test("a process gets its end of a pipe, and its end is the end of it", async () => {
    const [here, there] = Pipe<number>({ duplex: false });
    const count = async (pipe: Connection<number>): Promise<void> => {
      for (let value = 0; value < 3; value++) await pipe.send(value);
    };
    const counter = new Process(count, { args: [there] });
    counter.start();
    const received: number[] = [];
    for await (const value of here) received.push(value);
    expect(received).toEqual([0, 1, 2]);
    await counter.join();
    await here.close();
  });

  test("a queue may be a pool's shared data, and a result", async () => {
    await using queue = new ProcessQueue<string>({ name: "log", tracked: false });
    {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1, shared: { log: queue } });
      const same = await pool.submit(async (log: ProcessQueue<string>) => {
        await log.put("hello");
        return { log };
      }, queue);
      expect(same.log).toBe(queue);
    }
    expect(await queue.get()).toBe("hello");
  });
});
