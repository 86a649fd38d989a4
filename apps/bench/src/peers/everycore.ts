// Everycore's contenders.
//
// Rules
//  1. Kernels write into arrays that are there before the clock starts: no allocation is measured, as with Numba's `out`.
//  2. Kernels are made anew for each size, so that the first call parses and compiles, as a user's first call does.
//  3. `run` is synchronous, `submit` is awaited. "+ copies" gives host arrays, so that copying in and out is part of the call.
//  4. Kernels have `fastMath`, because Numba's have.
//  5. Results that a launch made are freed by the next call, within the clock.
//  6. Nothing of Everycore is imported before it is used: a package that is not built is Missing, with the reason.

import type { DeviceArray, HostArray, Kernel, KernelResult, SynchronousKernelExecutor } from "@everycore/core";
import { type Attempt, type Computation, type Contender, Missing, type Values } from "../contender.js";
import { LocalAttempt } from "../measure.js";
import { messageOf } from "./reason.js";

export type KernelApi = typeof import("@everycore/kernel");

/** Puts an array where the contender wants it. */
export type Place = <T extends HostArray>(host: T) => T | DeviceArray<T>;

/** Launches a kernel, in whichever way is measured. */
export type Launch = <A extends readonly unknown[], R, G extends A>(
  kernel: Kernel<A, R>,
  ...args: G
) => KernelResult<R, G> | Promise<KernelResult<R, G>>;

/** What a case does on Everycore. */
export interface Launches {
  /** All launches of one computation, in order. What it gives is awaited if it is a promise. */
  readonly launch: (launch: Launch) => unknown;
  /** Where the result is. Without it the result is what `launch` gave: a number. */
  readonly output?: HostArray | DeviceArray | undefined;
}

/** Makes kernels and places arrays; must not launch. */
export type EverycorePlan<I> = (api: KernelApi, inputs: I, place: Place) => Launches;

/** The case's plan, and other ways to write it: those are measured on threads only and have no role. */
export interface EverycoreRecipe<I> {
  readonly plan: EverycorePlan<I>;
  readonly variants?: Readonly<Record<string, EverycorePlan<I>>>;
}

type Backend = "inline" | "node-threads";
type Mode = "run" | "submit" | "copies";

export function everycore<I>(recipe: EverycoreRecipe<I>, inputs: I): Contender[] {
  const contender = (name: string, backend: Backend, mode: Mode, plan = recipe.plan): Contender => ({
    name,
    role: name === "Everycore threads, run" ? "everycore" : undefined,
    open: () => open(backend, mode, plan, inputs),
  });
  return [
    contender("Everycore inline, run", "inline", "run"),
    contender("Everycore threads, run", "node-threads", "run"),
    contender("Everycore threads, submit", "node-threads", "submit"),
    contender("Everycore threads, + copies", "node-threads", "copies"),
    ...Object.entries(recipe.variants ?? {}).map(([name, plan]) =>
      contender(`Everycore threads, ${name}`, "node-threads", "run", plan),
    ),
  ];
}

async function open<I>(backend: Backend, mode: Mode, plan: EverycorePlan<I>, inputs: I): Promise<Attempt | Missing> {
  const loaded = await load(backend);
  if (loaded instanceof Missing) return loaded;
  const { api, executor } = loaded;
  const owned: DeviceArray[] = [];
  const resident: Place = (host) => {
    const array = executor.array(host);
    owned.push(array);
    return array;
  };
  const launches = plan(api, inputs, mode === "copies" ? (host) => host : resident);
  return new LocalAttempt(computation(launches, launcher(executor, mode), owned));
}

function launcher(executor: SynchronousKernelExecutor, mode: Mode): Launch {
  if (mode === "run") return (kernel, ...args) => executor.run(kernel, ...args);
  return (kernel, ...args) => executor.submit(kernel, ...args) as unknown as Promise<never>;
}

function computation({ launch, output }: Launches, launcher: Launch, owned: readonly DeviceArray[]): Computation {
  let last: unknown;
  const drop = (result: unknown) => {
    if (result !== output && isDeviceArray(result)) result.dispose();
  };
  return {
    call: () => {
      drop(last);
      const result = launch(launcher);
      if (!isFuture(result)) {
        last = result;
        return;
      }
      return result.then((value) => {
        last = value;
      });
    },
    values: async () => valuesOf(output ?? last),
    close: () => {
      drop(last);
      for (const array of owned) array.dispose();
    },
  };
}

function isDeviceArray(value: unknown): value is DeviceArray {
  return typeof value === "object" && value !== null && "strides" in value && "dispose" in value;
}

function isFuture(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

async function valuesOf(result: unknown): Promise<Values> {
  if (typeof result === "number") return [result];
  if (ArrayBuffer.isView(result)) return result as unknown as Values;
  return (result as DeviceArray).read();
}

interface Loaded {
  readonly api: KernelApi;
  readonly executor: SynchronousKernelExecutor & AsyncDisposable;
}

const executors = new Map<Backend, Promise<Loaded | Missing>>();

/** The one executor of a backend, started and with its compiler loaded. */
export function load(backend: Backend): Promise<Loaded | Missing> {
  const loaded = executors.get(backend) ?? start(backend);
  executors.set(backend, loaded);
  return loaded;
}

async function start(backend: Backend): Promise<Loaded | Missing> {
  try {
    const api = await import("@everycore/kernel");
    if (!("kernel" in api)) return new Missing("@everycore/kernel is built, but has no kernel() yet");
    const executor = await create(backend);
    if (!("prepare" in executor)) return new Missing(`${backend} does not take kernels`);
    await executor.prepare();
    return { api, executor };
  } catch (error) {
    return new Missing(messageOf(error));
  }
}

async function create(backend: Backend): Promise<Loaded["executor"]> {
  if (backend === "inline") return new (await import("@everycore/inline")).InlineExecutor();
  return new (await import("@everycore/node-threads")).ThreadPoolExecutor();
}

/** Ends the executors; the process could end without, but not in good order. */
export async function closeEverycore(): Promise<void> {
  for (const loading of executors.values()) {
    const loaded = await loading;
    if (!(loaded instanceof Missing)) await loaded.executor[Symbol.asyncDispose]();
  }
}
