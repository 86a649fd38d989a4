// The entry points of a reduction: `first` makes blocks of elements one value each, `again` does so with the values, until there is one.
//
// A block has 2048 elements: each of 256 threads combines 8 of them, one after the other and 256 apart, so that neighbours read
// neighbours; then the threads' values are combined by a tree in shared memory. Whatever is beyond the last element takes no part, so
// that the identity is never combined with anything. The order depends on the number of elements alone.
//
// Where the device has subgroups, the last levels of the tree need neither memory nor barriers: every subgroup takes all the values that
// are left, one a lane, and does the same with them, in the same order. Which threads are in a subgroup, WGSL does not say, and nothing
// here depends on it; only on each subgroup being full, as 256 threads are a whole number of subgroups of any size.

import { reductionBlock, reductionThreads } from "./thread-places.js";

/** What the entry points depend on besides the two functions that they call. */
export interface ReductionParts {
  /** Of the values, in WGSL. */
  readonly type: string;
  /** How many arrays the program has. */
  readonly bindings: number;
  /** Lanes that every subgroup of the device has, a power of two; 0 without subgroups. */
  readonly lanes: number;
}

/** Both entry points, which call `map_value` and `combine`. */
export function reductionEntries(parts: ReductionParts): string {
  const { type, bindings } = parts;
  return `@group(0) @binding(${bindings + 1}) var<storage, read_write> results: array<${wordOf(type)}>;
@group(0) @binding(${bindings + 2}) var<storage, read> partials: array<${wordOf(type)}>;
var<workgroup> parts: array<${type}, ${reductionThreads}>;

${entry(parts, "first", (index) => `map_value(${index})`)}

${entry(parts, "again", (index) => fromWord(type, `partials[${index}]`))}`;
}

function entry({ type, lanes }: ReductionParts, name: string, load: (index: string) => string): string {
  const lane = lanes > 0 ? "\n  @builtin(subgroup_invocation_id) lane: u32," : "";
  const total = lanes > 0 ? "total" : toWord(type, "parts[0]");
  return `@compute @workgroup_size(${reductionThreads}, 1, 1)
fn ${name}(
  @builtin(workgroup_id) number: vec3<u32>,
  @builtin(local_invocation_index) place: u32,${lane}
) {
  let block = number.x + number.y * frame.tiles.w;
  if (block >= frame.tiles.x) { return; }
  let start = block * ${reductionBlock}u;
  let count = min(frame.grid.x - start, ${reductionBlock}u);
  if (place < count) {
    var value: ${type} = ${load("start + place")};
    for (var i = place + ${reductionThreads}u; i < count; i += ${reductionThreads}u) {
      value = combine(value, ${load("start + i")});
    }
    parts[place] = value;
  }
  for (var half = ${reductionThreads / 2}u; half > ${lanes >> 1}u; half >>= 1u) {
    workgroupBarrier();
    if (place < half && place + half < count) {
      parts[place] = combine(parts[place], parts[place + half]);
    }
  }
${lanes > 0 ? lastLevels(type, lanes) : ""}  if (place == 0u) { results[block] = ${total}; }
}`;
}

/** All threads shuffle, as WGSL wants; only values that belong together are combined. Then lane 0 of each subgroup has the total. */
function lastLevels(type: string, lanes: number): string {
  return `  workgroupBarrier();
  var rest = parts[lane];
  for (var half = ${lanes >> 1}u; half > 0u; half >>= 1u) {
    let other = subgroupShuffleDown(${toWord(type, "rest")}, half);
    if (lane < half && lane + half < count) { rest = combine(rest, ${fromWord(type, "other")}); }
  }
  let total = subgroupBroadcastFirst(${toWord(type, "rest")});
`;
}

/** A bool is no type for storage, nor for shuffles. */
function wordOf(type: string): string {
  return type === "bool" ? "u32" : type;
}

function toWord(type: string, text: string): string {
  return type === "bool" ? `u32(${text})` : text;
}

function fromWord(type: string, text: string): string {
  return type === "bool" ? `(${text} != 0u)` : text;
}
