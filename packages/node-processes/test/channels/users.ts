// Child processes that use channels, and what is left behind by them.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Portable, type PortableForm, type Recipient, revivalOf } from "@everycore/core";
import { afterAll } from "vitest";

// A temporary folder of its own, also for the children, so that what is left there is ours.
const temporary = mkdtempSync(join(tmpdir(), "channels-test-"));
process.env.TMPDIR = temporary;
afterAll(() => rmSync(temporary, { recursive: true }));

/** A recipient that the test can end. */
export function recipient(name = "user"): Recipient & { end(how: string): void } {
  const listeners: Array<(how: string) => void> = [];
  return {
    name,
    sharedMemory: false,
    onEnd: (listener) => void listeners.push(listener),
    end: (how) => {
      for (const listener of listeners) listener(how);
    },
  };
}

/** What arrives here of a form. */
export function arrive<T>({ type, data }: PortableForm): T {
  return revivalOf(type)?.(data as never) as T;
}

const children = new Set<ChildProcess>();

/** Starts a fixture; its children are ended by {@link endAll}. */
export function start(fixture: string): ChildProcess {
  const path = fileURLToPath(new URL(`fixtures/${fixture}.mjs`, import.meta.url));
  const child = fork(path, { execArgv: ["--expose-gc"], serialization: "advanced" });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

/** Ends what is still alive, and waits for it. */
export async function endAll(): Promise<void> {
  await Promise.all([...children].map((child) => kill(child)));
}

/** kill -9, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** The ids of the processes that have our temporary folder in their environment, this one apart. */
function childrenAlive(): string[] {
  return readdirSync("/proc").filter((id) => /^\d+$/.test(id) && id !== String(process.pid) && isOurs(id));
}

function isOurs(id: string): boolean {
  try {
    return readFileSync(`/proc/${id}/environ`, "utf8").includes(`TMPDIR=${temporary}`);
  } catch {
    return false;
  }
}

/** What is left for good: the end of a process is noticed a moment after it. */
export async function remains(): Promise<string[]> {
  for (let tries = 0; tries < 1000 && [...leftBehind(), ...childrenAlive()].length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return [...leftBehind(), ...childrenAlive()];
}

/** What is left in the temporary folder. */
export function leftBehind(): string[] {
  return readdirSync(temporary);
}

/** A child that does what it is told. */
export class User {
  readonly child: ChildProcess = start("user");
  readonly #answers = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();
  readonly took: unknown[] = [];
  #next = 0;
  #onTook: () => void = () => {};

  constructor() {
    this.child.on("message", (message: { id?: number; value?: unknown; error?: Error; took?: unknown }) => {
      if (message.id === undefined) {
        this.took.push(message.took);
        return this.#onTook();
      }
      const answer = this.#answers.get(message.id);
      if (message.error) answer?.reject(Object.assign(new Error(message.error.message), message.error));
      else answer?.resolve(message.value as never);
    });
  }

  /** What the child answers to an action of fixtures/user.mjs. */
  ask<T = unknown>(action: string, ...args: unknown[]): Promise<T> {
    const id = this.#next++;
    return new Promise<T>((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.child.send({ id, action, args });
    });
  }

  /** Sends an object, and gives its number there. */
  give(thing: Portable, to: Recipient = recipient()): Promise<number> {
    return this.ask("arrive", thing.toPortable(to));
  }

  /** Waits until the child has taken so many. */
  async hasTaken(count: number): Promise<void> {
    while (this.took.length < count) {
      await new Promise<void>((resolve) => {
        this.#onTook = resolve;
      });
    }
  }
}
