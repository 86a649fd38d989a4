// Sorting: keys of any number type are brought into a form that a radix sort can compare digit by digit, sorted, and brought back.

import { checkOptions, type DeviceArray, type HostArray, type KernelExecutor, typeError } from "@everycore/core";
import { kernel } from "@everycore/kernel";
import { floatKeys, floatsOfKeys } from "./float-order.js";
import { type AnyArray, isDeviceArray, type Operation, operation, type Same, type SameSide } from "./operation.js";
import { type KeyForm, launchRadixSort } from "./radix-pass.js";

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** The largest first. Equal elements keep their order all the same. Default false. */
  readonly descending?: boolean | undefined;
}

type SortableType = "float32" | "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32";

const signBits = { int8: 2 ** 7, int16: 2 ** 15, int32: -(2 ** 31), uint8: 0, uint16: 0, uint32: 0, float32: 0 };
const bitCounts = { int8: 8, int16: 16, int32: 32, uint8: 8, uint16: 16, uint32: 32, float32: 32 };
const dtypes = Object.keys(signBits) as SortableType[];

const count = kernel(
  (thread, places: Int32Array) => {
    places[thread.x] = thread.x;
  },
  undefined,
  { name: "places" },
);

/**
 * The elements in ascending order, in a new array: `numpy.sort`. Floats: −0 before +0, NaN last (first if `descending`).
 *
 * @throws TypeError for an array of float64 or bool, which no radix sort here takes; what `submit` throws. All as rejections.
 * @example
 * await sort(executor, Float32Array.of(3, -1, 2)); // Float32Array [-1, 2, 3]
 */
export function sort<G extends AnyArray>(
  executor: KernelExecutor,
  values: G,
  options: SortOptions = {},
): Promise<Same<G>> {
  return operation("sort", executor, (running) => {
    const input = running.operand("values", values as AnyArray, dtypes);
    const form = keyForm(input.dtype as SortableType, options, "sort");
    const out = executor.array(input.dtype, input.shape) as DeviceArray<HostArray>;
    if (input.length > 0) launchSort(running, input, out, form);
    return running.finish(out, isDeviceArray(values)) as Promise<Same<G>>;
  });
}

/**
 * The places of the elements in ascending order: `values[order[0]]` is the smallest. Equal elements are in the order of their places:
 * `numpy.argsort(kind="stable")`.
 *
 * @throws as {@link sort}.
 * @example
 * await argsort(executor, Int32Array.of(30, 10, 20)); // Int32Array [1, 2, 0]
 */
export function argsort<G extends AnyArray>(
  executor: KernelExecutor,
  values: G,
  options: SortOptions = {},
): Promise<SameSide<G, Int32Array>> {
  return operation("argsort", executor, (running) => {
    const input = running.operand("values", values as AnyArray, dtypes);
    const form = keyForm(input.dtype as SortableType, options, "argsort");
    const out = executor.array("int32", input.shape);
    if (input.length > 0) launchArgsort(running, input, out, form);
    return running.finish(out, isDeviceArray(values)) as Promise<SameSide<G, Int32Array>>;
  });
}

function keyForm(dtype: SortableType, options: SortOptions, what: string): KeyForm {
  checkOptions(`The options of ${what}()`, options, ["descending"]);
  const { descending = false } = options;
  if (typeof descending !== "boolean") throw typeError("descending", "a boolean", descending);
  const flip = signBits[dtype];
  return { bits: bitCounts[dtype], flip: descending ? ~flip : flip };
}

function launchSort(running: Operation, input: DeviceArray, out: DeviceArray, form: KeyForm): void {
  if (input.dtype !== "float32") return launchRadixSort(running, { keys: input }, { keys: out }, form);
  const keys = (): DeviceArray => running.temporary("uint32", input.length) as DeviceArray;
  const [unsorted, sorted] = [keys(), keys()];
  running.launch(floatKeys.over(input, unsorted));
  launchRadixSort(running, { keys: unsorted }, { keys: sorted }, form);
  running.launch(floatsOfKeys.over(sorted, out));
}

function launchArgsort(running: Operation, input: DeviceArray, out: DeviceArray<Int32Array>, form: KeyForm): void {
  const { length, dtype } = input;
  const keys = (): DeviceArray => running.temporary(dtype === "float32" ? "uint32" : dtype, length) as DeviceArray;
  const unsorted = dtype === "float32" ? keys() : input;
  if (unsorted !== input) running.launch(floatKeys.over(input, unsorted));
  const places = running.temporary("int32", length);
  running.launch(count.over(length), places);
  launchRadixSort(running, { keys: unsorted, places }, { keys: keys(), places: out }, form);
}
