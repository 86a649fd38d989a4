// How a backend presents itself to programs that choose one at run time: demo apps, benchmarks, the conformance kit.

import type { ActivityFactory } from "./activity.js";
import { checkFunction, checkOptions, typeError } from "./arguments.js";
import { type Capabilities, defineCapabilities } from "./capabilities.js";
import { UnsupportedError } from "./errors.js";
import type { Executor, ExecutorOptions } from "./executor.js";
import type { MessageQueue } from "./message-queue.js";

/** Whether a backend can be used here, and what was found or is missing. */
export type Availability =
  | { readonly available: true; readonly details: string }
  | { readonly available: false; readonly reason: string };

/** A backend's description. Each backend package exports one as `backend`. */
export interface Backend<E extends AsyncDisposable = Executor, O extends object = ExecutorOptions> {
  /** Name of the backend, such as `node-threads`. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Looks whether the backend works here. Never throws. */
  availability(): Promise<Availability>;
  /** Makes an executor. */
  create(options?: O): Promise<E>;
  /** Makes a thread or process that runs one function once. @throws UnsupportedError without the capability `activities`. */
  readonly createActivity: ActivityFactory;
  /** Makes a queue of its own kind for its tasks and activities; absent where `Queue` of `@everycore/sync` is that queue. */
  readonly createQueue?: QueueFactory;
}

/** Makes a bounded queue; see `Backend.createQueue`. */
export type QueueFactory = <T>(options: { readonly maxSize: number }) => MessageQueue<T>;

/** A backend as its author writes it: capabilities that are not named are absent; `availability` may throw. */
export interface BackendDefinition<E extends AsyncDisposable, O extends object> {
  readonly name: string;
  readonly capabilities: Partial<Capabilities>;
  availability(): Availability | Promise<Availability>;
  create(options?: O): E | Promise<E>;
  /** Where the capability `activities` is present. */
  readonly createActivity?: ActivityFactory | undefined;
  /** Where memory is not shared, and a queue can be had all the same. */
  readonly createQueue?: QueueFactory | undefined;
}

/** Makes a backend's description; an `availability` that throws becomes a reason. */
export function defineBackend<E extends AsyncDisposable = Executor, O extends object = ExecutorOptions>(
  definition: BackendDefinition<E, O>,
): Backend<E, O> {
  checkOptions("definition", definition);
  if (typeof definition.name !== "string") throw typeError("definition.name", "a string", definition.name);
  checkFunction("definition.create", definition.create);
  return Object.freeze({
    name: definition.name,
    createActivity: definition.createActivity ?? refuseActivity(definition.name),
    ...(definition.createQueue && { createQueue: definition.createQueue }),
    capabilities: defineCapabilities(definition.capabilities),
    async availability(): Promise<Availability> {
      try {
        return await definition.availability();
      } catch (error) {
        return { available: false, reason: error instanceof Error ? error.message : String(error) };
      }
    },
    async create(options?: O): Promise<E> {
      return definition.create(options);
    },
  });
}

function refuseActivity(backend: string): ActivityFactory {
  return () => {
    throw new UnsupportedError(
      "threads or processes of your own (createActivity)",
      backend,
      "Submit the function to an executor, or use a backend with the capability activities.",
    );
  };
}
