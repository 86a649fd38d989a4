import { defineCapabilities } from "@everycore/core";
import { backend } from "@everycore/inline";
import { Queue } from "@everycore/sync";
import { describe, expect, it } from "vitest";
import { missingCapability, primes, scenarios, smallScenarios, startWorkers, wordCount } from "../src/index.js";
import { runInline } from "./inline-run.js";
import { memoryHost } from "./memory-host.js";

describe("the registry", () => {
  it("holds every scenario once, each with a name that fits a command line", () => {
    const names = scenarios.map(({ name }) => name);
    expect(names.slice(0, 8)).toEqual([
      "print-numbers",
      "start-and-join",
      "primes",
      "word-count",
      "cancel",
      "stream",
      "pipeline",
      "bank",
    ]);
    expect(names.slice(8)).toEqual([
      "square",
      "mandelbrot",
      "n-body",
      "blur",
      "edges",
      "matmul",
      "monte-carlo-pi",
      "k-means",
    ]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("holds every scenario in a small size too, in the same order", () => {
    expect(smallScenarios.map(({ name }) => name)).toEqual(scenarios.map(({ name }) => name));
  });

  it("compares each scenario with a serial run, or says why not", () => {
    for (const { serial, incomparable } of scenarios) expect(serial === undefined).toBe(incomparable !== undefined);
  });

  it("names the first capability that a backend lacks", () => {
    const tasksOnly = { capabilities: defineCapabilities({ tasks: true }) };
    expect(missingCapability({ requires: ["tasks"] }, tasksOnly)).toBeUndefined();
    expect(missingCapability({ requires: ["tasks", "kernels", "atomics"] }, tasksOnly)).toBe("kernels");
  });

  it("takes the backend's own queue, or else one in shared memory", () => {
    const scenario = { requires: ["tasks"], needsQueue: true } as const;
    const tasksOnly = { capabilities: defineCapabilities({ tasks: true }) };
    const sharing = { capabilities: defineCapabilities({ tasks: true, sharedMemory: true }) };
    const createQueue = <T>(): Queue<T> => new Queue<T>();
    expect(missingCapability(scenario, tasksOnly)).toBe("sharedMemory");
    expect(missingCapability(scenario, sharing)).toBeUndefined();
    expect(missingCapability(scenario, { ...tasksOnly, createQueue })).toBeUndefined();
  });
});

describe("a run", () => {
  it("starts all workers beforehand", async () => {
    await using executor = await backend.create({ maxWorkers: 3 });
    await startWorkers(executor);
    expect(executor.stats()).toMatchObject({ workers: 3, started: 3, idle: 3 });
  });

  it.each([
    ["its serial part", 100],
    ["its parallel part", 201],
  ])("ends when it is interrupted in %s", async (_, at) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let steps = 0;
    const interrupted = runInline(primes({ below: 3_000_000, ranges: 200 }), {
      signal: controller.signal,
      onProgress: () => {
        if (++steps === at) controller.abort(reason);
      },
    });
    const error = await interrupted.catch((thrown: unknown) => thrown);
    expect([error, (error as Error).cause]).toContain(reason);
    expect(steps).toBeLessThan(400);
  });

  it("is possible without any files", async () => {
    const { outcome, check } = await runInline(wordCount(), { host: memoryHost() });
    expect(outcome).toMatchObject({ files: 0, words: 0 });
    expect(await check(outcome)).toEqual([]);
  });
});
