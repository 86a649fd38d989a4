// Async context (Node's AsyncLocalStorage and its like) without naming a platform: where the runtime has
// `process.getBuiltinModule` (Node ≥ 20.16, Bun, Deno, workerd) its storage is used, elsewhere nothing is kept.

/** The part of `AsyncLocalStorage` that is used here. */
export interface AsyncStorage<T> {
  getStore(): T | undefined;
  run<R>(store: T, callback: () => R): R;
}

interface AsyncHooks {
  AsyncLocalStorage: { new <T>(): AsyncStorage<T>; bind<F extends (...args: never[]) => unknown>(callback: F): F };
}

interface Host {
  process?: { getBuiltinModule?: (name: string) => unknown };
}

const hooks = (globalThis as Host).process?.getBuiltinModule?.("node:async_hooks") as AsyncHooks | undefined;

/** The callback, bound to the async context that is current now (law S7). */
export function bindAsyncContext<F extends (...args: never[]) => unknown>(callback: F): F {
  return hooks ? hooks.AsyncLocalStorage.bind(callback) : callback;
}

/** A new async storage, or `undefined` where the runtime has none. */
export function createAsyncStorage<T>(): AsyncStorage<T> | undefined {
  return hooks && new hooks.AsyncLocalStorage<T>();
}
