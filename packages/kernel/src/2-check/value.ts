// Where a number or a boolean is needed, and something else is there.

import type { AnyNode } from "../1-parse/index.js";
import type { CoreArray, Value } from "./core.js";
import { refuse } from "./refusal.js";
import type { Entity } from "./scope.js";
import type { Translation } from "./translation.js";

/** The value that an entity is. @throws DiagnosticError if it is none. */
export function requireValue(t: Translation, entity: Entity, node: AnyNode): Value {
  return entity.kind === "value" ? entity.value : refuseEntity(t, entity, node);
}

/** The array that an entity is. @throws DiagnosticError if it is none. */
export function requireArray(t: Translation, entity: Entity, node: AnyNode): CoreArray {
  if (entity.kind === "array") return entity.array;
  const text = t.text(node);
  if (entity.kind === "input") {
    return refuse(
      t.place(node),
      "stencil-offset",
      `\`${text}\` is an array of a stencil, which is called with offsets.`,
      `Write \`${text}(0)\` for the element itself, \`${text}(-1)\` for the one before.`,
    );
  }
  return refuse(
    t.place(node),
    "number-as-array",
    `\`${text}\` is not an array.`,
    node.type === "MemberExpression" && node.computed
      ? "Arrays have one index: write `a[y * width + x]`."
      : "Pass a typed array for it, or capture one: `kernel(fn, () => ({ table }))`.",
  );
}

function refuseEntity(t: Translation, entity: Exclude<Entity, { kind: "value" }>, node: AnyNode): never {
  const place = t.place(node);
  const text = t.text(node);
  switch (entity.kind) {
    case "array":
      return refuse(
        place,
        "array-as-number",
        `\`${text}\` is an array, used as a number.`,
        `Read one element: \`${text}[thread.x]\`.`,
      );
    case "input":
      return refuse(
        place,
        "array-as-number",
        `\`${text}\` is an array of a stencil, used as a number.`,
        `Call it with an offset: \`${text}(0)\`.`,
      );
    case "thread":
    case "axes":
      return refuse(place, "thread-value", `\`${text}\` is not a number.`, `Write \`${text}.x\`.`);
    case "method":
      return refuse(
        place,
        "thread-value",
        `\`${text}\` is a function of the thread; it can only be called.`,
        `Write \`${text}(…)\`.`,
      );
    case "function":
    case "intrinsic":
      return refuse(
        place,
        "function-value",
        `\`${text}\` is a function, used as a value. Functions are called, not stored.`,
        "Call it where its result is needed.",
      );
    case "arguments":
      return refuse(place, "this", "`arguments` means nothing in a kernel.", "Name each parameter.");
    case "undefined":
      return refuseUndefined(t, node, text);
    default:
      return refuse(
        place,
        "array-as-number",
        `\`${text}\` is an object, used as a number.`,
        `Use a member of it: \`${text}.…\`.`,
      );
  }
}

function refuseUndefined(t: Translation, node: AnyNode, text: string): never {
  if (node.type === "CallExpression") {
    refuse(t.place(node), "no-value", `\`${text}\` gives no value.`, "Return a number or a boolean from the function.");
  }
  if (node.type === "Identifier" && node.name !== "undefined") {
    refuse(
      t.place(node),
      "argument-count",
      `\`${text}\` has no value: the call gives no argument for it.`,
      `Pass a value for \`${text}\`, or give it a default: \`${text} = 0\`.`,
    );
  }
  refuse(
    t.place(node),
    "undefined",
    "`undefined` is not a value of the kernel language.",
    "Use a number, such as `0` or `NaN`.",
  );
}
