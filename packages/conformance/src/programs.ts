// Whole programs: what can only be seen from outside of a process. The environment runs each in a process of its own,
// with the backend under test. A program ends by falling off its end, so that what still holds the process shows.

import { type Backend, wait } from "@everycore/core";
import { tasks } from "./tasks.js";

/** What a program is given besides the backend. */
export interface ProgramHost {
  /** Milliseconds of CPU time that the process has used so far, over all threads. */
  cpuMs(): number | Promise<number>;
}

/** A whole program; it ends by falling off its end. */
export type Program = (backend: Backend, host: ProgramHost) => Promise<void>;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Name of a program. */
export type ProgramName =
  | "idle"
  | "busy"
  | "idleSecond"
  | "hastyShutdown"
  | "tidy"
  | "unobserved"
  | "prints"
  | "orphans"
  | "activity"
  | "daemons"
  | "failingActivity"
  | "printingActivities";

/** The programs, by name. */
export const programs: Readonly<Record<ProgramName, Program>> = {
  /** Leaves an idle pool behind (L5). */
  async idle(backend: Backend): Promise<void> {
    const executor = await backend.create({ maxWorkers: 2 });
    await executor.map(tasks.identity, [1, 2, 3]).toArray();
    console.log("done");
  },
  /** Leaves work behind, and does not wait for it (L5). */
  async busy(backend: Backend): Promise<void> {
    const executor = await backend.create({ maxWorkers: 2 });
    for (let index = 0; index < 4; index++) {
      executor
        .submit(tasks.sleep, 100, index)
        .addDoneCallback((future) => console.log(`finished ${future.resultNow()}`));
    }
    console.log("leaving");
  },
  /** Says how much CPU time an idle second costs (L5). */
  async idleSecond(backend: Backend, host: ProgramHost): Promise<void> {
    const executor = await backend.create({ maxWorkers: 2 });
    await executor.map(tasks.sleep, [20, 20, 20, 20]).toArray();
    await delay(300);
    const before = await host.cpuMs();
    await delay(1000);
    console.log(`idle ${Math.round((await host.cpuMs()) - before)} ms`);
    await executor.shutdown();
  },
  /** Does not wait for its shutdown (L4). */
  async hastyShutdown(backend: Backend): Promise<void> {
    const executor = await backend.create({ maxWorkers: 2 });
    for (let index = 0; index < 6; index++) {
      executor
        .submit(tasks.sleep, 50, index)
        .addDoneCallback((future) => console.log(`finished ${future.resultNow()}`));
    }
    await executor.shutdown({ wait: false });
    console.log("shut down");
  },
  /** Shuts down and ends: timers and handles that were left would keep it alive (L8). */
  async tidy(backend: Backend): Promise<void> {
    const executor = await backend.create({ maxWorkers: 2 });
    await executor.with({ timeoutMs: 600_000 }).submit(tasks.nothing);
    const waiting = executor.submit(tasks.sleep, 10);
    await waiting.result({ timeoutMs: 600_000 });
    await wait([executor.submit(tasks.nothing)], { timeoutMs: 600_000 });
    await executor.ready({ timeoutMs: 600_000 });
    await executor.shutdown();
    console.log("tidy");
  },
  /** Fails a task that nobody looks at (F11). */
  async unobserved(backend: Backend): Promise<void> {
    const executor = await backend.create({ maxWorkers: 1 });
    executor.submit(tasks.fail, "nobody looked at this");
    await executor.submit(tasks.nothing);
    await delay(20);
    await executor.shutdown();
    console.log("still here");
  },
  /** Tasks print; the program ends as soon as it has their results (P16). */
  async prints(backend: Backend): Promise<void> {
    const executor = await backend.create({ maxWorkers: 2 });
    await Promise.all(["a", "b"].map((prefix) => executor.submit(tasks.printLines, prefix, 500)));
    await executor.submit(tasks.printLines, "last", 1);
  },
  /** Prints the ids of its worker processes, and waits to be killed (P12). */
  async orphans(backend: Backend): Promise<void> {
    const executor = await backend.create({ maxWorkers: 2 });
    await Promise.all([executor.submit(tasks.sleep, 50), executor.submit(tasks.sleep, 50)]);
    const ids = await executor.broadcast(tasks.processId);
    executor.submit(tasks.spinForever);
    console.log(`workers ${ids.join(" ")} end`);
    await delay(600_000);
  },
  /** Leaves an activity behind (T3). */
  async activity(backend: Backend): Promise<void> {
    backend.createActivity(tasks.printLater, { args: [200, "worked"] }).start();
    console.log("leaving");
  },
  /** Joins one daemon, and leaves another behind (T3). */
  async daemons(backend: Backend): Promise<void> {
    const joined = backend.createActivity(tasks.sleep, { args: [100], daemon: true });
    joined.start();
    console.log(`joined ${await joined.join()}`);
    const left = backend.createActivity(tasks.spinForever, { daemon: true });
    left.start();
    console.log(`daemon ${(left as { pid?: number }).pid}`);
  },
  /** An activity fails, and nobody joins it (T2). */
  async failingActivity(backend: Backend): Promise<void> {
    const activity = backend.createActivity(tasks.fail, { args: ["nobody caught this"], name: "printer" });
    activity.start();
    while (activity.isAlive) await delay(5);
    console.log("still here");
  },
  /** Activities print; the program ends when they have ended, and the last of them prints late (T5). */
  async printingActivities(backend: Backend): Promise<void> {
    const prints = backend.createActivity(tasks.printLines, { args: ["a", 500] });
    const complains = backend.createActivity(tasks.printErrors, { args: ["b", 500] });
    for (const activity of [prints, complains]) activity.start();
    for (const activity of [prints, complains]) await activity.join();
    backend.createActivity(tasks.printLater, { args: [50, "late"] }).start();
  },
};
