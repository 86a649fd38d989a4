// The launches of one algorithm: where its arrays are, what it needs for a while, and how its result gets to the caller.
//
// Rules
//   1. Everything is submitted before the algorithm's function returns, so that algorithms follow each other in the order of
//      their calls, and a chain of them over device arrays needs no `await` in between.
//   2. What was made for the algorithm is disposed right after its last launch was submitted: the device keeps it until then.
//   3. The promise is kept when every launch is done. If one fails, it rejects with the first error, and none is left unobserved.

import {
  type AnyKernel,
  type ArrayOf,
  type DeviceArray,
  type DType,
  type HostArray,
  type KernelExecutor,
  typeError,
} from "@everycore/core";

/** An array on either side. */
export type AnyArray<T extends HostArray = HostArray> = T | DeviceArray<T>;

/** What an algorithm gives for an array: a typed array for a typed array, a device array for a device array. */
export type Same<G> = G extends DeviceArray<infer T> ? DeviceArray<T> : G extends HostArray ? Fresh<G> : never;

/** The same, of elements of another type. */
export type SameSide<G, T extends HostArray> = G extends DeviceArray ? DeviceArray<T> : T;

/** The result's memory is nobody else's. */
type Fresh<G extends HostArray> = G extends Float32Array
  ? Float32Array
  : G extends Float64Array
    ? Float64Array
    : G extends Int32Array
      ? Int32Array
      : G extends Uint32Array
        ? Uint32Array
        : G extends Int16Array
          ? Int16Array
          : G extends Uint16Array
            ? Uint16Array
            : G extends Int8Array
              ? Int8Array
              : Uint8Array;

/** One call of an algorithm. */
export class Operation {
  readonly executor: KernelExecutor;
  readonly #what: string;
  readonly #temporary: DeviceArray[] = [];
  readonly #launches: Array<PromiseLike<unknown>> = [];

  /** `what`: the algorithm, as messages call it. @throws TypeError if `executor` runs no kernels */
  constructor(what: string, executor: KernelExecutor) {
    const { submit, array } = (executor ?? {}) as Partial<KernelExecutor>;
    if (typeof submit !== "function" || typeof array !== "function")
      throw typeError(`The first argument of ${what}()`, "an executor that runs kernels", executor);
    this.executor = executor;
    this.#what = what;
  }

  /**
   * Whether kernels run on the processor, in few threads that are best given long pieces of work; elsewhere there are thousands
   * of threads, and pieces are short. Only an executor on the processor can `run` synchronously.
   */
  get onProcessor(): boolean {
    return typeof (this.executor as { run?: unknown }).run === "function";
  }

  /** The argument as an array of the device: itself, or a copy for as long as the operation lasts. @throws TypeError */
  operand<T extends HostArray>(name: string, array: AnyArray<T>, dtypes: readonly DType[]): DeviceArray<T> {
    const device = isDeviceArray(array) ? array : isHostArray(array) ? this.#copy(array) : undefined;
    if (!device) throw typeError(`${name} of ${this.#what}()`, "a typed array or a device array", array);
    if (!dtypes.includes(device.dtype)) {
      const known = `${dtypes.slice(0, -1).join(", ")} or ${dtypes.at(-1)}`;
      throw typeError(
        `The dtype of ${name} of ${this.#what}()`,
        dtypes.length > 1 ? known : `${dtypes[0]}`,
        device.dtype,
      );
    }
    return device;
  }

  /** An array of the device for as long as the operation lasts. */
  temporary<D extends DType>(dtype: D, length: number): DeviceArray<ArrayOf<D>> {
    const array = this.executor.array(dtype, length);
    this.#temporary.push(array);
    return array;
  }

  /** Submits one launch. */
  launch(kernel: unknown, ...args: readonly unknown[]): void {
    const { executor } = this;
    this.#launches.push(
      (executor.submit as (kernel: AnyKernel, ...args: unknown[]) => PromiseLike<unknown>).call(
        executor,
        kernel as AnyKernel,
        ...args,
      ),
    );
  }

  /** The end: `result` for who gave device arrays, a copy on the host for the others. See the rules. */
  async finish<T extends HostArray>(result: DeviceArray<T>, asDeviceArray: boolean): Promise<T | DeviceArray<T>> {
    const copy = asDeviceArray ? undefined : result.read();
    this.abandon();
    if (!asDeviceArray) result.dispose();
    const [, values] = await Promise.all([Promise.all(this.#launches), copy]);
    return values ?? result;
  }

  /** Frees what the operation has made; also when a launch was refused half-way. */
  abandon(): void {
    for (const array of this.#temporary.splice(0)) array.dispose();
  }

  #copy<T extends HostArray>(array: T): DeviceArray<T> {
    const copy = this.executor.array(array);
    this.#temporary.push(copy as unknown as DeviceArray);
    return copy;
  }
}

/**
 * Runs the body of an algorithm, which submits its launches and returns what {@link Operation.finish} gives. Errors of the body become
 * rejections, and what it made is freed.
 */
export async function operation<R>(
  what: string,
  executor: KernelExecutor,
  body: (operation: Operation) => Promise<R>,
): Promise<R> {
  const running = new Operation(what, executor);
  try {
    return await body(running);
  } finally {
    running.abandon();
  }
}

/** Whether the array is on a device. */
export function isDeviceArray<T extends HostArray>(array: AnyArray<T>): array is DeviceArray<T> {
  return typeof (array as Partial<DeviceArray> | null)?.read === "function";
}

function isHostArray(array: unknown): array is HostArray {
  return ArrayBuffer.isView(array) && !(array instanceof DataView);
}
