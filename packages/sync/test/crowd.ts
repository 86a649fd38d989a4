// Real threads for the tests.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { decodeError, type Recipient, type WireError } from "@everycore/core";
import { carry } from "./fixtures/portables.mjs";

const entry = new URL("./fixtures/crowd.mjs", import.meta.url);

/** A thread that runs jobs of fixtures/jobs.mjs. */
export class Member {
  readonly worker: Worker;
  readonly recipient: Recipient;
  readonly #pending = new Map<number, Settle<unknown>>();
  #jobs = 0;

  constructor(name: string) {
    this.worker = new Worker(entry);
    this.worker.setMaxListeners(0);
    this.recipient = {
      name,
      sharedMemory: true,
      onEnd: (listener) => void this.worker.once("exit", (code) => listener(`exited with code ${code}`)),
    };
    this.worker.on("error", (error) => this.#fail(error));
    this.worker.on("exit", () => this.#fail(new Error(`${name} has ended.`)));
    this.worker.on("message", (answer: { id: number; value?: unknown; error?: WireError }) => {
      const job = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if (answer.error) job?.reject(decodeError(answer.error));
      else job?.resolve(answer.value);
    });
  }

  #fail(reason: unknown): void {
    for (const job of this.#pending.values()) job.reject(reason);
    this.#pending.clear();
  }

  /** Runs a job; resolves to what it returned. */
  run<T>(job: string, ...args: unknown[]): Promise<T> {
    const id = this.#jobs++;
    let settle!: Settle<unknown>;
    const promise = new Promise<unknown>((resolve, reject) => {
      settle = { resolve, reject } as Settle<unknown>;
    });
    this.#pending.set(id, settle);
    this.worker.postMessage({ id, job, args: carry(args, this.recipient) });
    return promise as Promise<T>;
  }

  async end(): Promise<void> {
    const exit = once(this.worker, "exit");
    await this.worker.terminate();
    await exit.catch(() => {});
  }
}

interface Settle<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** Runs the body with some threads, and ends them. */
export async function withCrowd<T>(size: number, body: (members: Member[]) => Promise<T>): Promise<T> {
  const members = Array.from({ length: size }, (_, index) => new Member(`helper-${index}`));
  try {
    return await body(members);
  } finally {
    for (const member of members) await member.worker.terminate();
  }
}
