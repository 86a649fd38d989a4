// A stencil's arrays, called with offsets from the thread's own place: `a(-1)`, `a(0, 1)`.

import type { AnyNode } from "../1-parse/index.js";
import type { CoreArray, Value } from "./core.js";
import { refuse } from "./refusal.js";
import type { Translation } from "./translation.js";

/** `array(dx, dy, dz)`. */
export function neighbour(t: Translation, node: AnyNode, array: CoreArray, offsets: readonly Value[]): Value {
  if (offsets.length >= 1 && offsets.length <= 3) return { op: "neighbour", array, offsets, place: t.place(node) };
  return refuse(
    t.place(node),
    "stencil-offset",
    `\`${t.text(node)}\` has ${offsets.length} offsets; a stencil's array takes one, two or three.`,
    `Write \`${array.name}(0)\`, \`${array.name}(0, -1)\` or \`${array.name}(0, 0, 1)\`.`,
  );
}
