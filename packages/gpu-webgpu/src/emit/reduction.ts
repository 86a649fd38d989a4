// The entry points of a reduction: `first` makes blocks of elements one value each, `again` does so with the values, until there is one.
//
// A block has 2048 elements: each of 256 threads combines 8 of them, one after the other and 256 apart, so that neighbours read
// neighbours; then the threads' values are combined by a tree in shared memory. Whatever is beyond the last element takes no part, so
// that the identity is never combined with anything. The order depends on the number of elements alone.

import { reductionBlock, reductionThreads } from "./thread-places.js";

/** Both entry points, for values of a type. `bindings`: how many arrays the program has. */
export function reductionEntries(type: string, bindings: number): string {
  // A bool is no type for storage.
  const word = type === "bool" ? "u32" : type;
  const value = (text: string): string => (type === "bool" ? `(${text} != 0u)` : text);
  return `@group(0) @binding(${bindings + 1}) var<storage, read_write> results: array<${word}>;
@group(0) @binding(${bindings + 2}) var<storage, read> partials: array<${word}>;
var<workgroup> parts: array<${type}, ${reductionThreads}>;

${entry("first", type, word, (index) => `map_value(${index})`)}

${entry("again", type, word, (index) => value(`partials[${index}]`))}`;
}

function entry(name: string, type: string, word: string, load: (index: string) => string): string {
  return `@compute @workgroup_size(${reductionThreads}, 1, 1)
fn ${name}(@builtin(workgroup_id) number: vec3<u32>, @builtin(local_invocation_index) place: u32) {
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
  for (var half = ${reductionThreads / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (place < half && place + half < count) {
      parts[place] = combine(parts[place], parts[place + half]);
    }
  }
  if (place == 0u) { results[block] = ${word === type ? "parts[0]" : "u32(parts[0])"}; }
}`;
}
